"""Who uses a field or an object: every reference of the metadata, as a graph."""

from formwork.catalog.usage.graph import Usage, usage_of
from formwork.catalog.usage.use import Use

__all__ = ["Usage", "Use", "usage_of"]
