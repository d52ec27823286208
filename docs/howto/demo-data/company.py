"""Meridian Supply itself: departments, users, products, price books and territories."""

from decimal import Decimal

from words import PRODUCTS
from writing import Shelves, cents, day

# login, full name, department, manager, language, skills
USERS = [
    ("viktor.hale", "Viktor Hale", "dep-sales", None, "en", ["strategy"]),
    ("mara.lind", "Mara Lind", "dep-sales", "viktor.hale", "en", ["metrology", "energy"]),
    ("tomas.ortega", "Tomás Ortega", "dep-sales", "mara.lind", "es", ["es", "automotive", "food"]),
    ("sofia.brandt", "Sofia Brandt", "dep-sales", "mara.lind", "en", ["metrology", "healthcare"]),
    ("anouk.verhoeven", "Anouk Verhoeven", "dep-sales", "mara.lind", "en", ["logistics", "energy"]),
    ("jonas.keller", "Jonas Keller", "dep-sales", "mara.lind", "en", ["manufacturing", "software"]),
    ("wei.li", "李伟", "dep-sales", "mara.lind", "zh", ["zh", "optics"]),
    ("hana.seo", "서하나", "dep-sales", "mara.lind", "ko", ["ko", "automotive"]),
    ("ines.duarte", "Inés Duarte", "dep-service", "viktor.hale", "es", ["calibration"]),
    ("paul.mercer", "Paul Mercer", "dep-service", "ines.duarte", "en", ["repair", "installation"]),
    ("jun.kim", "Jun Kim", "dep-finance", "viktor.hale", "en", ["credit"]),
    ("greta.nolan", "Greta Nolan", "dep-finance", "jun.kim", "en", ["invoices"]),
]
ROLES = {
    "viktor.hale": ["executive", "sales_manager"],
    "mara.lind": ["sales_manager"],
    "ines.duarte": ["service_manager"],
    "paul.mercer": ["service_agent"],
    "jun.kim": ["finance"],
    "greta.nolan": ["finance"],
}
REPS = [login for login, _, _, manager, _, _ in USERS if manager == "mara.lind"]
OWNER_BY_LANGUAGE = {"es": ["tomas.ortega"], "zh": ["wei.li"], "ko": ["hana.seo"]}
ENGLISH_OWNERS = ["sofia.brandt", "anouk.verhoeven", "jonas.keller", "sofia.brandt", "jonas.keller", "mara.lind"]

TERRITORIES = {
    "ter-north": ("British Isles and Nordics", "NORTH", ["GB", "IE", "SE", "NO"], ["sofia.brandt", "jonas.keller"]),
    "ter-central": ("Central Europe", "CENTRAL", ["CH", "DE", "NL", "BE", "FR"], ["anouk.verhoeven", "jonas.keller"]),
    "ter-south": ("Spain", "SOUTH", ["ES"], ["tomas.ortega"]),
    "ter-east": ("East Asia", "EAST", ["CN", "KR"], ["wei.li", "hana.seo"]),
}
PRICES = {sku: Decimal(price) for sku, _, _, _, price, _, _, _ in PRODUCTS}
COSTS = {sku: Decimal(cost) for sku, _, _, _, _, cost, _, _ in PRODUCTS}
UNITS = {sku: unit for sku, _, _, unit, _, _, _, _ in PRODUCTS}
TAX = {sku: tax for sku, _, _, _, _, _, _, tax in PRODUCTS}
TAX_RATES = {"standard": Decimal("0.2"), "reduced": Decimal("0.1"), "zero": Decimal(0)}


CURRENCIES = {"CH": ("CHF", Decimal("1.05")), "NO": ("NOK", Decimal("0.086")), "KR": ("USD", Decimal("0.92"))}
"""Where Meridian Supply sells in another currency than its own euro: the code, and what one unit is worth."""


