"""What Impasto's transport is compared with, each in a process of its own.

Must not import Impasto: these are what one would write without it.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import zmq
from PIL import Image

HTTP_TIMEOUT_S = 60


def serve_echo(pipe: Connection, endpoint: str) -> None:
    """A bare ROUTER that sends every message back as it came, without copying it, until killed."""
    with zmq.Context() as context, context.socket(zmq.ROUTER) as router:
        router.bind(endpoint)
        pipe.send(endpoint)
        while True:
            frames = router.recv_multipart(copy=False)
            router.send_multipart(frames, copy=False)


class PictureHandler(BaseHTTPRequestHandler):
    """Takes and gives pictures as A1111's API does: base64 PNG in JSON."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        images = [_picture_of(text) for text in request["init_images"]]
        body = json.dumps({"images": [_text_of(image) for image in images]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a line per request would be measured, too."""


def serve_http(pipe: Connection) -> None:
    """Answer on a free port of the loopback until killed."""
    server = HTTPServer(("127.0.0.1", 0), PictureHandler)
    pipe.send(server.server_port)
    server.serve_forever()


@contextmanager
def echo(endpoint: str) -> Iterator[zmq.Socket[bytes]]:
    """A DEALER connected to a bare echo at `endpoint`."""
    process, _ = _started(serve_echo, endpoint)
    try:
        with zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
            dealer.connect(endpoint)
            yield dealer
    finally:
        _end(process)


@contextmanager
def http_server() -> Iterator[HTTPConnection]:
    """A connection to a picture server; it is kept alive between requests."""
    process, port = _started(serve_http)
    connection = HTTPConnection("127.0.0.1", int(port), timeout=HTTP_TIMEOUT_S)
    try:
        yield connection
    finally:
        connection.close()
        _end(process)


def over_http(connection: HTTPConnection, pixels: bytes, side: int) -> bytes:
    """Send side × side RGBA pixels and return those that come back."""
    image = Image.frombytes("RGBA", (side, side), pixels)
    body = json.dumps({"prompt": "", "init_images": [_text_of(image)]})
    connection.request("POST", "/sdapi/v1/img2img", body, {"Content-Type": "application/json"})
    answer = json.loads(connection.getresponse().read())
    return _picture_of(answer["images"][0]).tobytes()


def _started(target: Callable[..., None], *arguments: str) -> tuple[BaseProcess, str | int]:
    """A new process, and what it says once it is ready."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(theirs, *arguments), daemon=True)
    process.start()
    return process, ours.recv()


def _end(process: BaseProcess) -> None:
    process.kill()
    process.join()


def _text_of(image: Image.Image) -> str:
    file = io.BytesIO()
    image.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def _picture_of(text: str) -> Image.Image:
    image = Image.open(io.BytesIO(base64.b64decode(text)))
    image.load()
    return image
