"""The standard-library transport against peers made of raw sockets: strangers and misbehaving ones.

libzmq's side is held to the same where it can tell what happened.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from core_server.transport_zmq import ZmqDealer
from protocol.errors import ConnectionFailed, NotRunning, TimedOut, Unauthorized
from protocol.transport import Closed, Disconnected, ProtocolViolation
from protocol.zmtp import ZmtpDealer
from protocol.zmtp_wire import command, frame_header, greeting, metadata, plain_hello

SOON_S = 10.0
SHORT_S = 0.3
SILENT_S = 0.1  # is enough where nothing more will come
PLAIN, NULL = greeting("PLAIN"), greeting("NULL")
WELCOME = command("WELCOME")
READY = command("READY", metadata({"Socket-Type": b"ROUTER"}))
HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class RawPeer:
    """Accepts one connection and runs a script on it, in a thread."""

    def __init__(self, script: Callable[[socket.socket], None]) -> None:
        self._script = script
        self._server = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"tcp://127.0.0.1:{self._server.getsockname()[1]}"
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()
        self._server.close()

    def _run(self) -> None:
        self._server.settimeout(0.02)
        while not self._done.is_set():
            try:
                connection, _ = self._server.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(SOON_S)
                self._script(connection)


@pytest.fixture
def start() -> Iterator[Callable[[Callable[[socket.socket], None]], RawPeer]]:
    peers: list[RawPeer] = []

    def start_one(script: Callable[[socket.socket], None]) -> RawPeer:
        peers.append(RawPeer(script))
        return peers[-1]

    yield start_one
    for peer in peers:
        peer.stop()


Kind = type[ZmtpDealer] | type[ZmqDealer]
KINDS: list[Kind] = [ZmtpDealer, ZmqDealer]
Start = Callable[[Callable[[socket.socket], None]], RawPeer]


def read(connection: socket.socket, count: int) -> bytes:
    content = b""
    while len(content) < count and (more := connection.recv(count - len(content))):
        content += more
    return content


def hold(connection: socket.socket) -> None:
    """Stay silent until the client hangs up."""
    try:
        while connection.recv(1 << 16):
            pass
    except ConnectionError:
        pass


def says(*answers: bytes, hangs_up: bool = False) -> Callable[[socket.socket], None]:
    """A script: send all answers at once, then hang up or stay silent."""

    def script(connection: socket.socket) -> None:
        connection.sendall(b"".join(answers))
        if not hangs_up:
            hold(connection)

    return script


def hangs_up_after_hello(connection: socket.socket) -> None:
    connection.sendall(PLAIN)
    read(connection, len(PLAIN) + len(plain_hello("impasto", "token")))


def shake_hands(connection: socket.socket) -> None:
    """The server's half of a NULL handshake."""
    connection.sendall(NULL)
    assert read(connection, 64) == NULL
    connection.sendall(READY)
    assert read(connection, 30)[:8] == b"\x04\x1c\x05READY"


