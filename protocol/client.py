"""The one client: blocking for scripts, polled for user interfaces, over any transport.

Never touches a user interface; a host calls `poll()` from its own timer.
"""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import TracebackType

from .codec import Buffer, Decoded, check_size, decode, encode, read_header
from .connection import USERNAME, Connection, read_connection
from .errors import (
    BadRequest,
    Cancelled,
    ConnectionFailed,
    ImpastoError,
    Internal,
    NotFound,
    NotRunning,
    RequestRejected,
    TimedOut,
    TooLarge,
    Unauthorized,
    VersionMismatch,
)
from .jobs import Changes, Identity, Job, Link, Painted, Picture
from .messages import (
    MESSAGES,
    Accepted,
    Attach,
    Cancel,
    Error,
    Failed,
    Hello,
    Limits,
    Message,
    Progress,
    Result,
    Submit,
    WasCancelled,
    Welcome,
)
from .transport import Transport

__all__ = [
    "Changes",
    "Client",
    "Identity",
    "Job",
    "Link",
    "Painted",
    "Picture",
    "connect_to",
    "connect_to_daemon",
    "new_id",
]

Connect = Callable[[], Transport]
"""Makes a connected transport, or raises a ConnectionFailed. Called again after each loss."""

CONNECT_TIMEOUT_S = 5.0
RECONNECT_FIRST_S, RECONNECT_LAST_S = 0.1, 2.0
CLOSE_TIMEOUT_S = 1.0

_NO_LIMITS = Limits(1 << 62, 1 << 62, 1 << 62, 1 << 62)


