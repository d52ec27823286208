"""What a package expects of itself: records there are once it is installed with its demo records."""

from dataclasses import dataclass, field

from formwork.definitions.source import NOWHERE, Source


@dataclass(frozen=True, slots=True)
class Expectation:
    """There are `count` records of `object` for which `where` holds, all of them where it says nothing."""

    object: str
    count: int
    where: str | None = None
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PackageTestDef:
    """metadata/<package>/tests/<name>.yaml, which `package test` holds the package to."""

    name: str
    package: str
    expect: tuple[Expectation, ...] = ()
    source: Source = field(default=NOWHERE, compare=False, repr=False)
