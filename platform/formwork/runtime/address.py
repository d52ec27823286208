"""The public address of a tenant, for links that leave the product. Never the host a request came with."""

from urllib.parse import urlsplit

from formwork.kernel import Settings
from formwork.storage import Tenant


def address_of(settings: Settings, tenant: Tenant) -> str:
    """Scheme, host and port of a tenant's pages, without a slash at the end.

    `FORMWORK_BASE_URL` gives all of it in one-tenant mode and to the tenant that has its host; another tenant
    takes scheme and port from there, and the first of its own hosts.
    """
    base = settings.base_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    parts = urlsplit(base)
    if settings.tenant or parts.hostname in tenant.hosts or (not tenant.hosts and not settings.base_url):
        return base
    host = next(iter(tenant.hosts), f"{tenant.name}.localhost")
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")
