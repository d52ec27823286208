"""Views with plausible content for every page, so that pages can be looked at without a database."""

from dataclasses import replace

from formwork.web.views.form import (
    ConflictView,
    Control,
    Difference,
    Fault,
    FormView,
    GridColumn,
    GridEdit,
    GridRow,
    SectionEdit,
)
from formwork.web.views.home import Block, HomeView, Line, LoginView, PreferencesView, ProblemView, SearchView
from formwork.web.views.listing import Chip, Column, Empty, FilterField, ListView, Row, Tab
from formwork.web.views.record import (
    Action,
    Day,
    Entry,
    FieldRead,
    GridRead,
    HistoryRead,
    RecordView,
    Related,
    SectionRead,
    Step,
    TabRead,
)
from formwork.web.views.security import KeptFormView, SecurityView, SessionLine
from formwork.web.views.shell import Look, NavGroup, NavItem, Notice, Person, ShellView
from formwork.web.views.shown import BLANK, Option, Shown, hue_of, initials_of
from formwork.web.views.wizard import (
    BadCell,
    BadRow,
    CheckView,
    Decided,
    MapRow,
    MapView,
    Mend,
    MendView,
    NewChoice,
    OptionsView,
    Proposal,
    ResultView,
    RunView,
    Tally,
    UploadView,
    Wizard,
    WizardStep,
)

LANGUAGES = {"en": "English", "es": "Español", "zh": "中文", "ko": "한국어"}


def shell(locale: str, look: Look, current: str = "orders", notices: tuple[Notice, ...] = ()) -> ShellView:
    def item(label: str, icon: str, key: str, *sub: NavItem) -> NavItem:
        return NavItem(label, f"/{key}", icon, current == key, sub if current == key else ())

    return ShellView(
        tenant="Meridian Supply",
        lang={"zh": "zh-Hans"}.get(locale, locale),
        person=Person("Mara Lind", "ML"),
        groups=(
            NavGroup("", (item("Home", "home", "home"),)),
            NavGroup(
                "Sales",
                (
                    item("Accounts", "account", "record-zh"),
                    item("Contacts", "contact", "contacts"),
                    item("Deals", "deal", "deals"),
                    item(
                        "Orders",
                        "order",
                        "orders",
                        NavItem("Waiting approval", "/orders?view=w"),
                        NavItem("To ship", "/orders?view=s"),
                    ),
                    item("Invoices", "invoice", "invoices"),
                    item("Products and price books", "box", "products"),
                ),
            ),
        ),
        create=(NavItem("Order", "/form", "order"), NavItem("Account", "/form", "account")),
        links=(NavItem("API", "/api-docs", "code"),),
        languages=tuple(Option(code, name, code == locale) for code, name in LANGUAGES.items()),
        look=look,
        notices=notices,
    )


def record_mark(name: str) -> Shown:
    return Shown("record", name, hue=hue_of(name), initials=initials_of(name))


def person(name: str) -> Shown:
    return Shown("person", name, hue=hue_of(name), initials=initials_of(name))


def number(text: str) -> Shown:
    return Shown("number", text)


def pill(text: str, hue: str, icon: str = "") -> Shown:
    return Shown("pill", text, hue=hue, icon=icon)


STATES = (
    pill("Submitted", "yellow", "clock"),
    pill("Draft", "grey", "ring"),
    pill("Confirmed", "blue", "check"),
    pill("In fulfilment", "cyan", "box"),
    pill("Delivered", "teal", "truck"),
)
NAMES = (
    "Halden Optics",
    "Brightwater Clinic",
    "Corvus Robotics",
    "Alder & Finch",
    "Northgate Foods",
    "Sable Instruments",
    "Kestrel Logistics",
    "Orchard Labs",
    "Pinecrest Hotels",
    "Vantage Metrology",
    "Lumen Print",
    "海澜精密仪器（苏州）有限公司",
    "Gesellschaft für außergewöhnlich lange Firmennamen mbH & Co. KG",
    "Tarn Valley Dairy",
)
PEOPLE = ("Mara Lind", "Tomas Ortega", "Jun Kim", "Ana Vidal", "김민수")


