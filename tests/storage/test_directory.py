"""Tenants are entered, found by name and host, made and dropped."""

import pytest

from formwork.kernel import Conflict, Invalid, NotFound, Settings
from formwork.storage.directory import Tenant
from formwork.storage.store import TenantStore
from formwork.storage.stores import Stores
from tests.storage.conftest import NOW


def test_a_tenant_is_found_by_name_and_host(stores: Stores, store: TenantStore) -> None:
    tenant = stores.directory.get("acme")
    assert (tenant.label, tenant.hosts, tenant.state, tenant.created_at) == ("Acme", ("acme.example",), "active", NOW)
    assert stores.directory.by_host("ACME.example") == tenant
    assert stores.directory.by_host("other.example") is None
    assert stores.directory.list() == [tenant]


def test_names_and_hosts_are_taken_once(stores: Stores, store: TenantStore) -> None:
    with pytest.raises(Conflict):
        stores.create(Tenant("acme", NOW))
    with pytest.raises(Conflict):
        stores.create(Tenant("other", NOW, hosts=("acme.example",)))


@pytest.mark.parametrize("name", ["", "A", "1a", "a/b", "../x", 'a"b', "a" * 41])
def test_odd_names_are_refused(stores: Stores, name: str) -> None:
    with pytest.raises(Invalid, match="lower-case"):
        stores.create(Tenant(name, NOW))


def test_an_interrupted_creation_is_finished(stores: Stores) -> None:
    stores.create(Tenant("acme", NOW))
    stores.directory.change("acme", state="creating")
    stores.create(Tenant("acme", NOW))
    assert stores.directory.get("acme").state == "active"


def test_hosts_can_change(stores: Stores, store: TenantStore) -> None:
    stores.directory.set_hosts("acme", ["b.example", "A.example"])
    assert stores.directory.get("acme").hosts == ("a.example", "b.example")


def test_a_dropped_tenant_is_gone_and_its_name_is_free(stores: Stores, store: TenantStore, settings: Settings) -> None:
    stores.drop("acme")
    with pytest.raises(NotFound):
        stores.get("acme")
    assert list(settings.data.glob("tenants/*")) == []
    stores.create(Tenant("acme", NOW))


def test_another_process_sees_the_tenant(stores: Stores, store: TenantStore, settings: Settings) -> None:
    other = Stores(settings)
    assert other.get("acme").tenant == "acme"
    other.close()


def test_a_tenant_of_this_version_needs_no_upgrade(stores: Stores, store: TenantStore) -> None:
    assert stores.upgrade("acme", NOW) == []
