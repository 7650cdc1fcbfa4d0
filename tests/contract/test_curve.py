"""Listening beyond this machine: only with CURVE keys, and only to keys that are known."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq
from zmq.auth import create_certificates, load_certificate

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


def welcome(daemon: DaemonProcess, keys: Path, own: str | None) -> object:
    """What the daemon answers to hello on its public socket, or None within two seconds."""
    port = daemon.connection().endpoints[-1].rpartition(":")[2]
    with zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
        dealer.linger = 0
        if own is not None:
            dealer.curve_publickey, dealer.curve_secretkey = load_certificate(
                keys / f"{own}.key_secret"
            )
            dealer.curve_serverkey = load_certificate(keys / "daemon.key")[0]
        dealer.connect(f"tcp://127.0.0.1:{port}")
        dealer.send_multipart(encode(Hello(new_id(), uuid.uuid4().hex, "far away")))
        if not dealer.poll(10_000 if own == "known" else 2_000):
            return None
        return decode(dealer.recv_multipart()).message


def test_a_known_key_is_served(daemon, keys):
    assert isinstance(welcome(daemon, keys, "known"), Welcome)


def test_a_strangers_key_is_not_served(daemon, keys):
    assert welcome(daemon, keys, "stranger") is None


def test_nobody_is_served_in_the_clear(daemon, keys):
    assert welcome(daemon, keys, None) is None


def test_programs_of_this_machine_connect_as_ever(daemon):
    with daemon.client() as client:
        assert client.wait_ready(10).pid == daemon.pid


def test_keys_that_cannot_be_read_are_named(tmp_path):
    (tmp_path / "settings.toml").write_text(
        f'bind = "0.0.0.0"\ncurve_keys = "{tmp_path}/nowhere"\n', "utf-8"
    )
    with pytest.raises(RuntimeError, match="nowhere"):
        DaemonProcess(tmp_path).start()
