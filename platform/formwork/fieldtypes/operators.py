"""The operator sets field types share, in the order a filter builder offers them."""

BLANK: tuple[str, ...] = ("is blank", "is not blank")
EQUAL: tuple[str, ...] = ("=", "!=")
CHOICE: tuple[str, ...] = (*EQUAL, "in", "not in", *BLANK)
ORDER: tuple[str, ...] = ("<", "<=", ">", ">=")
NUMBER: tuple[str, ...] = (*EQUAL, *ORDER, "in", "not in", *BLANK)
MOMENT: tuple[str, ...] = (*EQUAL, *ORDER, *BLANK)
TEXT: tuple[str, ...] = ("contains", "starts with", *EQUAL, "in", "not in", *ORDER, *BLANK)
MANY: tuple[str, ...] = ("contains", *BLANK)
