"""A link of one tenant opens nothing in another, and an invitation shows until when it works (line 34 of SECURITY)."""

from datetime import UTC, datetime, timedelta

import pytest

from formwork.identity.entrance import Way, entrances
from formwork.identity.link import LASTS, Purpose, find_link, make_link, remove_old_links
from formwork.kernel import Malformed
from formwork.storage import Tenant, system
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, installed, packages_of


def test_the_neighbours_link_opens_nothing(database: Database) -> None:
    with installed(database, database.folder, LIBRARY) as here:
        user, runtime = here.user("ada"), here.runtime
        runtime.create_tenant(Tenant("other", datetime.now(UTC), "Other", hosts=("other.localhost",)))
        with runtime.system_write("other", "install") as work:
            runtime.publish(work, runtime.plan(work, packages_of((LIBRARY,))))
        with here.system() as work:
            token = make_link(work, user, Purpose.RESET)
            assert find_link(work, token).user == user
        with pytest.raises(Malformed), runtime.system_read("other", "test") as work:
            find_link(work, token)


def test_an_invitation_is_seen_to_be_let_go_by_and_forgotten_in_the_end(database: Database) -> None:
    with installed(database, database.folder, LIBRARY) as here:
        user = here.user("ada")
        with here.system() as work:
            assert entrances(work, [user])[user].way is Way.NONE
            make_link(work, user, Purpose.INVITATION)
            make_link(work, user, Purpose.RESET)
            assert entrances(work, [user])[user].way is Way.INVITED
            past = work.context.now - timedelta(seconds=1)
            system.change(work, "fw_link", {"expires_at": past}, equals={"user": user})
            assert entrances(work, [user])[user].way is Way.LAPSED
            assert remove_old_links(work) == 1
            system.change(work, "fw_link", {"expires_at": past - 11 * LASTS[Purpose.INVITATION]}, equals={"user": user})
            assert remove_old_links(work) == 1
