"""Start the command line from a checkout, installed or not: `python cli.py demo`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "platform"))

from formwork.cli import main

if __name__ == "__main__":
    sys.exit(main())
