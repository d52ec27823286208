"""The name of the table that keeps the values of a many-valued field."""

import hashlib

LONGEST_NAME = 63
"""Bytes of a name on PostgreSQL, which cuts longer ones silently."""


def side_table_name(object: str, field: str) -> str:
    """`<object>__<field>`, cut with a hash of the whole when it is too long for a database."""
    whole = f"{object}__{field}"
    if len(whole) <= LONGEST_NAME:
        return whole
    return f"{whole[: LONGEST_NAME - 9]}_{hashlib.sha256(whole.encode()).hexdigest()[:8]}"
