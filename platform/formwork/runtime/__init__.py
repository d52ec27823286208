"""Everything built once and connected: what doors and commands start from."""

from formwork.runtime.registry import Registry
from formwork.runtime.runtime import Identified, Identify, Runtime

__all__ = ["Identified", "Identify", "Registry", "Runtime"]
