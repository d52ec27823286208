"""The shell as an operator: who runs a command is who the operating system says."""

import getpass

from formwork.runtime.tenants import Operator


def shell_operator() -> Operator:
    """Whoever runs the command, by their name on this machine."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a number without a name, as containers have
        name = "?"
    return Operator(f"shell:{name}")
