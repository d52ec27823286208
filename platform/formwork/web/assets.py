"""Addresses of the built files: names carry a content hash and are kept by browsers for a year."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path

from flask import Flask, Response, request

from formwork.kernel.errors import Unavailable

FOLDER = Path(__file__).parent / "static"
YEAR = 31_536_000


@dataclass(frozen=True, slots=True)
class Assets:
    """What the build wrote: `names` maps `app.js` to its hashed name, `icons` are the ids of the sprite."""

    names: Mapping[str, str]
    icons: frozenset[str]
    prefix: str = "/static/"

    def address(self, name: str) -> str:
        """The address of a built file, e.g. `app.css`."""
        return self.prefix + self.names[name]

    def icon(self, name: str) -> str:
        """The address of a symbol; a name the sprite lacks is shown as a plain box."""
        return f"{self.prefix}{self.names['icons.svg']}#{name if name in self.icons else 'box'}"


def load_assets(folder: Path = FOLDER) -> Assets:
    """Read the build's manifest and the ids of its sprite; raises Unavailable when nothing was built."""
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        raise Unavailable("The pages' styles are not built. Run `make front`, then start again.", code="not_built")
    names: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
    sprite = (folder / names["icons.svg"]).read_text(encoding="utf-8")
    return Assets(names, frozenset(re.findall(r'<symbol id="([^"]+)"', sprite)))


class PackedFlask(Flask):
    """An application that sends static files as the build packed them, to browsers that take gzip.

    Pages are not packed: they hold tokens beside what an address says, and their length would tell of both (BREACH).
    """

    def send_static_file(self, filename: str) -> Response:
        """The file; raises werkzeug's NotFound when there is none."""
        packed = f"{filename}.gz"
        if not request.accept_encodings.quality("gzip") or not (FOLDER / packed).is_file():
            return super().send_static_file(filename)
        response = super().send_static_file(packed)
        response.mimetype = guess_type(filename)[0] or "application/octet-stream"
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        return response