class Client:
    """One connection to the daemon, kept alive by a reader thread.

    After a loss it connects again (reading the connection file anew), says hello and attaches
    to every unfinished job, so that no result is lost. Thread: every method from any thread;
    `_run` and what it calls, the reader thread.
    """

    def __init__(self, connect: Connect, identity: Identity, digest: str | None = None) -> None:
        self.identity = identity
        self.link = Link.CONNECTING
        self.error: ImpastoError | None = None
        self.welcome: Welcome | None = None
        self._connect = connect
        self._digest = digest
        self._transport: Transport | None = None
        self._jobs: dict[str, Job] = {}
        self._changed: dict[str, Job] = {}
        self._link_changed = True
        self._replies: dict[str, Decoded | ImpastoError | None] = {}
        self._asked: dict[str, str] = {}
        """Request id → job, to tell which job an `error` is about."""
        self._lost_since: float | None = None
        self._was_refused = False
        self._news = threading.Condition()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="impasto-reader", daemon=True)
        self._thread.start()

    # ---- for callers -------------------------------------------------------------------------

    def wait_ready(self, timeout_s: float = 10.0) -> Welcome:
        """Block until the daemon said welcome. Raises Unauthorized, VersionMismatch, NotRunning."""
        with self._news:
            self._news.wait_for(
                lambda: self.link in (Link.READY, Link.BROKEN, Link.CLOSED), timeout_s
            )
            if self.link is Link.READY and self.welcome is not None:
                return self.welcome
        raise self.error or NotRunning("The daemon does not answer.")

    def submit(
        self, submit: Submit, pictures: Sequence[Picture] = (), job: str | None = None
    ) -> Job:
        """Send a job. `submit.id` and `submit.job` may be empty: they are made here.

        Raises TooLarge before anything is sent, BadRequest for the id of a job under way here.
        """
        name = job or submit.job or str(uuid.uuid4())
        if name in self._jobs:
            raise BadRequest("A job with this id is under way; make a new id.", field="job")
        inputs = tuple(replace(p.input, blob=n) for n, p in enumerate(pictures))
        message = replace(submit, id=new_id(), job=name, inputs=inputs)
        frames = encode(message, [p.pixels for p in pictures])
        check_size(frames, self._limits)
        self._asked[message.id] = name
        return self._adopt(Job(self, name, frames), frames)

    def attach(self, job: str) -> Job:
        """Follow a job submitted earlier, by this client or by its former life."""
        known = self._jobs.get(job)
        if known is not None:
            return known
        return self._adopt(Job(self, job, None), self._attach_frames(job))

    def request(
        self, message: Message, blobs: Sequence[Buffer] = (), timeout_s: float = 10.0
    ) -> Decoded:
        """Send a request with a reply and return the reply. Raises the error it was refused with,
        TimedOut, or NotRunning. The message's `id` must be unique: `new_id()`."""
        name: str = getattr(message, "id")  # noqa: B009 - replies have no id
        self.wait_ready(timeout_s)
        with self._news:
            self._replies[name] = None
        try:
            self._send(encode(message, blobs))
            with self._news:
                answered = self._news.wait_for(
                    lambda: self._replies[name] is not None or self.link is not Link.READY,
                    timeout_s,
                )
                reply = self._replies[name]
        finally:
            with self._news:
                self._replies.pop(name, None)
        if isinstance(reply, ImpastoError):
            raise reply
        if reply is None:
            if answered:
                raise self.error or NotRunning("The daemon went away before it answered.")
            raise TimedOut(f"The daemon did not answer within {timeout_s:g} seconds.")
        return reply

    def poll(self) -> Changes:
        """What changed since the last call; never blocks. For timers of user interfaces."""
        with self._news:
            jobs, self._changed = list(self._changed.values()), {}
            link = self.link if self._link_changed else None
            self._link_changed = False
        return Changes(jobs, link)

    def close(self) -> None:
        """Hang up. Jobs go on in the daemon unless submitted with `on_disconnect: cancel`.

        Does not wait for a connection just being made; that one is dropped when it stands.
        """
        self._closing.set()
        self._set_link(Link.CLOSED)
        transport = self._transport
        if transport is not None:
            transport.close()
        if threading.current_thread() is not self._thread:
            self._thread.join(CLOSE_TIMEOUT_S)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # ---- jobs --------------------------------------------------------------------------------

    def _adopt(self, job: Job, frames: list[Buffer]) -> Job:
        with self._news:
            self._jobs[job.id] = job
            ready = self.link is Link.READY
        if ready:  # else the reader sends it after the welcome
            try:
                self._send(frames)
            except TooLarge:
                self._jobs.pop(job.id, None)
                raise
            except ConnectionFailed:
                pass  # the reader notices too, and sends it again
        return job

    def _attach_frames(self, job: str) -> list[Buffer]:
        request = new_id()
        self._asked[request] = job
        return encode(Attach(request, job))

    def _cancel(self, job: Job) -> None:
        job._cancelling = True  # and again after a reconnection, should this one not arrive
        with contextlib.suppress(ConnectionFailed):
            self._send(encode(Cancel(new_id(), job.id)))

    def _resume(self, transport: Transport, job: Job) -> None:
        """After a reconnection: hand in what was not accepted, ask after the rest."""
        if job._unsent is not None and not job._cancelling:
            try:
                check_size(job._unsent, self._limits)  # now those of this daemon
                transport.send(job._unsent)
            except TooLarge as error:
                self._finish(job, error)
            return
        transport.send(self._attach_frames(job.id))
        if job._cancelling:
            transport.send(encode(Cancel(new_id(), job.id)))

    def _wait(
        self,
        job: Job,
        timeout_s: float | None,
        on_progress: Callable[[Progress], None] | None,
        patience_s: float,
    ) -> Result:
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        seen: Progress | None = None
        while True:
            with self._news:
                if job.progress is seen and not job.state.is_terminal:
                    left = 0.25 if deadline is None else deadline - time.monotonic()
                    self._news.wait(max(0.0, min(left, 0.25)))
                progress, lost = job.progress, self._lost_since
            if progress is not None and progress is not seen and on_progress is not None:
                on_progress(progress)
            seen = progress
            if job.state.is_terminal:
                with self._news:  # who waits does not poll, and nobody else would let go of it
                    self._changed.pop(job.id, None)
            if job.result is not None:
                return job.result
            if job.error is not None:
                raise job.error
            if self.link in (Link.BROKEN, Link.CLOSED):
                raise self.error or NotRunning("The connection was closed.")
            if lost is not None and time.monotonic() - lost > patience_s:
                raise self.error or NotRunning("The daemon is gone; the job is in its history.")
            if deadline is not None and time.monotonic() > deadline:
                raise TimedOut(f"The job was not finished within {timeout_s:g} seconds.")

    # ---- reader thread -----------------------------------------------------------------------

    def _run(self) -> None:
        pause = RECONNECT_FIRST_S
        try:
            while not self._closing.is_set():
                began = time.monotonic()
                self._live()
                if self.link is Link.BROKEN or self._closing.wait(pause):
                    return
                stood = time.monotonic() - began > 2 * RECONNECT_LAST_S
                pause = RECONNECT_FIRST_S if stood else min(pause * 2, RECONNECT_LAST_S)
        finally:
            if self.link is not Link.BROKEN:  # by an error nobody foresaw: let nobody wait
                self._set_link(Link.BROKEN, Internal("The connection to the daemon broke down."))

    def _live(self) -> None:
        """One connection, from greeting to loss."""
        try:
            self._greet()
            self._read()
        except VersionMismatch as error:
            self._set_link(Link.BROKEN, error)
        except Unauthorized as error:
            # Once may be a daemon that just ended or was just restarted: the token is read again.
            self._set_link(Link.BROKEN if self._was_refused else Link.LOST, error)
            self._was_refused = True
        except ImpastoError as error:
            self._set_link(Link.LOST, error)
        finally:
            self._hang_up()

    def _hang_up(self) -> None:
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()

    def _greet(self) -> None:
        transport = self._connect()
        self._transport = transport
        if self._closing.is_set():
            raise NotRunning("The client was closed.")
        who = self.identity
        hello = Hello(
            new_id(), who.client_id, who.client_name, who.client_version, who.locale, self._digest
        )
        transport.send(encode(hello))
        frames = transport.receive(CONNECT_TIMEOUT_S)
        if frames is None:
            raise TimedOut("The daemon does not answer.")
        stranger = NotRunning("Something else answers in the daemon's place.")
        try:
            message = decode(frames).message
        except RequestRejected as error:
            raise stranger from error
        if isinstance(message, Error):
            raise message.error.to_exception()
        if not isinstance(message, Welcome):
            raise stranger
        self.welcome = message if message.catalogue else _keep_catalogue(message, self.welcome)
        self._digest = message.catalogue_digest if self.welcome.catalogue else self._digest
        self._was_refused = False
        self._set_link(Link.READY)
        for job in list(self._jobs.values()):
            if not job.state.is_terminal:
                self._resume(transport, job)

    def _read(self) -> None:
        transport = self._transport
        while transport is not None and not self._closing.is_set():
            frames = transport.receive(None)
            if frames is None:
                continue
            try:
                self._dispatch(decode(frames, self._limits))
            except RequestRejected as error:
                self._skip(frames, error)

    def _skip(self, frames: Sequence[Buffer], error: RequestRejected) -> None:
        """An unreadable message is ignored, unless somebody waits for it: then it is his error."""
        try:
            header = read_header(frames, _NO_LIMITS)
        except RequestRejected:
            return
        kind = str(header.get("type"))
        if kind not in MESSAGES or kind == Progress.type:
            return
        failure = Internal(f"The daemon's answer cannot be read. {error.message}")
        self._answer(str(header.get("reply_to")), failure)
        job = self._jobs.get(str(header.get("job")))
        if job is not None:
            self._finish(job, failure)

    def _dispatch(self, decoded: Decoded) -> None:
        message, blobs = decoded
        name = getattr(message, "job", None)
        job = self._jobs.get(name) if isinstance(name, str) else None
        if job is not None and isinstance(
            message, (Accepted, Progress, Result, Failed, WasCancelled)
        ):
            self._update(job, message, blobs)
        reply_to = getattr(message, "reply_to", None)
        if isinstance(reply_to, str):
            answer = message.error.to_exception() if isinstance(message, Error) else decoded
            self._answer(reply_to, answer)

    def _answer(self, reply_to: str, answer: Decoded | ImpastoError) -> None:
        job = self._jobs.get(self._asked.pop(reply_to, ""))
        if job is not None and isinstance(answer, ImpastoError):
            gone = job._cancelling and isinstance(answer, NotFound)
            self._finish(job, Cancelled("The job was cancelled.") if gone else answer)
        with self._news:
            if reply_to in self._replies:
                self._replies[reply_to] = answer
                self._news.notify_all()

    def _update(
        self,
        job: Job,
        message: Accepted | Progress | Result | Failed | WasCancelled,
        blobs: list[Buffer],
    ) -> None:
        if job.state.is_terminal:
            return
        if isinstance(message, Failed):
            self._finish(job, message.error.to_exception())
            return
        if isinstance(message, WasCancelled):
            self._finish(job, Cancelled("The job was cancelled."))
            return
        with self._news:
            job.is_accepted, job._unsent = True, None
            if isinstance(message, Progress):
                job.progress = message
                if message.preview is not None:
                    job.preview = blobs[message.preview.blob]
            elif isinstance(message, Result):
                job.items = [Painted(item, blobs[item.blob]) for item in message.items]
                job.result = message
                self._jobs.pop(job.id, None)
            self._changed[job.id] = job
            self._news.notify_all()

    def _finish(self, job: Job, error: ImpastoError) -> None:
        with self._news:
            job.error, job._unsent = error, None
            self._jobs.pop(job.id, None)
            self._changed[job.id] = job
            self._news.notify_all()

    @property
    def _limits(self) -> Limits:
        return self.welcome.limits if self.welcome else Limits()

    def _send(self, frames: list[Buffer]) -> None:
        transport = self._transport
        if transport is None or self.link is not Link.READY:
            raise NotRunning("The daemon is not connected.")
        transport.send(frames)

    def _set_link(self, link: Link, error: ImpastoError | None = None) -> None:
        with self._news:
            if self.link is Link.CLOSED:
                return
            if link is Link.LOST and self._lost_since is None:
                self._lost_since = time.monotonic()
            elif link is Link.READY:
                self._lost_since = None
            self.error = error
            self._link_changed = self._link_changed or link is not self.link
            self.link = link
            self._news.notify_all()