CASES: list[tuple[str, Callable[[socket.socket], None], type[ConnectionFailed], str]] = [
    ("an http server", says(HTTP), NotRunning, "does not speak ZeroMQ"),
    ("an http server, closing", says(HTTP, hangs_up=True), NotRunning, "is not Impasto"),
    ("a wrong signature", says(b"\xff" + bytes(9)), NotRunning, "does not speak ZeroMQ"),
    ("an old ZeroMQ", says(b"\xff" + bytes(8) + b"\x7f\x01\x05\0\0"), NotRunning, "older"),
    ("silence", says(), TimedOut, "does not answer"),
    ("hanging up at once", says(hangs_up=True), NotRunning, "hung up"),
    ("a cut greeting", says(PLAIN[:20]), TimedOut, "does not answer"),
    ("a cut greeting, closing", says(PLAIN[:20], hangs_up=True), NotRunning, "hung up"),
    ("silence after HELLO", says(PLAIN), TimedOut, "does not answer"),
    ("hanging up after HELLO", hangs_up_after_hello, Unauthorized, "token"),
    ("an ERROR for HELLO", says(PLAIN, command("ERROR", b"\x03400")), Unauthorized, "token"),
    ("a misspelt ERROR", says(PLAIN, command("^RROR", b"\x03400")), Unauthorized, "token"),
    ("a message for HELLO", says(PLAIN, b"\x00\x02hi"), Unauthorized, "token"),
    ("an endless answer", says(PLAIN, b"\x06" + b"\x7f" * 8), Unauthorized, "token"),
    ("another mechanism", says(greeting("CURVE")), Unauthorized, "token"),
    ("no mechanism", says(NULL), Unauthorized, "token"),
    ("an ERROR for INITIATE", says(PLAIN, WELCOME, command("ERROR", b"\x04late")),
     Unauthorized, "late"),
    ("silence after INITIATE", says(PLAIN, WELCOME), TimedOut, "does not answer"),
    ("no READY", says(PLAIN, WELCOME, WELCOME), NotRunning, "unexpected command"),
    ("cut metadata", says(PLAIN, WELCOME, command("READY", b"\x0bSocket")), NotRunning, "cut"),
    ("a PUB socket",
     says(PLAIN, WELCOME, command("READY", metadata({"Socket-Type": b"PUB"}))),
     NotRunning, "another kind"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("script", "error", "sentence"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_stranger_is_named_and_never_waited_for_longer_than_asked(
    start: Start,
    script: Callable[[socket.socket], None],
    error: type[ConnectionFailed],
    sentence: str,
) -> None:
    dealer = ZmtpDealer(start(script).endpoint, username="impasto", password="token")
    started = time.monotonic()
    with pytest.raises(error, match=sentence) as caught:
        dealer.connect(SILENT_S if error is TimedOut else SHORT_S)
    dealer.close()
    assert type(caught.value) is error
    assert time.monotonic() - started < SHORT_S + 2
    assert "token" not in repr(caught.value).replace("access token", "")


@pytest.mark.parametrize(
    ("script", "error"), [case[1:3] for case in CASES], ids=[case[0] for case in CASES]
)
def test_libzmq_tells_of_strangers_too_and_never_waits_longer_than_asked(
    start: Start, script: Callable[[socket.socket], None], error: type[ConnectionFailed]
) -> None:
    dealer = ZmqDealer(start(script).endpoint, username="impasto", password="token")
    started = time.monotonic()
    with pytest.raises((NotRunning, Unauthorized, TimedOut)):
        dealer.connect(SILENT_S if error is TimedOut else SHORT_S)
    dealer.close()
    assert time.monotonic() - started < SHORT_S + 2


@pytest.mark.parametrize(
    ("nonsense", "sentence"),
    [
        (b"\x02" + (1 << 62).to_bytes(8, "big"), "above the limit"),
        (b"\x09\x00", "unknown flags"),
        (b"\x04\x00", "cut short"),
        (command("PING", b"\x00"), "PING"),
        (command("ERROR", b"\x04gone"), "ended the connection: gone"),
    ],
)
def test_nonsense_after_the_handshake_ends_the_connection_after_what_was_right(
    start: Start, nonsense: bytes, sentence: str
) -> None:
    def script(connection: socket.socket) -> None:
        shake_hands(connection)
        connection.sendall(b"\x00\x05right" + nonsense)
        hold(connection)

    dealer = ZmtpDealer(start(script).endpoint)
    dealer.connect(SOON_S)
    assert dealer.receive(SOON_S) == [b"right"]
    with pytest.raises(ProtocolViolation, match=sentence):
        dealer.receive(SOON_S)
    with pytest.raises(NotRunning, match="no connection"):
        dealer.receive(0)
    dealer.close()


def test_a_ping_is_answered_with_its_context_and_unknown_commands_are_not(start: Start) -> None:
    answers: list[bytes] = []

    def script(connection: socket.socket) -> None:
        shake_hands(connection)
        connection.sendall(command("GOSSIP", b"x") + command("PING", b"\x00\x0actx"))
        answers.append(read(connection, 10))
        connection.sendall(b"\x00\x04done")
        hold(connection)

    dealer = ZmtpDealer(start(script).endpoint)
    dealer.connect(SOON_S)
    assert dealer.receive(SOON_S) == [b"done"]
    assert answers == [b"\x04\x08\x04PONGctx"]
    dealer.close()


def test_a_ping_during_a_large_send_is_answered_after_the_message(start: Start) -> None:
    size, rest = 64 << 20, list[bytes]()
    is_pinged = threading.Event()

    def script(connection: socket.socket) -> None:
        shake_hands(connection)
        connection.sendall(command("PING", b"\x00\x00during") + b"\x00\x04seen")
        is_pinged.wait(SOON_S)
        assert read(connection, 9) == frame_header(size)
        left = size
        while left:
            left -= len(connection.recv(min(left, 1 << 20)))
        rest.append(read(connection, 13))
        connection.sendall(b"\x00\x04done")
        hold(connection)

    dealer = ZmtpDealer(start(script).endpoint)
    dealer.connect(SOON_S)
    sender = threading.Thread(target=dealer.send, args=([bytes(size)],))
    sender.start()
    time.sleep(0.2)
    assert dealer.receive(SOON_S) == [b"seen"]
    is_pinged.set()
    assert dealer.receive(SOON_S) == [b"done"]
    sender.join(SOON_S)
    assert rest == [command("PONG", b"during")]
    dealer.close()


def stuck_send(dealer: ZmtpDealer) -> tuple[threading.Thread, list[object]]:
    """A thread that sends more than the network takes."""
    outcome: list[object] = []

    def run() -> None:
        try:
            dealer.send([bytes(64 << 20)])
        except ConnectionFailed as error:
            outcome.append(type(error))

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.2)
    return thread, outcome


@pytest.mark.parametrize("ends", ["close", "connect", "stall", "crash"])
def test_a_send_that_nobody_reads_ends_with_the_connection(start: Start, ends: str) -> None:
    is_over = threading.Event()

    def script(connection: socket.socket) -> None:
        if not is_over.is_set():
            shake_hands(connection)
            is_over.wait(SOON_S)

    dealer = ZmtpDealer(start(script).endpoint, stall_s=0.5 if ends == "stall" else SOON_S)
    dealer.connect(SOON_S)
    thread, outcome = stuck_send(dealer)
    if ends == "close":
        dealer.close()
    elif ends == "connect":
        with pytest.raises(TimedOut):
            dealer.connect(SHORT_S)
    elif ends == "crash":
        is_over.set()
    thread.join(SOON_S / 2)
    assert outcome == [{"close": Closed, "stall": TimedOut}.get(ends, Disconnected)]
    if ends in ("stall", "crash"):
        with pytest.raises(Disconnected):
            dealer.receive(SOON_S)
    is_over.set()
    dealer.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("useless", ["", "x" * 256])
def test_a_token_that_plain_cannot_carry_is_an_error_of_the_caller(
    kind: Kind, useless: str
) -> None:
    with pytest.raises(ValueError, match="255"):
        kind("tcp://127.0.0.1:1", username="impasto", password=useless)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "endpoint", ["udp://127.0.0.1:1", "tcp://127.0.0.1", "tcp://:1", "ipc://", "/tmp/x", ""]
)
def test_an_endpoint_of_another_form_is_an_error_of_the_caller(kind: Kind, endpoint: str) -> None:
    with pytest.raises(ValueError, match="tcp://host:port"):
        kind(endpoint)


@pytest.mark.parametrize("kind", KINDS)
def test_closing_wakes_a_connect_in_progress(start: Start, kind: Kind) -> None:
    dealer = kind(start(says()).endpoint)
    outcome: list[object] = []

    def run() -> None:
        try:
            dealer.connect(SOON_S)
        except ConnectionFailed as error:
            outcome.append(type(error))

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.2)
    dealer.close()
    thread.join(1)
    assert outcome == [Closed]
