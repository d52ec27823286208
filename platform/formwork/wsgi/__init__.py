"""Both doors as one application; servers load it by name."""

from formwork.wsgi.site import Site, make_site

__all__ = ["Site", "make_site"]