def connect_to(connection: Connection, frame_bytes: int = Limits.frame_bytes) -> Transport:
    """The standard-library transport to the first endpoint that answers."""
    from .zmtp import ZmtpDealer  # here, so that tests may use the Client without sockets

    failure: ConnectionFailed = NotRunning("The connection file names no endpoint.")
    for endpoint in connection.endpoints:
        try:
            dealer = ZmtpDealer(
                endpoint,
                username=USERNAME,
                password=connection.token,
                max_frame_bytes=frame_bytes,
            )
        except ValueError:  # an endpoint of a kind that this version does not know
            continue
        try:
            dealer.connect(CONNECT_TIMEOUT_S)
            return dealer
        except ConnectionFailed as error:
            dealer.close()
            if isinstance(error, Unauthorized):
                raise
            failure = error
    raise failure


def connect_to_daemon() -> Transport:
    """To the daemon of the connection file. Raises NotRunning, Unauthorized, TimedOut."""
    return connect_to(read_connection())


def new_id() -> str:
    """A fresh request id."""
    return uuid.uuid4().hex


def _keep_catalogue(new: Welcome, old: Welcome | None) -> Welcome:
    """A welcome without a catalogue means: the one you have is right."""
    return replace(new, catalogue=old.catalogue) if old is not None else new
