"""Start the command line from a checkout, installed or not: `python cli.py demo`.

Where `make` has made the environment of the checkout, the command runs in that one, whichever Python was called.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"

if __name__ == "__main__" and Path(sys.prefix).resolve() != ENVIRONMENT.resolve():
    python = ENVIRONMENT / "bin" / "python"
    if python.exists():
        os.execv(python, [str(python), *sys.argv])  # noqa: S606 - the same command, in the environment made for it

sys.path.insert(0, str(HERE / "platform"))

from formwork.cli import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