def rows(count: int) -> tuple[Row, ...]:
    made = []
    for at in range(count):
        title = f"SO-2026-{431 - at:05}"
        made.append(
            Row(
                str(at),
                title,
                "/record",
                (
                    Shown("text", title),
                    record_mark(NAMES[at % len(NAMES)]),
                    STATES[at % len(STATES)],
                    number(f"{(at * 7919 + 1240) % 90000:,}.00"),
                    number(f"{at % 16} %") if at % 3 else BLANK,
                    Shown("text", f"{at % 28 + 1} Dec"),
                    person(PEOPLE[at % len(PEOPLE)]),
                    Shown("text", f"{22 - at % 20} Nov"),
                    Shown("time", f"{at + 1} h ago", title="22 Nov 2026 10:12"),
                ),
            )
        )
    return tuple(made)


COLUMNS = (
    Column("number", "Number", "?sort=number", width="number"),
    Column("account", "Account", "?sort=account", width="name", role="second"),
    Column("status", "Stage", "?sort=status", width="state", role="state"),
    Column("total", "Total, EUR", "?sort=total", numeric=True, width="money", role="amount"),
    Column("discount", "Discount", "?sort=discount", numeric=True, width="pct"),
    Column("requested", "Requested", "?sort=requested", width="date", role="date"),
    Column("owner", "Owner", "?sort=owner", width="person"),
    Column("order_date", "Order date", "?sort=-order_date", "descending", width="date"),
    Column("updated_at", "Changed", width="short"),
)


def listing(count: int = 16, empty: Empty | None = None) -> ListView:
    return ListView(
        object="sales_order",
        label="order",
        plural="Orders",
        icon="order",
        hue="blue",
        base="/orders",
        columns=COLUMNS,
        rows=rows(count),
        empty=empty,
        tabs=(
            Tab("Open orders", "/orders", True, "128"),
            Tab("My orders", "/orders?view=m", count="24"),
            Tab("Waiting approval", "/orders?view=w", count="9"),
            Tab("To ship", "/orders?view=s", count="13"),
            Tab("By month", "/orders?view=b"),
        ),
        chips=(
            Chip("Stage", "is", "Open"),
            Chip("Territory", "is", "North", "/orders?q=1"),
            Chip("Total", "over", "500", "/orders?q=2", unsaved=True),
        ),
        filters=(
            FilterField(
                "status",
                "Stage",
                (Option("=", "is"), Option("!=", "is not")),
                "select",
                (Option("draft", "Draft"), Option("open", "Open")),
                selected=True,
            ),
            FilterField("total", "Total", (Option(">", "over"),), "number"),
        ),
        filter_text="status = 'open' and total > 500",
        sort_label="Order date",
        sort_options=(Option("/orders?sort=-order_date", "Order date", True), Option("/orders?sort=total", "Total")),
        state=(("view", "open"),),
        reset="/orders",
        summary="Open orders, sorted by order date. 128 records.",
        count="Rows 1-50 of 128",
        next="/orders?after=x" if count else "",
        previous="/orders" if count else "",
        new="/form",
        import_href="/import-upload",
        export_href="/orders",
        bulk_delete="/bulk",
        bulk_export="/bulk",
    )


def empties() -> dict[str, Empty]:
    return {
        "nothing": Empty(
            "nothing_yet",
            "No orders yet",
            "Orders appear here when a quote is accepted or you enter one.",
            "order",
            "blue",
            "New order",
            "/form",
            "Import a file",
            "/import-upload",
        ),
        "no-match": Empty(
            "no_match",
            "No order matches",
            "Stage is Draft, and Territory is North.",
            "filter",
            "grey",
            "Clear filters",
            "/orders",
        ),
        "no-right": Empty("no_permission", "Nothing you may see here", "An administrator can grant it.", "lock"),
    }


