"""`serve`: both doors over HTTP, until told to stop."""

from dataclasses import replace

import click

from formwork.cli.server import Server, address_of, require_free_port
from formwork.cli.shell import Shell, takes_json, takes_shell
from formwork.runtime.keys import master_key


@click.command()
@click.option("--host", help="Address to listen on instead of FORMWORK_HOST.")
@click.option("--port", type=int, help="Port to listen on instead of FORMWORK_PORT.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes instead of FORMWORK_WORKERS.")
@click.option("--no-jobs", is_flag=True, help="Leave jobs to `worker`, which runs beside.")
@takes_json
@takes_shell
def serve(shell: Shell, host: str | None, port: int | None, workers: int | None, no_jobs: bool) -> None:
    """Serve the browser's pages and the API. Refuses to start without a master key."""
    settings = shell.settings
    settings = replace(
        settings,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
        workers=settings.workers if workers is None else workers,
    )
    master_key(settings)
    require_free_port(settings)
    shell.say(f"Serving on {address_of(settings)}. Stop with Ctrl-C.")
    shell.answer({"address": address_of(settings), "workers": settings.workers, "threads": settings.threads})
    Server(settings, jobs=not no_jobs).run()
