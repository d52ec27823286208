"""The areas of administration: setup and Studio, by right. An area of setup adds its line in `setup_pages`."""

from formwork.access import decide_management
from formwork.kernel import Denied, Unauthenticated
from formwork.web.language import say as _
from formwork.web.views.setup import SetupPage
from formwork.web.views.shell import NavItem
from formwork.web.visit import Visit

ADDRESS = "/setup"
STUDIO = "/studio"


def manages(visit: Visit) -> bool:
    """True when the reader may manage the organisation."""
    try:
        return decide_management(visit.snapshot, visit.actor).allowed
    except (Denied, Unauthenticated):
        return False


def setup_pages(visit: Visit) -> list[SetupPage]:
    """The pages of setup this reader may open, in the order of the menu."""
    if not manages(visit):
        return []
    roles = _("What each role may do, who has it, and how two differ")
    sharing = _("Baselines and sharing rules, and how far they reach")
    why = _("Why somebody may or may not see or change something")
    return [
        SetupPage(f"{ADDRESS}/roles", _("Roles"), roles, "shield"),
        SetupPage(f"{ADDRESS}/sharing", _("Sharing"), sharing, "relation"),
        SetupPage(f"{ADDRESS}/explain", _("Find out why"), why, "help"),
        SetupPage(f"{ADDRESS}/sign-in", _("Sign-in"), _("Who must have a second factor, and providers"), "key"),
        SetupPage(f"{ADDRESS}/people", _("People"), _("Who may sign in, and with which roles"), "users"),
        SetupPage(f"{ADDRESS}/departments", _("Departments"), _("How the organisation is built, as a tree"), "tree"),
        SetupPage(f"{ADDRESS}/groups", _("Groups"), _("People who are given records together"), "users"),
        SetupPage(f"{ADDRESS}/queues", _("Queues"), _("Work that waits until a member takes it"), "inbox"),
        SetupPage(
            f"{ADDRESS}/audit", _("Audit trail"), _("Who signed in, exported or administered what, and when"), "audit"
        ),
        SetupPage(
            f"{ADDRESS}/privacy",
            _("Personal data"),
            _("Find, export and anonymise everything about one person"),
            "shield",
        ),
    ]


def setup_item(visit: Visit, path: str) -> NavItem | None:
    """The line of the navigation, with its pages below it where one of them is open."""
    pages = setup_pages(visit)
    if not pages:
        return None
    here = path == ADDRESS or path.startswith(f"{ADDRESS}/")
    sub = tuple(NavItem(page.label, page.href, current=path.startswith(page.href)) for page in pages) if here else ()
    return NavItem(_("Setup"), ADDRESS, "gear", path == ADDRESS, sub)


def studio_item(visit: Visit, path: str) -> NavItem | None:
    """The line of Studio, with its pages below it where one of them is open."""
    if not manages(visit):
        return None
    here = path == STUDIO or path.startswith(f"{STUDIO}/")
    pages = (
        (_("Objects"), f"{STUDIO}/objects"), (_("Publish"), f"{STUDIO}/publish"),
        (_("Versions"), f"{STUDIO}/versions"),
    )  # fmt: skip
    sub = tuple(NavItem(label, href, current=path.startswith(href)) for label, href in pages) if here else ()
    return NavItem(_("Studio"), STUDIO, "studio", path == STUDIO, sub)
