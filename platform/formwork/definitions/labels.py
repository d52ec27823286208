"""Labels nobody wrote: made from the name."""

import re


def label_of(name: str) -> str:
    """`order_date` becomes `Order date`."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def plural_of(label: str) -> str:
    """The English plural of a label: `Box` becomes `Boxes`, `Library` becomes `Libraries`."""
    if re.search(r"[^aeiou]y$", label):
        return f"{label[:-1]}ies"
    return f"{label}es" if re.search(r"(s|x|z|ch|sh)$", label) else f"{label}s"
