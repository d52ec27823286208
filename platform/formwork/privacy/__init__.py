"""Personal data: find, export and anonymise one person; let go what has been kept long enough."""

from formwork.privacy.erasure import Erasure, State, erasures, find_erasure, preview_erasure, request_erasure
from formwork.privacy.find import Found, find_person, records_of
from formwork.privacy.mentions import Mention, mentions_of
from formwork.privacy.personal import Subject

__all__ = [
    "Erasure",
    "Found",
    "Mention",
    "State",
    "Subject",
    "erasures",
    "find_erasure",
    "find_person",
    "mentions_of",
    "preview_erasure",
    "records_of",
    "request_erasure",
]
