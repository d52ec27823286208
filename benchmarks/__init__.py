"""Formwork beside a hand-written application and raw SQL, in one run: `make bench`."""
