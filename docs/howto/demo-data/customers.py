"""Accounts with addresses and teams, and their contacts."""

import random
from dataclasses import dataclass, field

from company import ENGLISH_OWNERS, OWNER_BY_LANGUAGE, currency_in, territory_of
from words import CITIES, COMPANIES, FIRST, LAST, LATIN, PARTNERS, TITLES
from writing import Record, Shelves, day, moment

BANDS = ((10, "1-9"), (50, "10-49"), (250, "50-249"), (1000, "250-999"), (10**9, "1000+"))
ROLES = ["decision_maker", "purchaser", "influencer", "user", "finance", "gatekeeper"]


@dataclass
class Account:
    """What the other parts need to know of an account."""

    key: str
    name: str
    language: str
    owner: str
    status: str
    segment: str
    industry: str
    city: str
    domain: str
    record_type: str = "company"
    contacts: list[str] = field(default_factory=list)
    record: Record = field(default_factory=dict)

    @property
    def address(self) -> dict[str, str]:
        """The main address, by its parts."""
        return address_in(self.city)

    @property
    def country(self) -> str:
        """The country of the main address."""
        return CITIES[self.city][0]


def address_in(city: str) -> dict[str, str]:
    """An address in a city, by its parts."""
    country, postcode, province, _, _, street, _ = CITIES[city]
    return {"street": street, "city": city, "province": province, "postcode": postcode, "country": country}


def phone_in(city: str, number: int) -> str:
    """A number in a city; `number` has three digits."""
    return f"{CITIES[city][6]}{number:03d}"


def person(rng: random.Random, language: str) -> tuple[str, str, str]:
    """First name, last name and how both are written in an address of mail."""
    at = rng.randrange(len(FIRST[language]))
    last_at = rng.randrange(len(LAST[language]))
    first, last = FIRST[language][at], LAST[language][last_at]
    if language in LATIN:
        return first, last, f"{LATIN[language][at]}{last_at + 1}"
    plain = f"{first}.{last}".lower()
    return first, last, plain.translate(str.maketrans("áéíóúñü", "aeiounu"))


def add_customers(shelves: Shelves, rng: random.Random) -> list[Account]:
    """Sixty accounts, two of them partners and four of them persons, with 140 contacts."""
    accounts = [_company(shelves, rng, at, row, "partner") for at, row in enumerate(PARTNERS, 1)]
    accounts += [_company(shelves, rng, at, row, "company") for at, row in enumerate(COMPANIES, 3)]
    accounts += [_private(shelves, rng, at, language) for at, language in enumerate(("en", "es", "zh", "ko"), 57)]
    _add_relations(accounts)
    _add_contacts(shelves, rng, accounts)
    _add_portal_user(shelves)
    return accounts


def _add_portal_user(shelves: Shelves) -> None:
    """The buyer of an account with orders and invoices, who signs in to see what is theirs."""
    shelves.add(
        "customers",
        "user",
        "usr-clara.gatley",
        login="clara.gatley",
        full_name="Clara Gatley",
        email="clara.gatley@ashdown-energy.example.com",
        kind="customer",
        account="acc-011",
        contact="con-011",
        locale="en",
        roles=["customer_user"],
    )


def _company(shelves: Shelves, rng: random.Random, at: int, row: tuple[str, ...], kind: str) -> Account:
    name, short, language, city, industry, people, domain = row
    owner = rng.choice(OWNER_BY_LANGUAGE.get(language, ENGLISH_OWNERS))
    status = (
        "customer"
        if kind == "partner" or at <= 6
        else rng.choices(("customer", "prospect", "dormant", "lost"), (60, 30, 7, 3))[0]
    )
    segment = "key" if at in (3, 11, 18, 39, 49) else rng.choices("abc", (25, 40, 35))[0]
    account = Account(f"acc-{at:03d}", name, language, owner, status, segment, industry, city, domain, kind)
    where = CITIES[city]
    key = account.key
    addresses = [{"external_id": f"{key}-bill", "kind": "billing", "address": account.address, "is_default": True}]
    if rng.random() < 0.5:
        street = {**account.address, "street": where[5] + {"zh": "东门", "ko": " 2동"}.get(language, ", Hall B")}
        addresses.append(
            {
                "external_id": f"{key}-ship",
                "kind": "shipping",
                "address": street,
                "is_default": True,
                "delivery_notes": rng.choice(
                    ["Gate 3, weekdays until 16:00", "Announce one day ahead", "Crane on site"]
                ),
            }
        )
    team = (
        [{"external_id": f"{key}-team", "user": "paul.mercer", "function": "after_sales", "access": "read"}]
        if segment == "key"
        else []
    )
    big = int(people)
    account.record = shelves.add(
        "customers",
        "account",
        key,
        record_type=kind,
        name=name,
        short_name=short,
        status=status,
        churn_reason="price" if status == "lost" else None,
        segment=segment,
        industry=industry,
        size_band=next(band for limit, band in BANDS if big < limit),
        employees=big,
        annual_revenue=big * rng.randrange(90, 240) * 1000,
        language=language,
        source=rng.choice(("web", "event", "referral", "partner", "phone", "e-mail")),
        phone=phone_in(city, 100 + at),
        email=f"info@{domain}.example.com",
        website=f"https://{domain}.example.com",
        location={"lat": where[3], "lon": where[4]},
        email_opt_in=rng.random() < 0.5,
        payment_terms=rng.choice(("net30", "net30", "net15", "net60")),
        credit_limit=rng.choice((20000, 50000, 80000, 150000)),
        discount_class="gold" if segment == "key" else "silver" if segment == "a" else "none",
        currency=currency_in(where[0])[0],
        level="gold" if kind == "partner" else None,
        contract_end=day(240) if kind == "partner" else None,
        last_activity_at=moment(-rng.choice((1, 2, 3, 5, 8, 13, 21, 34, 55, 70))),
        owner=owner,
        addresses=addresses,
        team=team or None,
    )
    if account.record_type == "partner" or segment == "key":
        shelves.add("products", "account", key, price_book="pb-partner" if kind == "partner" else "pb-key")
    shelves.add("sales", "account", key, territory=territory_of(where[0]))
    return account


