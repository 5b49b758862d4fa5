"""A gRPC client of plain frames that holds many streams open and reads as slowly as it is told to."""

from __future__ import annotations

import select
import socket
import ssl
import time

from harness import frames
from harness.frames import (
    ACK, DATA, END_STREAM, GOAWAY, HEADERS, PING, PREFACE, RST_STREAM, SET_INITIAL_WINDOW, SET_MAX_STREAMS, SETTINGS,
    Broken, Reader)

PATH = "/weir.bench.Streams/Talk"
READ = 1 << 18
PATIENCE = 30.0


class Connection:
    """One connection to the gateway, over TLS if there is a context for it. `window` is the credit it grants per stream
    and as a whole, in bytes."""

    def __init__(self, port: int, window: int, tls: ssl.SSLContext | None = None):
        self._authority = f"127.0.0.1:{port}"
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self._socket = tls.wrap_socket(self._socket)
        # Not select(), which takes no descriptor above 1023.
        self._ready = select.poll()
        self._ready.register(self._socket, select.POLLIN)
        self._reader = Reader()
        self._next = 1
        self.max_streams: int | None = None
        self.echoed: dict[int, int] = {}
        self.ended: set[int] = set()
        self.on_data = lambda stream, payload: None
        first = PREFACE + frames.settings({SET_INITIAL_WINDOW: window})
        if window > frames.DEFAULT_WINDOW:
            first += frames.window_update(0, window - frames.DEFAULT_WINDOW)
        self._socket.sendall(first)
        self.until(lambda: self.max_streams is not None, "sent no SETTINGS")

    def open(self, body: bytes, last: bool = False) -> int:
        """Opens a stream with one message; `last` ends the client's side."""
        stream, self._next = self._next, self._next + 2
        self.echoed[stream] = 0
        self._socket.sendall(frames.request(stream, PATH, self._authority) + _data(stream, body, last))
        return stream

    def say(self, stream: int, body: bytes, last: bool = False) -> None:
        self._socket.sendall(_data(stream, body, last))

    def grant(self, stream: int, credit: int) -> None:
        """Gives back window of a stream and of the connection."""
        self._socket.sendall(frames.window_update(0, credit) + frames.window_update(stream, credit))

    def until(self, reached, what: str) -> None:
        """Reads until the condition holds."""
        limit = time.monotonic() + PATIENCE
        while not reached():
            self.read(max(0.0, limit - time.monotonic()))
            if time.monotonic() >= limit:
                raise Broken(f"the gateway {what} within {PATIENCE:.0f} s")

    def read(self, seconds: float) -> None:
        """Reads once what arrives within the time."""
        # A record that has been read may hold more than was asked for.
        if not (isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() or self._ready.poll(seconds * 1000)):
            return
        data = self._socket.recv(READ)
        if not data:
            raise Broken("the gateway closed a connection with open streams")
        for kind, flags, stream, payload in self._reader.frames(data):
            self._on_frame(kind, flags, stream, payload)

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def _on_frame(self, kind: int, flags: int, stream: int, payload: memoryview) -> None:
        if kind == DATA:
            self.echoed[stream] += len(payload)
            self.on_data(stream, payload)
        elif kind == SETTINGS and not flags & ACK:
            self.max_streams = frames.settings_of(payload).get(SET_MAX_STREAMS, 1 << 31)
            self._socket.sendall(frames.frame(SETTINGS, ACK, 0))
        elif kind == PING and not flags & ACK:
            self._socket.sendall(frames.frame(PING, ACK, 0, bytes(payload)))
        elif kind in (RST_STREAM, GOAWAY):
            code = int.from_bytes(payload[-4:] if kind == RST_STREAM else payload[4:8], "big")
            raise Broken(f"the gateway sent {'RST_STREAM' if kind == RST_STREAM else 'GOAWAY'} with error code {code}")
        if kind in (DATA, HEADERS) and flags & END_STREAM:
            self.ended.add(stream)


def idle(connections: list[Connection], seconds: float) -> None:
    """Reads whatever comes on all connections for that long, answering pings."""
    limit = time.monotonic() + seconds
    while (left := limit - time.monotonic()) > 0:
        for ready in select.select(connections, [], [], left)[0]:
            ready.read(0)


def _data(stream: int, body: bytes, last: bool) -> bytes:
    return frames.frame(DATA, END_STREAM if last else 0, stream, frames.message(body))