def read(label: str, value: Shown, why: str = "") -> FieldRead:
    return FieldRead(label.lower().replace(" ", "_"), label, value, why)


TERMS = SectionRead(
    "terms",
    "Terms",
    (
        read("Contact", Shown("link", "Iris Novak", "/record")),
        read("Order date", Shown("text", "18 Nov 2026")),
        read("Price book", Shown("text", "Partner 2026")),
        read("Payment", Shown("text", "Net 30")),
        read("Discount", number("15 %")),
        read("Reference", BLANK),
        read("Channels", Shown("pills", parts=(pill("Sales", "violet"), pill("Web", "teal")))),
    ),
)
DELIVERY = SectionRead(
    "delivery",
    "Delivery",
    (
        read("Ship to", Shown("lines", parts=(Shown(text="Kiln Street 14, Hall B"), Shown(text="8005 Zürich, CH")))),
        read("Signed", Shown("yes", "Yes")),
        read("Partial", Shown("no", "No")),
        read(
            "Rating",
            Shown("rating", "4", title="4 of 5", parts=tuple(Shown(tone="ok" if n < 4 else "") for n in range(5))),
        ),
        read("Margin", number("31.4 %"), "formula"),
    ),
)
LINES = GridRead(
    "lines",
    "Lines",
    (
        Column("product", "Product"),
        Column("quantity", "Qty", numeric=True),
        Column("price", "Unit price", numeric=True),
        Column("discount", "Disc.", numeric=True),
        Column("amount", "Net, EUR", numeric=True),
    ),
    tuple(
        Row(str(n), name, "", (Shown("text", name), number(str(n + 1)), number("9,800.00"), BLANK, number("16,660.00")))
        for n, name in enumerate(("VX-200 coordinate probe", "Granite base plate 600 mm", "On-site calibration"))
    ),
    (read("Subtotal", number("35,323.80")), read("Tax", number("6,036.20")), read("Total", number("€41,600.00"))),
)
HISTORY = (
    Day(
        "Today",
        (
            Entry(
                "edit",
                "",
                "changed 2 fields",
                "10:24",
                "22 Nov 2026 10:24",
                "Mara Lind",
                (("Discount", "5 %", "15 %"), ("Note", "", "Call first")),
            ),
            Entry("check", "ok", "approved the credit check", "09:12", "22 Nov 2026 09:12", "Jun Kim"),
        ),
    ),
    Day(
        "Friday, 20 Nov", (Entry("plus", "info", "created this record", "16:40", "20 Nov 2026 16:40", "Tomas Ortega"),)
    ),
)


def related(kind: str = "Invoices", lazy: str = "") -> Related:
    return Related(
        kind.lower(),
        kind,
        "invoice",
        "teal",
        (Column("n", "Number"), Column("s", "Status"), Column("t", "Total", numeric=True), Column("d", "Due")),
        tuple(
            Row(
                str(n),
                f"INV-2026-0{n}",
                "/record",
                (Shown("text", f"INV-2026-0{n}"), STATES[n], number("1,200.00"), Shown("text", "18 Dec")),
            )
            for n in range(3)
        ),
        "3",
        "/form",
        "/orders",
        lazy,
    )


