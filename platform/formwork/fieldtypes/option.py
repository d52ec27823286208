"""One choice of a select field."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Option:
    """A choice: the `code` is stored, the `label` is shown.

    An inactive option stays readable and can no longer be chosen. `attributes` are the further
    scalars written beside the label; expressions reach them as `<field>.<attribute>`.
    """

    code: str
    label: str
    hue: str = ""
    icon: str = ""
    active: bool = True
    attributes: Mapping[str, object] = field(default_factory=dict)
