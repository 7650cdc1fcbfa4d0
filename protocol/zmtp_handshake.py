"""The client's half of the ZMTP handshake: greetings, then NULL or PLAIN, then READY.

Must not write the password anywhere but to the peer, nor outlast its deadline.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .transport import refused, silence_at, stranger_at
from .zmtp_stream import Stream, time_left
from .zmtp_wire import (
    GREETING_SIZE,
    OPENING_SIZE,
    Command,
    FrameDecoder,
    WireError,
    check_greeting,
    command,
    error_reason,
    greeting,
    mechanism_of,
    metadata,
    parse_metadata,
    plain_hello,
)

_PEERS_OF_A_DEALER = {b"ROUTER", b"DEALER", b"REP"}


@dataclass(frozen=True)
class Plain:
    """User name and password of the PLAIN mechanism: 1 to 255 bytes of UTF-8 each, as in libzmq.

    Raises ValueError.
    """

    username: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        self.hello()

    def hello(self) -> bytes:
        """The frame that says both; raises ValueError where they are too long."""
        return plain_hello(self.username, self.password)


class Handshake:
    """One handshake on a fresh stream; the decoder goes on to read what follows it.

    Thread: the reader. Raises NotRunning, Unauthorized, TimedOut, Closed.
    """

    def __init__(
        self, stream: Stream, decoder: FrameDecoder, deadline: float, endpoint: str
    ) -> None:
        self._stream = stream
        self._decoder = decoder
        self._deadline = deadline
        self._endpoint = endpoint

    def run(self, plain: Plain | None, identity: bytes) -> None:
        """Authenticate as a DEALER; an identity is 1 to 255 bytes, none is empty."""
        properties = {"Socket-Type": b"DEALER"}
        if identity:
            properties["Identity"] = identity
        try:
            self._greet("PLAIN" if plain else "NULL")
            if plain:
                self._log_in(plain)
            self._exchange_metadata("INITIATE" if plain else "READY", properties)
        except TimeoutError:
            raise silence_at(self._endpoint) from None
        except WireError as error:
            raise stranger_at(self._endpoint, str(error)) from None
        except OSError:
            raise stranger_at(self._endpoint, "hung up") from None

    def _greet(self, mechanism: str) -> None:
        """Exchange greetings, the own one held back until the peer has named its mechanism.

        libzmq hangs up without a word on a mechanism it does not expect; so it is asked first.
        """
        own = greeting(mechanism)
        self._write(own[:OPENING_SIZE])
        peer = bytearray(GREETING_SIZE)
        filled = 0
        while filled < GREETING_SIZE:
            filled += self._read(memoryview(peer)[filled:])
            check_greeting(bytes(peer[:filled]))
        if mechanism_of(bytes(peer)) != mechanism:
            raise refused()
        self._write(own[OPENING_SIZE:])

    def _log_in(self, plain: Plain) -> None:
        """Say HELLO; whatever is not WELCOME is a refusal.

        libzmq 4.3.5 answers a wrong password with a misspelt ERROR, other versions hang up.
        """
        self._write(plain.hello())
        try:
            answer = self._next_command()
        except TimeoutError:
            raise
        except (OSError, WireError):
            raise refused() from None
        if answer.name != "WELCOME":
            raise refused()

    def _exchange_metadata(self, own: str, properties: dict[str, bytes]) -> None:
        self._write(command(own, metadata(properties)))
        answer = self._next_command()
        if answer.name == "ERROR":
            raise refused(error_reason(answer.body))
        if answer.name != "READY":
            raise WireError("sent an unexpected command")
        if parse_metadata(answer.body).get("socket-type") not in _PEERS_OF_A_DEALER:
            raise WireError("is a ZeroMQ socket of another kind")

    def _next_command(self) -> Command:
        while True:
            event = self._decoder.next()
            if isinstance(event, Command):
                return event
            if event is not None:
                raise WireError("sent a message before the handshake")
            self._decoder.advance(self._read(self._decoder.space()))

    def _read(self, space: memoryview) -> int:
        while not (count := self._stream.read_into(space)):
            if not self._stream.wait(read=True, timeout_s=time_left(self._deadline)):
                raise TimeoutError
        return count

    def _write(self, content: bytes) -> None:
        self._stream.write_all([memoryview(content)], time_left(self._deadline) or 0.0)
