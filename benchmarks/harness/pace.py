"""Unary calls at a steady pace whatever becomes of them, in a process of their own: how long each took, and how it ended."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import select
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from . import frames
from .frames import ACK, DATA, END_STREAM, GOAWAY, HEADERS, PING, RST_STREAM, SETTINGS, Broken
from .process import PR_SET_PDEATHSIG, Failed, prefer

READ = 1 << 18
PATIENCE = 10.0
WINDOW = 1 << 30
NS = 1_000_000_000
# How long answers to the last calls are waited for.
GRACE = 0.3
Metadata = Callable[[int], tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Answer:
    """A call that was answered: its status, and seconds from the moment at which it was due."""

    status: int
    seconds: float


@dataclass(frozen=True)
class Run:
    """Calls that were made, in how many seconds, and those of them that were answered."""

    begun: int
    seconds: float
    answers: list[Answer]


class Paced:
    """Calls that another process makes. The same with another pace or another address does not disturb it."""

    def __init__(self, port: int, path: str, connections: int, rate: float, metadata: Metadata = lambda number: (),
                 first: bool = False):
        """`metadata` is what each call says, by its number. `first`: the process waits for no core."""
        context = multiprocessing.get_context("fork")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, port, path, connections, rate, metadata, first), daemon=True)
        self._process.start()

    def begin(self, seconds: float) -> None:
        self._pipe.send(seconds)

    def result(self) -> Run:
        """What came of the calls that were begun last, when that time is over."""
        try:
            result = self._pipe.recv()
        except EOFError:
            raise Failed("a client of the benchmark ended before its time") from None
        if isinstance(result, str):
            raise Failed(result)
        return result

    def stop(self) -> None:
        """Leaves those calls that were not answered."""
        self._process.terminate()
        self._process.join()


class _Connection:
    def __init__(self, port: int, path: str):
        self._path = path
        self._authority = f"127.0.0.1:{port}"
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader = frames.Reader()
        self._next = 1
        self._due: dict[int, int] = {}
        self._body = frames.frame(DATA, END_STREAM, 0, frames.message(b"w" * 16))
        self.answers: list[Answer] = []
        first = frames.settings({frames.SET_TABLE_SIZE: 0, frames.SET_INITIAL_WINDOW: WINDOW})
        self.socket.sendall(frames.PREFACE + first + frames.window_update(0, WINDOW))

    def call(self, due: int, metadata: tuple[tuple[str, str], ...]) -> None:
        stream, self._next = self._next, self._next + 2
        self._due[stream] = due
        body = self._body[:5] + stream.to_bytes(4, "big") + self._body[frames.HEAD:]
        self.socket.sendall(frames.request(stream, self._path, self._authority, metadata) + body)

    def forget(self) -> None:
        """Nobody asks any more what becomes of the calls so far."""
        self.answers = []
        self._due = {}

    def read(self) -> None:
        data = self.socket.recv(READ)
        now = time.monotonic_ns()
        if not data:
            raise Broken("a connection was closed")
        for kind, flags, stream, payload in self._reader.frames(data):
            self._on_frame(kind, flags, stream, payload, now)

    def _on_frame(self, kind: int, flags: int, stream: int, payload: memoryview, now: int) -> None:
        if kind == HEADERS and flags & END_STREAM:
            status = frames.status_of(bytes(payload))
            if status is None:
                raise Broken("a call ended without a status")
            due = self._due.pop(stream, None)
            if due is not None:
                self.answers.append(Answer(status, (now - due) / NS))
        elif kind == SETTINGS and not flags & ACK:
            self.socket.sendall(frames.frame(SETTINGS, ACK, 0))
        elif kind == PING and not flags & ACK:
            self.socket.sendall(frames.frame(PING, ACK, 0, bytes(payload)))
        elif kind == RST_STREAM and stream not in self._due:
            # The server has answered without a look at the message: the rest of it need not come (RFC 9113, 8.1).
            pass
        elif kind in (RST_STREAM, GOAWAY):
            raise Broken(f"frame type {kind} came on stream {stream}: {bytes(payload)!r}")


def _serve(pipe, port: int, path: str, count: int, rate: float, metadata: Metadata, first: bool) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    if first:
        prefer()
    try:
        connections = [_Connection(port, path) for _ in range(count)]
        by_socket = {connection.socket: connection for connection in connections}
        number = 0
        while True:
            seconds = pipe.recv()
            begun = _run(connections, by_socket, seconds, rate, metadata, number)
            number += begun
            answers = [answer for connection in connections for answer in connection.answers]
            for connection in connections:
                connection.forget()
            pipe.send(Run(begun, seconds, answers))
    except EOFError:
        pass
    except (Broken, OSError) as e:
        pipe.send(f"a client of the benchmark failed: {e}")


def _run(connections, by_socket, seconds: float, rate: float, metadata: Metadata, number: int) -> int:
    """Calls in turns on the connections, at once where one is late; returns how many were made."""
    began = time.monotonic_ns()
    end, begun = began + int(seconds * NS), 0
    last = end + int(GRACE * NS)
    while True:
        due = began + int(begun * NS / rate)
        now = time.monotonic_ns()
        if due >= end and now >= last:
            return begun
        if due <= now and due < end:
            connections[begun % len(connections)].call(due, metadata(number + begun))
            begun += 1
            continue
        # Not poll(), which counts in milliseconds.
        for ready in select.select(by_socket, (), (), max(0, (due if due < end else last) - now) / NS)[0]:
            by_socket[ready].read()
