"""The rows both applications are filled with: 20 fields, the same for the same number."""

from datetime import date, timedelta
from typing import Any

INDUSTRIES = (
    "Agriculture", "Banking", "Chemicals", "Education", "Energy", "Health", "Media", "Retail", "Telecom", "Transport",
)  # fmt: skip
COUNTRIES = ("DE", "FR", "US", "GB", "IN", "ES", "IT", "BR", "JP", "CN")
RATINGS = ("hot", "warm", "cold")
CITIES = 100
_FIRST = date(2020, 1, 1)


def row(number: int) -> dict[str, Any]:
    """One row as the hand-written application takes it."""
    return {
        "name": f"Company {number:07}",
        "industry": INDUSTRIES[number % 10],
        "annual_revenue": f"{number % 9973}.25",
        "employees": number % 5000,
        "created_date": (_FIRST + timedelta(days=number % 2000)).isoformat(),
        "is_active": number % 3 != 0,
        "email": f"office{number}@example.com",
        "phone": f"+49 30 {number:07}",
        "website": f"https://c{number}.example.com",
        "street": f"Long Street {number % 500}",
        "city": f"City {number % CITIES}",
        "postal_code": f"{number % 99999:05}",
        "country": COUNTRIES[number % 10],
        "rating": RATINGS[number % 3],
        "source": "web",
        "score": number % 1000 / 10,
        "last_contact": "2026-01-02T03:04:05",
        "external_id": f"x-{number}",
        "notes": "A line of notes about what was said the last time.",
    }


def record(number: int) -> dict[str, Any]:
    """The same row as Formwork's API takes it: option codes, exact numbers as text, moments with a zone."""
    plain = row(number)
    return {
        **plain,
        "industry": plain["industry"].lower(),
        "score": str(plain["score"]),
        "last_contact": plain["last_contact"] + "Z",
    }