def currency_in(country: str) -> tuple[str, Decimal]:
    """Code and worth of the currency customers in a country are billed in."""
    return CURRENCIES.get(country, ("EUR", Decimal(1)))


def product_id(sku: str) -> str:
    """The external id of a product."""
    return f"prd-{sku.lower()}"


def territory_of(country: str) -> str:
    """The territory a country belongs to."""
    return next(key for key, (_, _, countries, _) in TERRITORIES.items() if country in countries)


def add_company(shelves: Shelves) -> None:
    """Departments, a queue, users, products, price books and territories."""
    for key, name, code in (("sales", "Sales", "SAL"), ("service", "Service", "SVC"), ("finance", "Finance", "FIN")):
        shelves.add("core", "department", f"dep-{key}", name=name, code=code, kind="department")
    for login, name, department, manager, language, skills in USERS:
        shelves.add(
            "core",
            "user",
            f"usr-{login}",
            login=login,
            full_name=name,
            email=f"{login}@meridian.example.com",
            kind="internal",
            department=department,
            manager=manager,
            locale=language,
            skills=skills,
            roles=ROLES.get(login, ["sales_rep"]),
        )
    members = ["ines.duarte", "paul.mercer"]
    shelves.add("core", "queue", "que-service", name="Service desk", manager="ines.duarte", members=members)
    shelves.add(
        "core", "group", "grp-key", name="Key account group", manager="mara.lind", members=["mara.lind", "sofia.brandt"]
    )
    _add_products(shelves)
    for key, (name, code, countries, people) in TERRITORIES.items():
        members_ = [
            {
                "external_id": f"{key}-{person}",
                "user": person,
                "function": "owner" if at == 0 else "support",
                "access": "edit",
            }
            for at, person in enumerate(people)
        ]
        members_.append(
            {"external_id": f"{key}-mara.lind", "user": "mara.lind", "function": "manager", "access": "edit"}
        )
        shelves.add(
            "sales",
            "territory",
            key,
            name=name,
            code=code,
            criteria={"countries": countries},
            default_owner={"object": "user", "id": people[0]},
            members=members_,
        )


def _add_products(shelves: Shelves) -> None:
    for at, (sku, name, family, unit, price, cost, kind, tax) in enumerate(PRODUCTS):
        goods = kind in ("goods", "bundle") and family in ("hardware", "consumable", "spare_part")
        shelves.add(
            "products",
            "product",
            product_id(sku),
            record_type=kind,
            sku=sku,
            name=name,
            family=family,
            unit=unit,
            list_price=price,
            cost=cost,
            tax_class=tax,
            barcode=f"59012340{1000 + at}" if goods else None,
            stock_qty=(at * 7) % 45 if goods else None,
            stock_at=day_of_stock(at) if goods else None,
            web_visible=family in ("consumable", "spare_part"),
        )
    for key, name, kind, factor in (
        ("pb-list", "List prices", "list", Decimal(1)),
        ("pb-partner", "Partner prices", "partner", Decimal("0.85")),
        ("pb-key", "Key account prices", "customer", Decimal("0.92")),
    ):
        entries = [
            {
                "external_id": f"{key}-{sku.lower()}",
                "product": product_id(sku),
                "price": cents(PRICES[sku] * factor),
                "min_price": cents(max(COSTS[sku] * Decimal("1.1"), PRICES[sku] * Decimal("0.7")))
                if factor == 1
                else cents(min(PRICES[sku] * factor, max(COSTS[sku] * Decimal("1.05"), PRICES[sku] * Decimal("0.65")))),
            }
            for sku in PRICES
        ]
        shelves.add(
            "products",
            "price_book",
            key,
            name=name,
            kind=kind,
            currency="EUR",
            valid_from=day(-400),
            priority=10 if kind == "list" else 20,
            entries=entries,
        )


def day_of_stock(at: int) -> str:
    """When the stock of a product was counted last."""
    return f"=now() - {1 + at % 3}"
