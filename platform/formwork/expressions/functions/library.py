"""All functions of the language by name."""

from collections.abc import Mapping
from types import MappingProxyType

from formwork.expressions.functions import collections, dates, logic, numbers, text
from formwork.expressions.functions.function import Function

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        function.name: function
        for group in (logic.FUNCTIONS, numbers.FUNCTIONS, collections.FUNCTIONS, dates.FUNCTIONS, text.FUNCTIONS)
        for function in group
    }
)
"""The library as shipped; the wiring may hand `check` a larger one."""
