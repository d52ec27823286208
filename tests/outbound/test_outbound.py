"""Where calls to the outside may go, and what comes back (R1 and R2 of SECURITY)."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from formwork.kernel import Denied, FormworkError, Invalid, Settings, Unavailable
from formwork.outbound import Client, ClientRequest, Gate

PUBLIC = "93.184.216.34"
INSIDE = (
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "224.0.0.1", "255.255.255.255", "::1", "::", "::ffff:127.0.0.1", "::ffff:10.1.1.1", "fe80::1",
    "fc00::1", "fd12::1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "::7f00:1", "ff02::1",
    "2001:db8::1",
)  # fmt: skip
SPELLINGS = (
    "https://0177.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://0x7f000001/", "https://127.1/",
    "https://127.0.0.1./", "https://localhost./", "https://user:pass@example.com/", "https://example.com@127.0.0.1/",
    "https://①②⑦.⓪.⓪.①/", "https://exa mple.com/", "https://example.com\\@127.0.0.1/", "https:///etc/passwd",
    "file:///etc/passwd", "gopher://example.com/", "ftp://example.com/", "//example.com/", "example.com", "",
    "https://example.com:99999/", "https://[::1", "https://example.com/\r\nHost: x", "https://fe80::1%25eth0/",
    "https://example.com/#x", "http://example.com/", "https://a.example/" + "x" * 3_000,
)  # fmt: skip


def gate(*addresses: str, hosts: frozenset[str] = frozenset()) -> Gate:
    """A gate whose names resolve to these addresses."""
    return Gate(hosts, resolve=lambda host, port: list(addresses))


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_of_a_private_address_is_refused(address: str) -> None:
    for known in ((address,), (PUBLIC, address), (address, PUBLIC)):
        with pytest.raises(Denied) as caught:
            gate(*known).pass_through("https://example.com/hook")
        assert address not in caught.value.message


@pytest.mark.parametrize("url", SPELLINGS)
def test_odd_spellings_are_no_address(url: str) -> None:
    with pytest.raises((Invalid, Denied)):
        gate(PUBLIC).pass_through(url)


@pytest.mark.parametrize("port", [22, 80, 5432, 6379, 8000])
def test_only_ports_of_https_are_called(port: int) -> None:
    with pytest.raises(Denied):
        gate(PUBLIC).pass_through(f"https://example.com:{port}/")


def test_a_public_place_is_let_through_to_the_address_that_was_looked_at() -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    target = Gate(resolve=resolve).pass_through("https://Example.com/a?b=c")
    assert (target.host, target.port, target.path, target.address) == ("example.com", 443, "/a?b=c", PUBLIC)
    assert asked == ["example.com"], "resolved once"


def test_a_list_of_hosts_lets_no_other_through() -> None:
    only = gate(PUBLIC, hosts=frozenset({"id.example.com"}))
    assert only.pass_through("https://id.example.com/").host == "id.example.com"
    for url in ("https://example.com/", "https://id.example.com.evil.example/", "https://xid.example.com/"):
        with pytest.raises(Denied):
            only.pass_through(url)


def test_the_settings_name_hosts_and_places_inside() -> None:
    made = Gate.of(Settings(outbound_hosts="A.example, b.example", outbound_inside="localhost:81"))
    assert (made.hosts, made.inside) == ({"a.example", "b.example"}, {"localhost:81"})
    assert made.pass_through("http://localhost:81/").secure is False
    for url in ("http://localhost:82/", "http://127.0.0.1:81/", "http://a.example/"):
        with pytest.raises(FormworkError):
            made.pass_through(url)


def test_a_name_nobody_knows_is_unavailable() -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror

    with pytest.raises(Unavailable):
        Gate(resolve=resolve).pass_through("https://example.com/")


@contextmanager
def answering(*pieces: bytes, pause: float = 0.0) -> Iterator[str]:
    """A server that says these pieces to whoever comes, with pauses, and yields its place."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(5)

    def run() -> None:
        try:
            connection, _ = server.accept()
            connection.recv(65_536)
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(pause)
            connection.close()
        except OSError:
            return

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.getsockname()[1]}"
    server.close()
    thread.join(5)


def called(place: str, seconds: float = 5.0, most: int = 1_000) -> object:
    client = Client(Gate(inside=frozenset({place})), seconds, most)
    return client.call(ClientRequest(f"http://{place}/"))


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with answering(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n") as place:
        answer = called(place)
    assert getattr(answer, "status", 0) == 302


@pytest.mark.parametrize(
    ("pieces", "pause"),
    [
        ((b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2_000,), 0.0),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", *[b"x"] * 30), 0.1),
        ((b"H", *[b"T"] * 30), 0.1),
        ((b"nonsense\r\n\r\n",), 0.0),
        ((b"",), 0.0),
    ],
    ids=["too much", "trickles", "trickles before it begins", "nonsense", "nothing"],
)
def test_what_is_too_much_or_too_slow_is_left(pieces: tuple[bytes, ...], pause: float) -> None:
    began = time.monotonic()
    with answering(*pieces, pause=pause) as place, pytest.raises(Unavailable):
        called(place, seconds=0.8)
    assert time.monotonic() - began < 8