def record(tab: str = "order", zh: bool = False) -> RecordView:
    tabs = {
        "order": TabRead(
            grids=(LINES,),
            sections=(
                SectionRead(
                    "notes",
                    "Notes",
                    (
                        FieldRead(
                            "note",
                            "Note",
                            Shown(
                                "text",
                                "Customer asks for delivery before the plant shutdown on 14 Dec. Crane at Hall B.",
                            ),
                            wide=True,
                        ),
                    ),
                    1,
                ),
            ),
        ),
        "details": TabRead(sections=(TERMS, DELIVERY)),
        "related": TabRead(related=(related(), related("Payments")), kind="related"),
        "history": TabRead(history=HistoryRead(HISTORY, earlier="/record/history?before=1"), kind="history"),
    }
    return RecordView(
        object="sales_order",
        label="Order",
        plural="Orders",
        icon="order",
        hue="blue",
        id="1",
        title="海澜精密仪器（苏州）有限公司" if zh else "SO-2026-00418",
        base="/record",
        list_href="/orders",
        marks=(pill("Submitted", "yellow", "clock"),),
        keys=(
            read("Account", Shown("link", "Vantage Metrology", "/record")),
            read("Total", number("€41,600.00")),
            read("Requested", Shown("text", "12 Dec 2026")),
            read("Credit left", Shown("number", "€-3,200.00", tone="bad", icon="alert")),
            read("Paid", number("0 %")),
            read("Owner", person("Tomas Ortega")),
        ),
        path=tuple(
            Step(label, state)
            for label, state in (
                ("Draft", "done"),
                ("Submitted", "current"),
                ("Confirmed", ""),
                ("In fulfilment", ""),
                ("Delivered", ""),
                ("Completed", ""),
            )
        ),
        path_label="Stage",
        details=(TERMS, DELIVERY),
        tabs=tuple(
            Tab(label, f"/record?tab={key}", key == tab)
            for key, label in (
                ("order", "Order"),
                ("details", "Details"),
                ("related", "Related"),
                ("history", "History"),
            )
        ),
        tab=tabs[tab],
        aside=(related(), related("Payments")),
        actions=(Action("Edit", "/form", "edit"), Action("Print", "/record", "print", reason="No print template yet.")),
        more=(Action("Delete", "/record/delete", "trash", "post", danger=True, confirm="Delete SO-2026-00418?"),),
    )


def control(name: str, label: str, widget: str = "text", value: str = "", **more: object) -> Control:
    return Control(name, f"f-{name.replace('.', '-')}", label, widget, value, **more)  # type: ignore[arg-type]


OPTIONS = (Option("net30", "Net 30"), Option("net60", "Net 60"))


def line(key: str, at: int, error: str = "") -> GridRow:
    def cell(name: str, label: str, widget: str, value: str = "", **more: object) -> Control:
        return control(f"lines.{key}.{name}", label, widget, value, **more)

    return GridRow(
        key,
        "" if key == "0new" else str(at),
        "1",
        (
            cell(
                "product",
                "Product",
                "lookup",
                "p1" if at else "",
                lookup="/lookup",
                shown="Coordinate probe VX-200" if at else "",
            ),
            cell("quantity", "Quantity", "number", "0" if error else "2", errors=(error,) if error else ()),
            cell("price", "Unit price", "money", "9,800.00"),
            cell("discount", "Discount", "percent", "28"),
            cell("net", "Net", "read_only", output=number("14,112.00")),
        ),
    )


