"""The edge of the process: settings in, one command, exit code out. docs/howto/cli.md lists the codes."""

import os
import sys
from collections.abc import Sequence

import click

from formwork import __version__
from formwork.cli.commands import Commands
from formwork.cli.shell import Shell
from formwork.kernel import Conflict, Denied, FormworkError, NotFound, Settings, Unavailable

EXIT_CODES = {Conflict: 4, NotFound: 3, Denied: 3, Unavailable: 5}
"""By kind of error; every other refusal is 1, wrong use is 2, an interruption 130."""
_MOST_PROBLEMS = 200


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, prog_name="formwork")
@click.pass_context
def formwork(ctx: click.Context) -> None:
    """Formwork: a CRM platform that is nothing but YAML and a runtime.

    Settings are read from FORMWORK_* variables; docs/howto/settings.md lists them.
    """
    ctx.obj = ctx.obj or Shell(Settings.from_environment(os.environ))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code. Refusals are printed, never a traceback; a bug keeps its own."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        answer = formwork.main(words, prog_name="formwork", standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except FormworkError as error:
        _show(error, as_json="--json" in words)
        return next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1)
    except KeyboardInterrupt:
        return 130
    return answer if isinstance(answer, int) else 0


def _show(error: FormworkError, *, as_json: bool) -> None:
    shell = Shell(Settings(), as_json)
    problems = [{"pointer": one.pointer, "code": one.code, "message": one.message} for one in error.problems]
    shell.answer({"error": error.code, "message": error.message, "problems": problems, **error.extra})
    if not as_json:
        shell.err.print(error.message, style="bold", markup=False)
        for one in error.problems[:_MOST_PROBLEMS]:
            if one.message != error.message:
                shell.err.print(f"  {one.message}", markup=False)
        if len(error.problems) > _MOST_PROBLEMS:
            shell.err.print(f"  and {len(error.problems) - _MOST_PROBLEMS} more", markup=False)
