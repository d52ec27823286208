"""The databases tenants may lie in: the installation's own, and those FORMWORK_DATABASES names."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from formwork.kernel import NotFound, Settings, Unavailable
from formwork.storage.engines import sqlite_url

OWN = "own"
"""The word for the installation's own database, which the directory keeps as an empty name."""
_FOLDER = "sqlite:///"


class Databases:
    """Names to addresses; passwords stay in the settings."""

    def __init__(self, settings: Settings) -> None:
        self._urls = {"": settings.database_url or f"{_FOLDER}{settings.data / 'tenants'}", **dict(settings.databases)}

    def names(self) -> Sequence[str]:
        """Those of the settings; the installation's own comes first, with an empty name."""
        return tuple(self._urls)

    def is_postgres(self, name: str) -> bool:
        """True when tenants are schemas there, False when they are files in a folder."""
        return not self._of(name).startswith(_FOLDER)

    def url(self, name: str, location: str) -> str:
        """The URL of a tenant's database; raises Unavailable when the settings do not know it any more."""
        if self.is_postgres(name):
            return self._of(name)
        file = self.file(name, location)
        file.parent.mkdir(parents=True, exist_ok=True)
        return sqlite_url(file)

    def file(self, name: str, location: str) -> Path:
        """The SQLite file of a tenant."""
        return Path(self._of(name).removeprefix(_FOLDER)) / location

    def require_file(self, name: str, location: str) -> None:
        """Raise Unavailable when a tenant's file is not there: opening it would make an empty one in its place."""
        if not self.file(name, location).exists():
            raise Unavailable(
                "The database of this site is not there. Nothing was saved; an administrator must bring it back.",
                code="database_unavailable", extra={"retry_after": 60},
            )  # fmt: skip

    def chosen(self, wanted: str, counts: Mapping[str, int]) -> str:
        """The name a new tenant is entered under: the one wanted, else the one with the fewest tenants.

        Without FORMWORK_DATABASES that is the installation's own. Raises NotFound `unknown_database`.
        """
        name = "" if wanted == OWN else wanted
        if wanted:
            if name not in self._urls:
                known = ", ".join(one or OWN for one in self._urls)
                raise NotFound(f"There is no database {wanted!r}. There are: {known}.", code="unknown_database")
            return name
        others = [one for one in self._urls if one]
        return min(others, key=lambda one: counts.get(one, 0)) if others else ""

    def _of(self, name: str) -> str:
        found = self._urls.get(name)
        if found is None:
            raise Unavailable(
                f"This site's database {name!r} is not among FORMWORK_DATABASES. An administrator must add it.",
                code="database_unavailable", extra={"retry_after": 60},
            )  # fmt: skip
        return found
