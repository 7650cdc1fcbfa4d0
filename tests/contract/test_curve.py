"""Listening beyond this machine: only with CURVE keys, and only to keys that are known."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq
from zmq.auth import create_certificates, load_certificate
from zmq.utils.monitor import recv_monitor_message

from protocol.client import new_id
from protocol.codec import decode, encode
from protocol.messages import Hello, Welcome
from tests.daemons import DaemonProcess


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """daemon.key_secret, clients/known.key, and the key pairs of a friend and a stranger."""
    folder = tmp_path_factory.mktemp("keys")
    (folder / "clients").mkdir()
    create_certificates(folder, "daemon")
    create_certificates(folder, "stranger")
    _, secret = create_certificates(folder / "clients", "known")
    Path(secret).rename(folder / "known.key_secret")
    return folder


@pytest.fixture(scope="module")
def daemon(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaemonProcess]:
    home = tmp_path_factory.mktemp("curve")
    (home / "settings.toml").write_text(f'bind = "0.0.0.0"\ncurve_keys = "{keys}"\n', "utf-8")
    running = DaemonProcess(home).start()
    yield running
    running.stop()


REFUSALS = {
    zmq.Event.HANDSHAKE_FAILED_AUTH,
    zmq.Event.HANDSHAKE_FAILED_NO_DETAIL,
    zmq.Event.HANDSHAKE_FAILED_PROTOCOL,
}


def answer(daemon: DaemonProcess, keys: Path, own: str | None) -> object:
    """What hello on the daemon's public socket leads to: its message, or how the handshake failed
    if no message came within 0.2 seconds of that."""
    port = daemon.connection().endpoints[-1].rpartition(":")[2]
    with zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
        dealer.linger = 0
        if own is not None:
            dealer.curve_publickey, dealer.curve_secretkey = load_certificate(
                keys / f"{own}.key_secret"
            )
            dealer.curve_serverkey = load_certificate(keys / "daemon.key")[0]
        with dealer.get_monitor_socket() as monitor:
            dealer.connect(f"tcp://127.0.0.1:{port}")
            dealer.send_multipart(encode(Hello(new_id(), uuid.uuid4().hex, "far away")))
            event = handshake(monitor)
        if not dealer.poll(200 if event in REFUSALS else 10_000):
            return event
        return decode(dealer.recv_multipart()).message


def handshake(monitor: zmq.Socket[bytes]) -> zmq.Event | None:
    """How it ended; None if it did not within ten seconds."""
    ends = {*REFUSALS, zmq.Event.HANDSHAKE_SUCCEEDED}
    while monitor.poll(10_000):
        event = zmq.Event(recv_monitor_message(monitor)["event"])
        if event in ends:
            return event
    return None


def test_a_known_key_is_served(daemon, keys):
    assert isinstance(answer(daemon, keys, "known"), Welcome)


def test_a_strangers_key_is_not_served(daemon, keys):
    assert answer(daemon, keys, "stranger") is zmq.Event.HANDSHAKE_FAILED_AUTH


def test_nobody_is_served_in_the_clear(daemon, keys):
    assert answer(daemon, keys, None) in REFUSALS


def test_programs_of_this_machine_connect_as_ever(daemon):
    with daemon.client() as client:
        assert client.wait_ready(10).pid == daemon.pid


def test_keys_that_cannot_be_read_are_named(tmp_path):
    (tmp_path / "settings.toml").write_text(
        f'bind = "0.0.0.0"\ncurve_keys = "{tmp_path}/nowhere"\n', "utf-8"
    )
    with pytest.raises(RuntimeError, match="nowhere"):
        DaemonProcess(tmp_path).start()