def form(errors: bool = False) -> FormView:
    def bad(text: str) -> tuple[str, ...]:
        return (text,) if errors else ()

    terms = SectionEdit(
        "terms",
        "Terms",
        (
            control("account", "Account", "lookup", "a1", required=True, lookup="/lookup", shown="Orchard Labs"),
            control("contact", "Contact", "lookup", lookup="/lookup", placeholder="Search contacts"),
            control("payment", "Payment terms", "select", "net30", options=OPTIONS),
            control("order_date", "Order date", "date", "2026-11-19", required=True),
            control(
                "requested",
                "Requested date",
                "date",
                "2026-11-12",
                errors=bad("Must be 19 Nov 2026 or later."),
                help="The day the customer expects the goods.",
            ),
            control("discount", "Discount", "percent", "28", unit="%"),
            control(
                "reason",
                "Discount reason",
                "select",
                options=OPTIONS,
                required=True,
                errors=bad("Choose why the discount is over 25 %."),
                visible=errors,
            ),
        ),
        3,
    )
    all_kinds = SectionEdit(
        "kinds",
        "Every kind of input",
        (
            control("name", "Name", value="Orchard", max_length=80),
            control("email", "E-mail", "email", "a@b.example"),
            control("phone", "Phone", "phone", "+41 44 668 18 00"),
            control("site", "Web site", "url"),
            control("rush", "Rush order", "checkbox", "true", help="Ships the same day."),
            control("total", "Total", "money", "1,200.00", unit="€"),
            control("channels", "Channels", "multi_select", values=("net30",), options=OPTIONS),
            control("stars", "Rating", "rating", "3", options=tuple(Option(str(n), str(n)) for n in range(1, 6))),
            control(
                "about",
                "About",
                "polymorphic_lookup",
                lookup="/lookup",
                options=(Option("a", "Account"), Option("c", "Contact")),
            ),
            control(
                "people",
                "People",
                "many_to_many",
                lookup="/lookup",
                chosen=(Option("1", "Jun Kim"), Option("2", "김민수")),
            ),
            control("at", "Visit", "datetime", "2026-11-19T10:30"),
            control("takes", "Takes", "duration", "1:30"),
            control(
                "ship_to",
                "Ship to",
                "address",
                parts=tuple(
                    control(f"ship_to.{part}", part.capitalize())
                    for part in ("street", "line2", "postcode", "city", "province", "country")
                ),
                wide=True,
            ),
            control(
                "place",
                "Place",
                "geolocation",
                parts=(control("place.lat", "Latitude"), control("place.lon", "Longitude")),
            ),
            control("margin", "Margin", "read_only", output=number("31.4 %"), why="formula"),
            control("note", "Note", "textarea", "Call first", wide=True),
            control("text", "Terms text", "rich_text", "<p>Some <b>bold</b></p>", wide=True),
            control("data", "Data", "json", '{"a": 1}', wide=True),
            control("key", "Secret", "secret"),
        ),
    )
    lines = SectionEdit(
        "lines",
        "Lines",
        grid=GridEdit(
            "lines",
            "Lines",
            "line",
            (
                GridColumn("product", "Product", required=True),
                GridColumn("quantity", "Quantity", True, True, "qty"),
                GridColumn("price", "Unit price", True, width="money"),
                GridColumn("discount", "Discount", True, width="pct"),
                GridColumn("net", "Net, EUR", True, width="money", calculated=True),
            ),
            tuple(
                line(str(n), n + 1, "Quantity must be at least 0.001." if errors and n == 1 else "") for n in range(3)
            ),
            line("0new", 0),
        ),
    )
    faults = (
        (
            Fault("Requested date: must be 19 Nov 2026 or later", "f-requested"),
            Fault("Discount reason: missing", "f-reason"),
            Fault("Line 2, quantity: must be above 0", "f-lines-1-quantity"),
        )
        if errors
        else ()
    )
    return FormView(
        object="sales_order",
        label="Order",
        icon="order",
        hue="blue",
        heading="Edit SO-2026-00421",
        action="/form",
        back="/record",
        back_label="Back to SO-2026-00421",
        save_label="Save order",
        sections=(terms, lines, all_kinds),
        hidden=(("_version", "3"),),
        refresh="/form-fragment",
        draft="draft:sales_order:1",
        faults=faults,
        fault_title="Order not saved. 3 fields need your attention." if errors else "",
        marks=(pill("Draft", "grey", "ring"),),
        totals=(
            read("Subtotal", number("21,160.80")),
            read("Tax 20 %", number("4,256.16")),
            read("Total", number("€25,536.96")),
        ),
    )


def steps(current: int) -> Wizard:
    names = ("Upload", "Map", "Options", "Check", "Run", "Result")
    return Wizard(
        "Deal",
        "Deals",
        "deal",
        tuple(
            WizardStep(name, "current" if at == current else "done" if at < current else "")
            for at, name in enumerate(names)
        ),
        "/import-1",
        "/orders",
        "sales_pipeline.csv, 8,800 rows, 10 columns, UTF-8" if current else "",
    )