def _private(shelves: Shelves, rng: random.Random, at: int, language: str) -> Account:
    first, last, mail = person(rng, language)
    city = {"en": "Bristol", "es": "Madrid", "zh": "上海", "ko": "서울"}[language]
    name = {"zh": f"{last}{first}", "ko": f"{last} {first}"}.get(language, f"{first} {last}")
    owner = OWNER_BY_LANGUAGE.get(language, ["jonas.keller"])[0]
    account = Account(f"acc-{at:03d}", name, language, owner, "customer", "c", "retail", city, "mail", "person")
    shelves.add(
        "customers",
        "account",
        account.key,
        record_type="person",
        name=name,
        first_name=first,
        last_name=last,
        status="customer",
        segment="c",
        language=language,
        source="storefront",
        phone=phone_in(city, 100 + at),
        email=f"{mail}@mail.example.com",
        email_opt_in=True,
        payment_terms="prepaid",
        discount_class="none",
        currency=currency_in(account.country)[0],
        last_activity_at=moment(-9 - at % 7),
        owner=owner,
        addresses=[
            {"external_id": f"{account.key}-bill", "kind": "billing", "address": account.address, "is_default": True}
        ],
    )
    shelves.add("sales", "account", account.key, territory=territory_of(account.country))
    return account


def _add_relations(accounts: list[Account]) -> None:
    by_name = {account.name: account for account in accounts}
    for child, parent in (
        ("Halden Precision", "Vantage Metrology"),
        ("Osprey Turbines", "Ashdown Energy"),
        ("Calder Bearings", "Hartwell Motors"),
    ):
        by_name[child].record["parent"] = by_name[parent].key
    for partner, names in (
        (accounts[0], ("Lumen Print", "Quayside Packaging", "Kestrel Logistics")),
        (accounts[1], ("Ópticas Lumbre", "Maquinaria Cantera")),
    ):
        for name in names:
            by_name[name].record["partner_account"] = partner.key


def _add_contacts(shelves: Shelves, rng: random.Random, accounts: list[Account]) -> None:
    plan = [account for account in accounts if account.record_type != "person"]
    plan += [account for account in plan if account.segment == "key" or account.status == "customer"] + plan
    seen: set[str] = set()
    for at, account in enumerate(plan[:140], 1):
        first, last, mail = person(rng, account.language)
        while f"{mail}{account.domain}" in seen:
            first, last, mail = person(rng, account.language)
        seen.add(f"{mail}{account.domain}")
        key = f"con-{at:03d}"
        shelves.add(
            "customers",
            "contact",
            key,
            account=account.key,
            first_name=first,
            last_name=last,
            title=rng.choice(TITLES[account.language]),
            role_in_purchase=ROLES[len(account.contacts)] if len(account.contacts) < 6 else None,
            influence=rng.randrange(2, 6),
            email=f"{mail}@{account.domain}.example.com",
            phone=phone_in(account.city, 200 + at),
            status="left" if at in (44, 97) else "active",
            language=account.language,
            preferred_channel=rng.choice(("e-mail", "phone", "message")),
            email_opt_in=rng.random() < 0.6,
            reports_to=account.contacts[0] if account.contacts and rng.random() < 0.4 else None,
            last_activity_at=moment(-rng.choice((1, 3, 6, 12, 25, 48))),
            owner=account.owner,
        )
        account.contacts.append(key)
