"""Unary calls at a steady pace whatever becomes of them, in a process of their own: how long each took, and how it ended."""

from __future__ import annotations

import ctypes
import gc
import math
import multiprocessing
import select
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from . import frames
from .bench import progress
from .frames import ACK, DATA, END_STREAM, GOAWAY, HEADERS, PING, RST_STREAM, SETTINGS, Broken
from .process import PR_SET_PDEATHSIG, Failed, prefer

READ = 1 << 18
PATIENCE = 10.0
WINDOW = 1 << 30
NS = 1_000_000_000
# Seconds for which answers are waited for after the last call, unless all have come.
GRACE = 10.0
Metadata = Callable[[int], tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Answer:
    """A call that was answered: its status, the reason if Weir ended it, and seconds from the moment at which it was due."""

    status: int
    reason: str
    seconds: float


@dataclass(frozen=True)
class Run:
    """Calls that were made, in how many seconds they should have been and were, and those of them that were answered."""

    begun: int
    nominal: float
    seconds: float
    answers: list[Answer]

    def kept(self, slack: float) -> None:
        """Fails where making the calls took more than that many times the nominal seconds: the pace was another one then."""
        if self.seconds > slack * self.nominal:
            raise Failed(f"a client was too slow: its {self.begun} calls took {self.seconds:.2f} s to make, not {self.nominal:.2f}")


def calls(seconds: float, rate: float) -> int:
    """How many are made in that time."""
    return max(0, math.ceil(seconds * rate))


class Paced:
    """Calls that another process makes. The same with another pace or another address does not disturb it."""

    def __init__(self, port: int, path: str, connections: int, rate: float, metadata: Metadata = lambda number: (),
                 first: bool = False, grace: float = GRACE):
        """`metadata` is what each call says, by its number. `first`: the process waits for no core. `grace`: for how many
        seconds after the last call it waits for answers that have not come."""
        context = multiprocessing.get_context("fork")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, port, path, connections, rate, metadata, first, grace), daemon=True)
        self._process.start()
        theirs.close()

    def begin(self, seconds: float) -> None:
        try:
            self._pipe.send(seconds)
        except OSError:
            # It has ended, and result() says why.
            pass

    def result(self) -> Run:
        """What came of the calls that were begun last: when that time is over, and all are answered or the grace is over, too."""
        try:
            result = self._pipe.recv()
        except (EOFError, OSError):
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

    def waits(self) -> bool:
        """Whether a call is not answered yet."""
        return bool(self._due)

    def read(self) -> None:
        data = self.socket.recv(READ)
        now = time.monotonic_ns()
        if not data:
            raise Broken("a connection was closed")
        for kind, flags, stream, payload in self._reader.frames(data):
            self._on_frame(kind, flags, stream, payload, now)

    def _on_frame(self, kind: int, flags: int, stream: int, payload: memoryview, now: int) -> None:
        if kind == HEADERS and flags & END_STREAM:
            block = bytes(payload)
            status = frames.status_of(block)
            if status is None:
                raise Broken("a call ended without a status")
            due = self._due.pop(stream, None)
            if due is not None:
                self.answers.append(Answer(status, frames.reason_of(block), (now - due) / NS))
        elif kind == SETTINGS and not flags & ACK:
            self.socket.sendall(frames.frame(SETTINGS, ACK, 0))
        elif kind == PING and not flags & ACK:
            self.socket.sendall(frames.frame(PING, ACK, 0, bytes(payload)))
        elif kind == RST_STREAM and stream not in self._due:
            # The server has answered without a look at the message: the rest of it need not come (RFC 9113, 8.1).
            pass
        elif kind in (RST_STREAM, GOAWAY):
            raise Broken(f"frame type {kind} came on stream {stream}: {bytes(payload)!r}")


def _serve(pipe, port: int, path: str, count: int, rate: float, metadata: Metadata, first: bool, grace: float) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    if first and not prefer():
        progress("warning: the client has no priority, so that it waits for a core like everybody else")
    try:
        connections = [_Connection(port, path) for _ in range(count)]
        by_socket = {connection.socket: connection for connection in connections}
        number = 0
        while True:
            seconds = pipe.recv()
            count = calls(seconds, rate)
            took = _run(connections, by_socket, count, rate, lambda each: metadata(number + each), grace)
            number += count
            answers = [answer for connection in connections for answer in connection.answers]
            for connection in connections:
                connection.forget()
            pipe.send(Run(count, count / rate, took, answers))
    except EOFError:
        pass
    except (Broken, OSError) as e:
        pipe.send(f"a client of the benchmark failed: {e}")


def _run(connections, by_socket, count: int, rate: float, metadata: Metadata, grace: float) -> float:
    """Calls in turns on the connections, at once where one is late; returns in how many seconds they were made."""
    begun = 0
    began = made = time.monotonic_ns()
    while True:
        now, due = time.monotonic_ns(), began + int(begun * NS / rate)
        if begun < count and due <= now:
            connections[begun % len(connections)].call(due, metadata(begun))
            begun, made = begun + 1, now
            continue
        until = due if begun < count else made + int(grace * NS)
        if begun == count and (now >= until or not any(connection.waits() for connection in connections)):
            # The last one has its share of time as the others have.
            return (made - began) / NS + 1 / rate if count else 0.0
        # Not poll(), which counts in milliseconds.
        for ready in select.select(by_socket, (), (), max(0, until - now) / NS)[0]:
            by_socket[ready].read()
