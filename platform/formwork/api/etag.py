"""Entity tags: a record's version with a checksum of what was shown, so both conditions can be asked of one tag.

`If-Match` looks at the version only; `If-None-Match` at the whole tag, because a formula or a related
value may change without the record being written.
"""

import re
import zlib

from formwork.api.json_text import dumps
from formwork.kernel import Malformed

_TAG = re.compile(r'(?:W/)?"?(\d{1,18})(?:-[0-9a-f]{8})?"?')


def tag_of(body: dict[str, object]) -> str:
    """The tag of a record as shown."""
    return f'"{body.get("version", 0)}-{zlib.crc32(dumps(body)):08x}"'


def wanted_version(header: str | None) -> int | None:
    """The version an If-Match header asks for, None for none or `*`; raises Malformed for anything else."""
    if header is None or header.strip() == "*":
        return None
    found = _TAG.fullmatch(header.strip())
    if found is None:
        raise Malformed('`If-Match` takes one ETag of this record, for example "7", or *.')
    return int(found[1])


def is_known(header: str | None, tag: str) -> bool:
    """True when an If-None-Match header names the tag."""
    if header is None:
        return False
    return header.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in header.split(",")}
