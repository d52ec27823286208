"""Leads, the web forms that bring some of them in, and submissions."""

import random
from dataclasses import dataclass

from company import OWNER_BY_LANGUAGE, REPS
from customers import Account, address_in, person, phone_in
from words import CITIES, NEEDS, TITLES
from writing import Shelves, moment

STAGES = ["new"] * 30 + ["contacted"] * 32 + ["qualified"] * 20 + ["converted"] * 20 + ["disqualified"] * 18
MADE_UP = {
    "en": (
        ["Alder", "Birch", "Cliff", "Dale", "Ember", "Frost", "Glen", "Heath", "Iron", "Juniper", "Lake", "Moss"],
        [" Works", " Systems", " Foods", " Clinics", " Freight", " Tools", " Optics", " & Sons"],
    ),
    "es": (
        ["Alba", "Bruma", "Cierzo", "Duna", "Faro", "Loma", "Río"],
        [" Industrial", " Alimentos", " Metal", " Salud", " Transportes"],
    ),
    "zh": (["华星", "东岭", "明泰", "瑞丰", "金桥", "海川"], ["机械", "食品", "光电", "医疗", "物流"]),
    "ko": (["한솔", "누리", "가온", "다온", "해오름"], ["정밀", "식품", "테크", "물류"]),
}
INDUSTRIES = ["manufacturing", "food", "healthcare", "logistics", "energy", "automotive", "it", "education"]


@dataclass
class Converted:
    """A lead that became a customer: the deals part gives it a deal."""

    key: str
    account: Account
    owner: str
    days_ago: int


def add_leads(shelves: Shelves, rng: random.Random, accounts: list[Account]) -> list[Converted]:
    """120 leads over five months and two web forms; answers the converted ones."""
    stages = STAGES[:]
    rng.shuffle(stages)
    customers = [
        one
        for one in accounts
        if one.record_type == "company" and one.contacts and one.status in ("customer", "prospect")
    ]
    rng.shuffle(customers)
    converted = []
    for at, stage in enumerate(stages, 1):
        if stage == "converted":
            converted.append(_converted(shelves, rng, at, customers[len(converted)]))
        else:
            _open_or_lost(shelves, rng, at, stage)
    _add_forms(shelves, rng)
    return converted


def _open_or_lost(shelves: Shelves, rng: random.Random, at: int, stage: str) -> None:
    language = rng.choices(("en", "es", "zh", "ko"), (55, 20, 14, 11))[0]
    first, last, mail = person(rng, language)
    heads, tails = MADE_UP[language]
    company = rng.choice(heads) + rng.choice(tails)
    days_ago = {
        "new": rng.choice((0, 0, 0, 1, 1, 2, 3, 4)),
        "contacted": rng.randrange(2, 25),
        "qualified": rng.randrange(6, 45),
    }.get(stage, rng.randrange(15, 150))
    qualified = stage == "qualified"
    answered = stage != "new"
    city = rng.choice([name for name, row in CITIES.items() if _speaks(row[0], language)])
    record_type = rng.choices(("inbound", "outbound", "event", "partner"), (60, 20, 15, 5))[0]
    source = {"event": "event", "partner": "partner", "outbound": "phone"}.get(record_type) or rng.choice(
        ("web", "e-mail", "referral", "card_scan")
    )
    shelves.add(
        "leads",
        "lead",
        f"led-{at:03d}",
        record_type=record_type,
        first_name=first,
        last_name=last,
        company=company,
        title=rng.choice(TITLES[language]),
        email=f"{mail}@lead{at:03d}.example.com",
        phone=phone_in(city, 300 + at) if rng.random() < 0.8 else None,
        address=address_in(city) if qualified else None,
        industry=rng.choice(INDUSTRIES) if rng.random() < 0.8 else None,
        size_band=rng.choice(("1-9", "10-49", "50-249", "250-999")),
        language=language,
        source=source,
        source_detail={"event": "Measure & Control fair", "partner": "Alder & Finch"}.get(source),
        partner_account="acc-001" if record_type == "partner" else None,
        interest=rng.sample(["hardware", "software", "service", "training"], rng.randrange(1, 3)),
        budget=rng.choice((4000, 8500, 15000, 22000, 40000, 65000)) if qualified or rng.random() < 0.4 else None,
        need=rng.choice(NEEDS[language]) if qualified or rng.random() < 0.5 else None,
        timeframe=rng.choice(("now", "quarter", "half_year")) if qualified else rng.choice(("quarter", "later", None)),
        stage=stage,
        lost_reason=rng.choice(("no_need", "no_budget", "competitor", "unreachable", "invalid"))
        if stage == "disqualified"
        else None,
        rating=rng.choice(("hot", "warm")) if qualified else rng.choice(("warm", "cold", None)),
        email_opt_in=rng.random() < 0.5,
        replies=rng.randrange(0, 4) if answered else 0,
        received_at=moment(-days_ago - 0.1),
        stage_entered_at=moment(-days_ago * 0.6 - 0.05) if answered else moment(-days_ago - 0.1),
        first_outgoing_activity_at=moment(-days_ago - 0.1 + rng.choice((0.02, 0.05, 0.08)))
        if answered and days_ago
        else None,
        last_activity_at=moment(-days_ago * rng.choice((0.2, 0.4, 0.6))) if answered and days_ago else None,
        next_activity_at=moment(rng.choice((-2, 0.1, 1, 2, 4, 7)))
        if stage in ("contacted", "qualified") and rng.random() < 0.7
        else None,
        owner=rng.choice(OWNER_BY_LANGUAGE.get(language, REPS[1:4])),
    )


