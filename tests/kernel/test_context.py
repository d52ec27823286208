"""The day of a request is the tenant's, whatever the computer's zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from formwork.kernel import ANONYMOUS, SYSTEM, Context


def test_today_is_the_tenants() -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert Context("t", ANONYMOUS, late).today == date(2026, 3, 1)
    assert Context("t", ANONYMOUS, late, timezone=ZoneInfo("Asia/Seoul")).today == date(2026, 3, 2)


def test_acting_as_changes_the_actor_only() -> None:
    before = Context("t", ANONYMOUS, datetime(2026, 3, 1, tzinfo=UTC), locale="ko")
    after = before.acting_as(SYSTEM)
    assert after.actor is SYSTEM
    assert (after.locale, after.request_id, after.now) == ("ko", before.request_id, before.now)