def mending() -> MendView:
    later, skip = Option("", "Decide later", True), Option("skip", "Leave these rows out")
    return MendView(
        (
            Mend(
                "0", "product", "GTXPro", "1,480 rows", "line 3, 13, …", "Choose a record from the list.",
                (later, Option("use:GTX Pro", "Use GTX Pro"), skip), True,
            ),
            Mend(
                "1", "deal_stage", "Winning", "12 rows", "line 40, 77", "Choose one of the choices offered.",
                (later, Option("use:won", "Use Won"), Option("blank", "Leave the field blank"), skip),
            ),
            Mend("2", "", "", "1 row", "line 9", "This row has more cells than the header. Check its quotes."),
        ),
        (Decided("0", "office", "Philipines", "Philippines"), Decided("1", "office", "TOTAL", "rows left out")),
        "3 more values", True,
    )  # fmt: skip


def mapping() -> MapView:
    fields = (
        Option("", "Do not import"),
        Option("external_id", "External ID"),
        Option("product", "Product"),
        Option("amount", "Amount"),
    )

    def row(key: int, column: str, samples: str, field: str, confidence: int | None, result: str, tone: str) -> MapRow:
        return MapRow(
            str(key),
            column,
            samples,
            tuple(Option(f.value, f.label, f.value == field) for f in fields),
            confidence,
            (Option("", "as is"), Option("dmy", "date dd-mm-yy")),
            result=result,
            tone=tone,
            notes=("GTXPro (line 3), GTXBasic (line 9): No record has this value.",) if tone == "bad" else (),
            open=tone == "bad",
            skipped=tone == "muted",
        )

    bad = (
        BadRow("3", (BadCell("GTXPro", "no such product", "product"), BadCell("", "Fill this in.", "account"))),
        BadRow("11", (BadCell("", "This row cannot be read. Check its quotes."),)),
    )
    return MapView(
        steps(1),
        (
            row(0, "opportunity_id", "1C1I7A6R, Z063OYW0", "external_id", 99, "8,800 unique", "ok"),
            row(1, "product", "GTX Plus Basic, GTXPro", "product", 91, "1,480 rows open", "bad"),
            row(2, "account", "Cancity, Isdom, blank", "product", 58, "1,425 blank", "warn"),
            row(3, "close_value", "1054, 4514, 50", "amount", 72, "2,089 blank kept", "ok"),
            row(4, "engage_quarter", "Q4 2016", "", None, "same as Engaged on", "muted"),
        ),
        (
            Proposal(
                "0",
                "product",
                "GTXPro",
                "1,480 rows",
                "GTX Pro",
                "p1",
                "93 % alike",
                (Option("p1", "GTX Pro", True), Option("", "Leave blank")),
                "6 of 7 product names match exactly.",
            ),
        ),
        Tally("6,117", "1,480", "1,203"),
        bad,
        "2,683",
        "1,480 rows would be left out until GTXPro is decided",
    )


def home() -> HomeView:
    def lines(names: tuple[str, ...]) -> tuple[Line, ...]:
        return tuple(Line(name, "/record", "account", hue_of(name), "Account", "2 h ago") for name in names)

    return HomeView(
        "Good morning, Mara",
        "Sunday, 22 November",
        (
            Block("recent", "Recently changed", "history", lines(NAMES[:6]), "/orders"),
            Block("mine", "My records", "contact", lines(NAMES[9:13])),
            Block("tasks", "Tasks", "check", (), empty="Nothing is due."),
        ),
    )