def _speaks(country: str, language: str) -> bool:
    return {"ES": "es", "CN": "zh", "KR": "ko"}.get(country, "en") == language


def _converted(shelves: Shelves, rng: random.Random, at: int, account: Account) -> Converted:
    first, last, mail = person(rng, account.language)
    days_ago = rng.choice((2, 4, 6, 9, 14, 20, 33, 47, 60, 90, 120))
    key = f"led-{at:03d}"
    received = days_ago + rng.randrange(6, 30)
    shelves.add(
        "leads",
        "lead",
        key,
        record_type="inbound",
        first_name=first,
        last_name=last,
        company=account.name,
        title=rng.choice(TITLES[account.language]),
        email=f"{mail}@{account.domain}.example.com",
        phone=phone_in(account.city, 300 + at),
        address=account.address,
        industry=account.industry,
        language=account.language,
        source=rng.choice(("web", "referral", "event")),
        interest=["hardware", "service"],
        budget=rng.choice((12000, 25000, 48000, 90000)),
        need=rng.choice(NEEDS[account.language]),
        timeframe=rng.choice(("now", "quarter")),
        stage="converted",
        rating="hot",
        email_opt_in=True,
        replies=3,
        received_at=moment(-received),
        stage_entered_at=moment(-days_ago),
        first_outgoing_activity_at=moment(-received + 0.1),
        last_activity_at=moment(-days_ago),
        converted_account=account.key,
        converted_contact=account.contacts[0],
        converted_by=account.owner,
        converted_at=moment(-days_ago),
        owner=account.owner,
    )
    return Converted(key, account, account.owner, days_ago)


def _add_forms(shelves: Shelves, rng: random.Random) -> None:
    for key, title, language in (
        ("frm-contact", "Ask for an offer", "en"),
        ("frm-demo", "Solicitar una demostración", "es"),
    ):
        submissions = []
        for at in range(1, 7):
            state = "spam" if at == 4 else "duplicate" if at == 5 else "processed"
            submissions.append(
                {
                    "external_id": f"{key}-{at}",
                    "payload": {"name": f"Visitor {at}", "question": rng.choice(NEEDS[language])},
                    "record": {"object": "lead", "id": f"led-{at * 3 + (60 if language == 'es' else 0):03d}"}
                    if state == "processed"
                    else None,
                    "referrer": "https://www.example.com/products",
                    "spam_score": 92 if state == "spam" else rng.randrange(0, 20),
                    "state": state,
                }
            )
        shelves.add(
            "leads",
            "web_form",
            key,
            title=title,
            target_object="lead",
            language=language,
            active=True,
            owner="mara.lind",
            consent_text={
                "en": "We use your data to answer you and delete it after a year.",
                "es": "Usamos sus datos para responderle y los borramos al cabo de un año.",
            }[language],
            fields={"questions": ["name", "company", "email", "phone", "need"]},
            form_submissions=[{name: value for name, value in one.items() if value is not None} for one in submissions],
        )
