"""What an entry of the directory may hold, whichever door it comes through."""

import re
from collections.abc import Sequence
from zoneinfo import available_timezones

from formwork.kernel import Invalid, Problem
from formwork.storage import Tenant

LOCALES = ("en", "es", "zh", "ko")
"""The languages the product is written in."""
_CURRENCY = re.compile(r"[A-Z]{3}")
_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*|\[[0-9a-f:.]+\]"
)
"""Host names as they stand in requests (RFC 1123, section 2.1), or an address of IPv6 in brackets."""
_LONGEST_LABEL = 200


def require_entry(tenant: Tenant) -> None:
    """Raise Invalid naming everything that is wrong with a new tenant's language, time zone, currency and hosts."""
    problems = [*_hosts(tenant.hosts)]
    if len(tenant.label) > _LONGEST_LABEL:
        problems.append(Problem("/label", "too_long", f"A label has at most {_LONGEST_LABEL} characters."))
    if tenant.locale not in LOCALES:
        problems.append(Problem("/locale", "bad_value", f"The language is one of {', '.join(LOCALES)}."))
    if tenant.timezone not in available_timezones():
        problems.append(Problem("/timezone", "bad_value", "Write a time zone such as Europe/Madrid."))
    if not _CURRENCY.fullmatch(tenant.currency):
        problems.append(Problem("/currency", "bad_value", "Write the ISO code of a currency, such as EUR."))
    if problems:
        raise Invalid("Correct what is named and try again.", problems=problems)


def require_hosts(hosts: Sequence[str]) -> None:
    """Raise Invalid naming every host that no request can have."""
    problems = _hosts(hosts)
    if problems:
        raise Invalid("Correct what is named and try again.", problems=problems)


def _hosts(hosts: Sequence[str]) -> list[Problem]:
    return [
        Problem(f"/hosts/{at}", "bad_value", f"{host!a} is no host name. Write it without scheme, port and path.")
        for at, host in enumerate(hosts)
        if not _HOST.fullmatch(host.lower())
    ]
