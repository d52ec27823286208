"""`keys`: the master key everything signed or sealed hangs on."""

import click

from formwork.cli.shell import Shell, takes_json, takes_shell
from formwork.kernel import Conflict
from formwork.runtime.keys import coming_key, make_key, new_key, read_key, replace_key


@click.group()
def keys() -> None:
    """Make and change the master key."""


@keys.command("new")
@click.option("--save", is_flag=True, help="Keep it in the data folder instead of printing it.")
@takes_json
@takes_shell
def new(shell: Shell, save: bool) -> None:
    """Make a key: printed for FORMWORK_KEY, or kept in the data folder where there is none yet."""
    if not save:
        key = new_key()
        shell.say(key)
        shell.answer({"key": key})
        return
    if (shell.settings.data / "key").exists():
        raise Conflict("The data folder has a key already. `keys rotate` changes it.", code="duplicate")
    make_key(shell.settings.data)
    shell.say(f"Kept a new key in {shell.settings.data / 'key'}. Back it up apart from the data.")
    shell.answer({"file": str(shell.settings.data / "key")})


@keys.command("rotate")
@takes_json
@takes_shell
def rotate(shell: Shell) -> None:
    """Change the master key. Restart the server afterwards; people stay signed in, forms that are open are loaded anew.

    With FORMWORK_KEY the new key is printed, to be set by you.
    """
    if shell.settings.key:
        key = new_key()
        shell.say(f"Set FORMWORK_KEY to this and restart, once it is said that every tenant is under it:\n{key}")
        with shell.runtime() as runtime:
            count = runtime.rewrap(read_key(key))
        shell.say(f"Every tenant is under the new key; {count} had to be changed.")
        shell.answer({"key": key})
        return
    with shell.runtime() as runtime:
        key = coming_key(shell.settings.data)
        runtime.rewrap(read_key(key))
    replace_key(shell.settings.data, key)
    shell.say("The key in the data folder is new; the old one is key.old. Restart the server.")
    shell.answer({"file": str(shell.settings.data / "key")})
