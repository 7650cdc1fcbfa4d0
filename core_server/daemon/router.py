"""The daemon's ROUTER sockets: multi-part messages in and out, and who may connect.

Knows frames and identities, not messages. The token is compared here and logged nowhere.
"""

import asyncio
import hmac
import logging
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

import zmq
import zmq.asyncio
from zmq.auth import load_certificate

from protocol.codec import Buffer
from protocol.connection import USERNAME, ipc_endpoint
from protocol.errors import BadRequest
from protocol.messages import Limits

log = logging.getLogger("impasto.router")

MAX_BACKLOG = 256
"""Messages waiting for one client that does not read; then progress is dropped."""

COPY_BELOW = 1 << 16
"""Frames smaller than this are cheaper to copy than to share with the I/O thread."""


class Peer(NamedTuple):
    """One connection: which socket, and its routing id there."""

    socket: int
    identity: bytes


class Router:
    """One or two ROUTER sockets as one. Thread: loop only."""

    def __init__(self, token: str, limits: Limits) -> None:
        self._context = zmq.asyncio.Context()
        self._token = token.encode()
        self._limits = limits
        self._sockets: list[zmq.asyncio.Socket] = []
        self._allowed_keys: frozenset[bytes] = frozenset()
        self._zap: asyncio.Task[None] | None = None
        self.endpoints: tuple[str, ...] = ()

    def bind(self, address: str, port: int, curve_keys: Path | None) -> None:
        """Bind ipc (where it exists) and tcp. Raises BadRequest for an address beyond loopback
        without CURVE keys, OSError when the port is taken."""
        beyond = not _is_loopback(address)
        if beyond and curve_keys is None:
            raise BadRequest(
                f"Impasto will not listen on {address} without encryption. Make keys with "
                "zmq.auth.create_certificates(FOLDER, 'daemon'), lay the clients' public keys in "
                "FOLDER/clients, and name the folder as curve_keys in settings.toml; or bind "
                "127.0.0.1.",
                field="bind",
            )
        self._start_zap()
        local = self._socket()
        local.plain_server = True
        endpoints = []
        ipc = ipc_endpoint()
        if ipc is not None:
            Path(ipc.removeprefix("ipc://")).unlink(missing_ok=True)  # of a daemon that was killed
            endpoints.append(_bound(local, ipc))
        endpoints.append(_bound(local, "tcp://127.0.0.1:0" if beyond else _tcp(address, port)))
        if beyond and curve_keys is not None:
            public, secret, self._allowed_keys = _read_keys(curve_keys)
            remote = self._socket()
            remote.curve_server, remote.curve_publickey, remote.curve_secretkey = (
                True,
                public,
                secret,
            )
            endpoints.append(_bound(remote, _tcp(address, port)))
        self.endpoints = tuple(endpoints)

    async def receive(self, socket: int) -> tuple[Peer, list[Buffer]]:
        frames = await self._sockets[socket].recv_multipart(copy=False)
        identity, *rest = frames
        return Peer(socket, identity.bytes), [_view(frame) for frame in rest]

    @property
    def sockets(self) -> range:
        return range(len(self._sockets))

    def send(self, peer: Peer, frames: Sequence[Buffer]) -> bool:
        """Queue a message, never blocking. False if the peer is gone (or reads nothing)."""
        parts: list[Any] = [peer.identity]
        parts += [zmq.Frame(f, copy=len(f) < COPY_BELOW) if len(f) else b"" for f in frames]
        # With NOBLOCK, zmq.asyncio tries at once and returns a future that is already done.
        sent = asyncio.ensure_future(
            self._sockets[peer.socket].send_multipart(parts, flags=zmq.NOBLOCK, copy=False)
        )
        error = sent.exception() if sent.done() else None
        if error is not None and not isinstance(error, zmq.ZMQError):
            raise error
        return error is None

    def close(self) -> None:
        """Close after what was sent has left (at most a second)."""
        if self._zap is not None:
            self._zap.cancel()
        for socket in self._sockets:
            socket.close(linger=1000)
        self._context.destroy(linger=1000)

    def _socket(self) -> zmq.asyncio.Socket:
        socket = self._context.socket(zmq.ROUTER)
        socket.router_mandatory = True  # sending to a vanished client fails, and so tells us
        socket.maxmsgsize = self._limits.frame_bytes
        socket.sndhwm = MAX_BACKLOG
        socket.rcvhwm = MAX_BACKLOG
        socket.zap_domain = b"impasto"
        socket.handshake_ivl = 5000
        self._sockets.append(socket)
        return socket

    # ---- ZAP (RFC 27): libzmq asks us about every connection -----------------------------------

    def _start_zap(self) -> None:
        socket = self._context.socket(zmq.REP)
        socket.linger = 0
        socket.bind("inproc://zeromq.zap.01")
        self._zap = asyncio.get_running_loop().create_task(self._answer_zap(socket))

    async def _answer_zap(self, socket: zmq.asyncio.Socket) -> None:
        try:
            while True:
                version, request, _, _, _, mechanism, *credentials = await socket.recv_multipart()
                good = self._may_connect(mechanism, credentials)
                status = (b"200", b"OK") if good else (b"400", b"wrong token")
                await socket.send_multipart([version, request, *status, b"", b""])
        finally:
            socket.close()

    def _may_connect(self, mechanism: bytes, credentials: list[bytes]) -> bool:
        if mechanism == b"PLAIN" and len(credentials) == 2:
            right_name = hmac.compare_digest(credentials[0], USERNAME.encode())
            return hmac.compare_digest(credentials[1], self._token) and right_name
        if mechanism == b"CURVE" and len(credentials) == 1:
            return credentials[0] in self._allowed_keys
        return False


def _view(frame: zmq.Frame) -> Buffer:
    return frame.buffer if len(frame) >= COPY_BELOW else frame.bytes


def _bound(socket: zmq.asyncio.Socket, endpoint: str) -> str:
    try:
        socket.bind(endpoint)
    except zmq.ZMQError as error:
        raise OSError(error.errno, f"cannot listen on {endpoint}: {error}") from error
    return str(socket.getsockopt_string(zmq.LAST_ENDPOINT))


def _tcp(address: str, port: int) -> str:
    host = f"[{address}]" if ":" in address else address
    return f"tcp://{host}:{port}"


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def _read_keys(folder: Path) -> tuple[bytes, bytes, frozenset[bytes]]:
    """daemon.key_secret and clients/*.key, as made by `zmq.auth.create_certificates`."""
    from zmq.utils import z85

    try:
        public, secret = load_certificate(folder / "daemon.key_secret")
        clients = [load_certificate(path)[0] for path in sorted(folder.glob("clients/*.key"))]
    except (OSError, ValueError) as error:
        raise BadRequest(
            f"The CURVE keys in {folder} cannot be read: {error}", field="curve_keys"
        ) from error
    if secret is None:
        raise BadRequest(f"{folder}/daemon.key_secret has no secret key.", field="curve_keys")
    return public, secret, frozenset(z85.decode(key) for key in clients)
