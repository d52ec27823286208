"""The fields a browser without script sends of a page's form: what is in it, templates left out."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self, form: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._form, self._inside, self._template = form, False, 0
        self._select = self._text = ""
        self._chosen: str | None = None
        self._first: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("id") == self._form or self._form in given.get("class", "").split()
        self._template += tag == "template"
        name = given.get("name", "")
        if self._template or not self._inside or "disabled" in given:
            return
        if tag == "input" and name:
            kind = given.get("type", "text")
            if kind not in ("checkbox", "radio", "file", "submit", "button") or "checked" in given:
                self.fields.append((name, given.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "select":
            self._select, self._chosen, self._first = name, None, None
        elif tag == "option" and self._select:
            self._first = given.get("value", "") if self._first is None else self._first
            self._chosen = given.get("value", "") if "selected" in given else self._chosen
        elif tag == "textarea":
            self._text = name
            self.fields.append((name, ""))

    def handle_endtag(self, tag: str) -> None:
        self._template -= tag == "template"
        if tag == "form":
            self._inside = False
        elif tag == "select" and self._select:
            self.fields.append((self._select, (self._chosen if self._chosen is not None else self._first) or ""))
            self._select = ""
        elif tag == "textarea":
            self._text = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.fields[-1] = (self._text, self.fields[-1][1] + data)


def plain_fields(page: str, form: str) -> dict[str, list[str]]:
    """Name -> values of the form with this id or class, ready to be sent again."""
    reader = _Reader(form)
    reader.feed(page)
    found: dict[str, list[str]] = {}
    for name, value in reader.fields:
        found.setdefault(name, []).append(value)
    return found