def views() -> dict[str, tuple[str, object]]:
    """Page name to (template, view)."""
    bad = (BadRow("3", (BadCell("GTXPro", "no such product", "product"),)),)
    tally = Tally("8,100", "500", "200")
    yes_no = (Option("a", "Create new records", True), Option("b", "Update existing records"))
    found = {f"empty-{key}": ("pages/list.html", listing(0, empty)) for key, empty in empties().items()}
    return found | {
        "orders": ("pages/list.html", listing()),
        "few": ("pages/list.html", listing(3)),
        "record": ("pages/record.html", record()),
        "record-history": ("pages/record.html", record("history")),
        "record-related": ("pages/record.html", record("related")),
        "record-details": ("pages/record.html", record("details")),
        "record-zh": ("pages/record.html", record("history", zh=True)),
        "form": ("pages/form.html", form()),
        "form-new": ("pages/form.html", replace(form(), fresh=True)),
        "form-errors": ("pages/form.html", form(True)),
        "conflict": (
            "pages/conflict.html",
            ConflictView(
                "Changed by Jun Kim while you edited",
                "Nothing you typed is lost.",
                "/form",
                "/record",
                (Difference("Discount", "12 %", "10 %"),),
                (("discount", "12"),),
            ),
        ),
        "home": ("pages/home.html", home()),
        "search": (
            "pages/search.html",
            SearchView(
                "orch", (Block("a", "Accounts", "account", (Line("Orchard Labs", "/record", "account", "green"),)),)
            ),
        ),
        "preferences": (
            "pages/preferences.html",
            PreferencesView(
                tuple(Option(c, n, c == "en") for c, n in LANGUAGES.items()),
                (Option("Europe/Berlin", "Europe/Berlin", True),),
                (Option("", "System", True), Option("dark", "Dark")),
                (Option("normal", "Normal", True),),
            ),
        ),
        "security": (
            "pages/security.html",
            SecurityView(
                (
                    SessionLine("", "Firefox on Linux", "203.0.113.9 · since 3 Mar 2026, 09:12", "now", "now"),
                    SessionLine("x", "Safari on iPhone", "2001:db8::1 · since 2 Mar 2026", "2 h ago", "2 Mar", True),
                ),
                {"current": "This is not your present password."},
            ),
        ),
        "kept-form": (
            "pages/kept_form.html",
            KeptFormView("/security/resume/t", "/preferences", "/setup", (("name", "Night export"),)),
        ),
        "problem": (
            "pages/problem.html",
            ProblemView(
                404,
                "This page does not exist",
                "The record was deleted, or you may not see it.",
                "search",
                "grey",
                (Action("Home", "/home", primary=True),),
                "7F3K-20A9",
            ),
        ),
        "problem-bare": (
            "pages/problem_bare.html",
            ProblemView(
                503,
                "Back in a moment",
                "The database does not answer.",
                actions=(Action("Try again", "/home", primary=True),),
                reference="7F3K-20A9",
            ),
        ),
        "login": ("pages/login.html", LoginView("Meridian Supply", "/login", "mara@meridian.example", "")),
        "login-error": (
            "pages/login.html",
            LoginView("Meridian Supply", "/login", "mara@meridian.example", "The e-mail or the password is not right."),
        ),
        "import-upload": (
            "pages/import_upload.html",
            UploadView(steps(0), "CSV or Excel (.xlsx)", "up to 25 MB", (Option("m", "Pipeline"),)),
        ),
        "import-map": ("pages/import_map.html", mapping()),
        "import-options": (
            "pages/import_options.html",
            OptionsView(steps(2), yes_no, (Option("external_id", "External ID"),), yes_no),
        ),
        "import-check": (
            "pages/import_check.html",
            CheckView(
                steps(3), tally, "8,000", "100", "700", mending(), (NewChoice("Industry", "Space flight", "12 rows"),)
            ),
        ),
        "import-run": (
            "pages/import_run.html",
            RunView(
                steps(4),
                744,
                1200,
                "744 of 1,200 rows",
                "/status",
                "/import-result",
                "/stop",
                "Importing",
                "You may leave this page.",
                "Stop the import",
                "Stop this import?",
            ),
        ),
        "import-result": (
            "pages/import_result.html",
            ResultView(
                steps(5),
                "8,100 deals imported",
                "500 rows were left out.",
                "ok",
                (("Created", "8,000"), ("Updated", "100"), ("Left out", "700")),
                bad,
                "/errors",
                "/undo",
            ),
        ),
    }
