"""Server processes of a benchmark: started, asked for the processor time they used, stopped."""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A server and its children."""

    process: "subprocess.Popen[bytes]"
    port: int
    started: float

    def cpu(self) -> float:
        """Seconds of processor time the whole family has used."""
        return sum(_cpu(pid) for pid in self.family())

    def memory(self) -> int:
        """Bytes of the family's memory, shared pages counted once (PSS)."""
        return sum(_pss(pid) for pid in self.family())

    def family(self) -> list[int]:
        """The process and its descendants."""
        found = [self.process.pid]
        for pid in found:
            children = Path(f"/proc/{pid}/task/{pid}/children")
            if children.exists():
                found += [int(child) for child in children.read_text().split()]
        return found

    def stop(self) -> None:
        """End it and wait."""
        self.process.terminate()
        self.process.wait(20)


def start(command: Sequence[str], environment: Mapping[str, str], folder: Path, port: int, path: str) -> Server:
    """Start a server and wait until it answers `path`; raises RuntimeError after a minute."""
    log = (folder / f"server-{port}.log").open("wb")
    began = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, **environment}, cwd=folder, stdout=log, stderr=log)
    while time.perf_counter() - began < 60:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            connection.getresponse().read()
            return Server(process, port, time.perf_counter() - began)
        except OSError:
            time.sleep(0.02)
    process.kill()
    raise RuntimeError(f"{command[0]} does not answer; see {log.name}")


def clock_of_children(pid: int) -> Callable[[], float]:
    """Reads the seconds of processor time a process, its children now and those it has buried have used."""

    def read() -> float:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return sum(int(one) for one in fields[11:15]) / _TICKS + sum(_cpu(int(child)) for child in children)

    return read


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
