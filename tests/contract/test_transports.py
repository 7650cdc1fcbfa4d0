"""Both transports against a real libzmq ROUTER: one behaviour over tcp, ipc, NULL and PLAIN."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import zmq

from core_server.transport_zmq import ZmqDealer
from protocol import zmtp_stream
from protocol.errors import ConnectionFailed, NotRunning, TooLarge, Unauthorized
from protocol.transport import (
    Buffer,
    Closed,
    Disconnected,
    ProtocolViolation,
    Transport,
)
from protocol.zmtp import ZmtpDealer

USERNAME, TOKEN = "impasto", "correct horse"
LIMIT = 32 << 20
SOON_S = 10.0
LARGE = bytes(range(256)) * (16 << 12)


class EchoRouter:
    """A ROUTER in a thread that sends back what it gets; `grow` makes it send that many bytes."""

    def __init__(self, endpoint: str, *, is_plain: bool, heartbeat_ms: int = 0) -> None:
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._zap = self._context.socket(zmq.REP)
        self._zap.bind("inproc://zeromq.zap.01")
        self._router = self._context.socket(zmq.ROUTER)
        self._router.setsockopt(zmq.LINGER, 0)
        if is_plain:
            self._router.setsockopt(zmq.PLAIN_SERVER, 1)
            self._router.setsockopt_string(zmq.ZAP_DOMAIN, "impasto")
        if heartbeat_ms:
            self._router.setsockopt(zmq.HEARTBEAT_IVL, heartbeat_ms)
            self._router.setsockopt(zmq.HEARTBEAT_TIMEOUT, 5 * heartbeat_ms)
        self._router.bind(endpoint)
        self.endpoint = self._router.getsockopt_string(zmq.LAST_ENDPOINT)
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        self._is_stopping = True
        self._thread.join()
        for sock in (self._router, self._zap):
            sock.close(linger=0)
        self._context.term()

    def _run(self) -> None:
        poller = zmq.Poller()
        poller.register(self._router, zmq.POLLIN)
        poller.register(self._zap, zmq.POLLIN)
        while not self._is_stopping:
            ready = dict(poller.poll(20))
            if self._zap in ready:
                self._authenticate()
            if self._router in ready:
                self._echo()

    def _authenticate(self) -> None:
        version, request, _, _, _, _, *credentials = self._zap.recv_multipart()
        is_right = credentials == [USERNAME.encode(), TOKEN.encode()]
        code = b"200" if is_right else b"400"
        self._zap.send_multipart([version, request, code, b"", b"", b""])

    def _echo(self) -> None:
        sender, *frames = self._router.recv_multipart()
        if frames[0] == b"grow":
            frames = [b"grown", bytes(int(frames[1]))]
        self._router.send_multipart([sender, *frames])


Make = Callable[..., Transport]


@pytest.fixture(params=["zmtp", "zmtp-as-on-windows", "pyzmq"])
def make(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Makes transports that are closed after the test."""
    if request.param == "zmtp-as-on-windows":
        monkeypatch.setattr(zmtp_stream, "_HAS_POLL", False)
        monkeypatch.setattr(zmtp_stream, "_HAS_SENDMSG", False)
    made: list[Transport] = []

    def make_one(
        endpoint: str, password: str | None = None, limit: int = LIMIT, identity: bytes = b""
    ) -> Transport:
        dealer = (ZmqDealer if request.param == "pyzmq" else ZmtpDealer)(
            endpoint,
            username=USERNAME,
            password=password,
            identity=identity,
            max_frame_bytes=limit,
        )
        made.append(dealer)
        return dealer

    yield make_one
    for transport in made:
        transport.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path, as ipc needs it."""
    with tempfile.TemporaryDirectory(prefix="im") as name:
        yield Path(name)


@pytest.fixture(params=["tcp", "ipc"])
def address(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "ipc" and not hasattr(socket, "AF_UNIX"):
        pytest.skip("this Python has no Unix sockets")
    return "tcp://127.0.0.1:*" if request.param == "tcp" else f"ipc://{folder}/socket"


@pytest.fixture(params=[None, TOKEN], ids=["null", "plain"])
def password(request: pytest.FixtureRequest) -> str | None:
    return str(request.param) if request.param else None


@pytest.fixture
def router(address: str, password: str | None) -> Iterator[EchoRouter]:
    echo = EchoRouter(address, is_plain=password is not None)
    yield echo
    echo.stop()


@pytest.fixture
def plain_router(address: str) -> Iterator[EchoRouter]:
    echo = EchoRouter(address, is_plain=True)
    yield echo
    echo.stop()


@pytest.fixture
def transport(make: Make, plain_router: EchoRouter) -> Transport:
    """Connected, with PLAIN."""
    dealer = make(plain_router.endpoint, TOKEN)
    dealer.connect(SOON_S)
    return dealer


def receive(transport: Transport, timeout_s: float = SOON_S) -> list[bytes]:
    frames = transport.receive(timeout_s)
    assert frames is not None, "nothing came"
    return [bytes(frame) for frame in frames]


def outcome_of(call: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """Run the call in a thread; its result or its error will be the one item of the list."""
    outcome: list[object] = []

    def run() -> None:
        try:
            outcome.append(call())
        except ConnectionFailed as error:
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, outcome


def free_endpoint() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"tcp://127.0.0.1:{server.getsockname()[1]}"


MESSAGES: list[list[Buffer]] = [
    [b"x"],
    [b""],
    [b"", b"", b""],
    [bytes(255)],
    [bytes(256)],
    [b"{}", bytes(255), bytes(256), b""],
    [b"{}", bytearray(range(256)) * 20, memoryview(LARGE)[1 : 1 << 17], b"end"],
    [b"%d" % number for number in range(1500)],
    [b"{}", LARGE, b"end"],
]


def test_every_message_comes_back_as_it_was_sent(
    make: Make, router: EchoRouter, password: str | None
) -> None:
    transport = make(router.endpoint, password)
    transport.connect(SOON_S)
    for message in MESSAGES:
        transport.send(message)
        assert receive(transport) == [bytes(frame) for frame in message]


def test_large_frames_come_as_flat_views_of_bytes(transport: Transport) -> None:
    transport.send([b"{}", LARGE])
    frames = transport.receive(SOON_S)
    header, body = frames or []
    assert isinstance(header, bytes)
    assert isinstance(body, memoryview)
    assert (body.format, body.ndim, body.nbytes) == ("B", 1, len(LARGE))


@pytest.mark.parametrize("wrong", ["wrong", "x" * 255, None])
def test_a_wrong_token_or_none_is_unauthorized(
    make: Make, plain_router: EchoRouter, wrong: str | None
) -> None:
    transport = make(plain_router.endpoint, wrong)
    for _ in range(2):
        with pytest.raises(Unauthorized, match="token"):
            transport.connect(SOON_S)
    with pytest.raises(NotRunning):
        transport.send([b"x"])


def test_a_daemon_that_asks_for_no_token_is_not_trusted(make: Make, address: str) -> None:
    router = EchoRouter(address, is_plain=False)
    with pytest.raises(Unauthorized):
        make(router.endpoint, TOKEN).connect(SOON_S)
    router.stop()


def test_nobody_listening_is_not_running_at_once(make: Make, folder: Path) -> None:
    stale = folder / "stale"
    if hasattr(socket, "AF_UNIX"):
        with socket.socket(socket.AF_UNIX) as left_behind:
            left_behind.bind(str(stale))
    for endpoint in (free_endpoint(), f"ipc://{folder}/nothing", f"ipc://{stale}"):
        started = time.monotonic()
        with pytest.raises(NotRunning, match="not running"):
            make(endpoint, TOKEN).connect(SOON_S)
        assert time.monotonic() - started < SOON_S / 2


def test_without_a_connection_there_is_nothing_to_use(make: Make) -> None:
    transport = make(free_endpoint())
    with pytest.raises(NotRunning, match="no connection"):
        transport.send([b"x"])
    with pytest.raises(NotRunning, match="no connection"):
        transport.receive(0)


def test_a_daemon_that_vanishes_is_told_once_and_can_be_connected_to_again(
    make: Make, address: str
) -> None:
    router = EchoRouter(address, is_plain=True)
    transport = make(router.endpoint, TOKEN)
    transport.connect(SOON_S)
    router.stop()
    with pytest.raises(Disconnected):
        transport.receive(SOON_S)
    with pytest.raises(NotRunning, match="no connection"):
        transport.receive(SOON_S)
    with pytest.raises(NotRunning, match="not running"):
        transport.connect(SOON_S)
    router = EchoRouter(router.endpoint, is_plain=True)
    transport.connect(SOON_S)
    transport.send([b"again"])
    assert receive(transport) == [b"again"]
    router.stop()


def test_connecting_again_leaves_the_old_connection(transport: Transport) -> None:
    transport.connect(SOON_S)
    transport.send([b"x"])
    assert receive(transport) == [b"x"]


@pytest.mark.parametrize("timeout_s", [0.0, 0.05])
def test_nothing_to_receive_is_none_after_the_timeout(
    transport: Transport, timeout_s: float
) -> None:
    started = time.monotonic()
    assert transport.receive(timeout_s) is None
    assert timeout_s * 0.9 <= time.monotonic() - started < timeout_s + 2


def test_a_message_that_arrives_between_two_looks_is_whole(transport: Transport) -> None:
    transport.send([b"{}", LARGE])
    looks = 0
    while (frames := transport.receive(0)) is None:
        looks += 1
        time.sleep(0.0005)
    assert looks > 0
    assert [bytes(frame) for frame in frames] == [b"{}", LARGE]


def test_the_heartbeats_of_a_daemon_are_answered(make: Make, address: str) -> None:
    router = EchoRouter(address, is_plain=True, heartbeat_ms=100)
    transport = make(router.endpoint, TOKEN)
    transport.connect(SOON_S)
    assert transport.receive(0.9) is None
    transport.send([b"alive"])
    assert receive(transport) == [b"alive"]
    router.stop()


def test_what_is_too_large_is_not_sent_and_harms_nothing(
    make: Make, plain_router: EchoRouter
) -> None:
    transport = make(plain_router.endpoint, TOKEN, 1000)
    transport.connect(SOON_S)
    with pytest.raises(TooLarge, match="limit is 1,000 bytes"):
        transport.send([b"{}", bytes(1001)])
    transport.send([b"{}", bytes(1000)])
    assert receive(transport) == [b"{}", bytes(1000)]


def test_what_is_too_large_to_receive_ends_the_connection(
    make: Make, plain_router: EchoRouter
) -> None:
    transport = make(plain_router.endpoint, TOKEN, 1000)
    transport.connect(SOON_S)
    transport.send([b"grow", b"1001"])
    with pytest.raises(Disconnected) as caught:
        transport.receive(SOON_S)
    if isinstance(transport, ZmtpDealer):
        assert isinstance(caught.value, ProtocolViolation)
        assert "1,001 bytes" in caught.value.message


def test_closing_wakes_the_reader_and_is_final(transport: Transport) -> None:
    thread, outcome = outcome_of(lambda: transport.receive(None))
    time.sleep(0.1)
    started = time.monotonic()
    transport.close()
    thread.join(SOON_S)
    assert time.monotonic() - started < 1
    assert [type(item) for item in outcome] == [Closed]
    uses: Sequence[Callable[[], object]] = (
        lambda: transport.connect(1),
        lambda: transport.send([b"x"]),
        lambda: transport.receive(1),
    )
    for use in uses:
        with pytest.raises(Closed):
            use()


def test_what_was_sent_before_closing_arrives_from_the_given_identity(make: Make) -> None:
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    with context, context.socket(zmq.ROUTER) as router:
        port = router.bind_to_random_port("tcp://127.0.0.1")
        transport = make(f"tcp://localhost:{port}", identity=b"krita")
        transport.connect(SOON_S)

        def send_and_close() -> None:
            transport.send([LARGE])
            transport.close()

        thread, _ = outcome_of(send_and_close)
        assert router.poll(round(SOON_S * 1000))
        assert router.recv_multipart() == [b"krita", LARGE]
        thread.join()


def test_messages_of_two_threads_are_never_mixed(transport: Transport) -> None:
    rounds, sizes = 30, (10, 300, 70_000)

    def send_all(name: bytes) -> None:
        for number in range(rounds):
            body = name * sizes[number % len(sizes)]
            transport.send([name, b"%d" % number, body])

    threads = [threading.Thread(target=send_all, args=(name,)) for name in (b"a", b"b", b"c")]
    for thread in threads:
        thread.start()
    numbers: dict[bytes, list[int]] = {b"a": [], b"b": [], b"c": []}
    for _ in range(len(threads) * rounds):
        name, number, body = receive(transport)
        numbers[name].append(int(number))
        assert body == name * sizes[int(number) % len(sizes)]
    for thread in threads:
        thread.join()
    assert list(numbers.values()) == [list(range(rounds))] * 3


def test_much_in_both_directions_at_once_does_not_block(transport: Transport) -> None:
    count = 12

    def send_all() -> int:
        for _ in range(count):
            transport.send([LARGE[: 4 << 20]])
        return count

    thread, outcome = outcome_of(send_all)
    for _ in range(count):
        assert len(receive(transport)[0]) == 4 << 20
    thread.join(SOON_S)
    assert outcome == [count]
