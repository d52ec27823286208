"""Writes the demo data of every package. Run it from anywhere: python docs/howto/demo-data/generate.py."""

import random
import sys

from activities import add_activities
from company import add_company
from customers import add_customers
from deals import add_deals
from leads import add_leads
from orders import add_orders
from results import add_results
from writing import Shelves

SEED = 20240517


def main() -> int:
    """Makes the story in order, then writes it; answers the exit code."""
    shelves = Shelves()
    add_company(shelves)
    accounts = add_customers(shelves, random.Random(SEED))
    converted = add_leads(shelves, random.Random(SEED + 1), accounts)
    deals = add_deals(shelves, random.Random(SEED + 2), accounts, converted)
    add_results(shelves, random.Random(SEED + 5), deals)
    add_orders(shelves, random.Random(SEED + 3), accounts, deals)
    add_activities(shelves, random.Random(SEED + 4), accounts, deals)
    sys.stdout.write(f"{shelves.write()} records written\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
