"""The command line: `main` is what `cli.py` and the installed `formwork` call."""

from formwork.cli.main import main

__all__ = ["main"]
