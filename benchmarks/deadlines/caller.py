"""A gRPC client of plain frames that has a number of calls open all the time, each of which waits for its deadline."""

from __future__ import annotations

import random
import select
import socket
import time

from harness import frames
from harness.frames import ACK, END_STREAM, GOAWAY, HEADERS, PING, PREFACE, RST_STREAM, SETTINGS, Broken, Reader
from server import CALL, DEADLINE_EXCEEDED

PATH = "/weir.bench.Deadlines/Wait"
READ = 1 << 18
PATIENCE = 10.0
PER_CONNECTION = 100
LEAST_US = 20_000


class Calls:
    """The calls of one run, with timeouts of 20 ms up to the longest. `late` has how late each was told that it is over, in
    nanoseconds, of those with deadlines in the span that is measured."""

    def __init__(self, port: int, count: int, longest_us: int, by_server: bool):
        self._random = random.Random(count)
        self._longest = longest_us
        self._by_server = by_server
        self.begin = self.end = 0
        self.begun = 0
        self.late: list[int] = []
        shares = [PER_CONNECTION] * (count // PER_CONNECTION) + [count % PER_CONNECTION]
        self._connections = [_Connection(port, self, share) for share in shares if share]
        self._ready = select.poll()
        self._by_fd = {connection.fileno(): connection for connection in self._connections}
        for fd in self._by_fd:
            self._ready.register(fd, select.POLLIN)

    def run(self, warmup: float, seconds: float) -> None:
        """Makes calls, measures those that end after the warm-up, and returns when all of them have."""
        self.begin = time.monotonic_ns() + int(warmup * 1e9)
        self.end = self.begin + int(seconds * 1e9)
        for connection in self._connections:
            connection.fill()
        self._read_until(lambda: time.monotonic_ns() >= self.end)
        limit = time.monotonic() + PATIENCE
        self._read_until(lambda: len(self.late) == self.begun or time.monotonic() > limit)
        if len(self.late) != self.begun:
            raise Broken(f"{self.begun - len(self.late)} of {self.begun} calls did not end within {PATIENCE:.0f} s")

    def _read_until(self, over) -> None:
        while not over():
            for fd, _ in self._ready.poll(100):
                self._by_fd[fd].read()

    def close(self) -> None:
        for connection in self._connections:
            connection.close()

    def timeout_us(self) -> int:
        return self._random.randrange(LEAST_US, self._longest)

    def message(self, deadline: int) -> bytes:
        if self.begin <= deadline < self.end:
            self.begun += 1
        return frames.message(CALL.pack(self._by_server, deadline))

    def ended(self, deadline: int, now: int) -> None:
        if self.begin <= deadline < self.end:
            self.late.append(now - deadline)


class _Connection:
    def __init__(self, port: int, calls: Calls, share: int):
        self._calls = calls
        self._share = share
        self._authority = f"127.0.0.1:{port}"
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader = Reader()
        self._next = 1
        self._deadlines: dict[int, int] = {}
        self._socket.sendall(PREFACE + frames.settings({frames.SET_TABLE_SIZE: 0}))

    def fill(self) -> None:
        """Begins as many calls as are missing."""
        self._socket.sendall(b"".join(self._begin() for _ in range(self._share - len(self._deadlines))))

    def _begin(self) -> bytes:
        stream, self._next = self._next, self._next + 2
        timeout = self._calls.timeout_us()
        deadline = time.monotonic_ns() + timeout * 1000
        self._deadlines[stream] = deadline
        head = frames.request(stream, PATH, self._authority, (("grpc-timeout", f"{timeout}u"),))
        return head + frames.frame(frames.DATA, END_STREAM, stream, self._calls.message(deadline))

    def read(self) -> None:
        data = self._socket.recv(READ)
        now = time.monotonic_ns()
        if not data:
            raise Broken("a connection with open calls was closed")
        for kind, flags, stream, payload in self._reader.frames(data):
            self._on_frame(kind, flags, stream, payload, now)
        self.fill()

    def _on_frame(self, kind: int, flags: int, stream: int, payload: memoryview, now: int) -> None:
        if kind == HEADERS:
            status = frames.status_of(bytes(payload))
            if status != DEADLINE_EXCEEDED or not flags & END_STREAM:
                raise Broken(f"a call ended with status {status} instead of {DEADLINE_EXCEEDED}")
            self._calls.ended(self._deadlines.pop(stream), now)
        elif kind == SETTINGS and not flags & ACK:
            self._socket.sendall(frames.frame(SETTINGS, ACK, 0))
        elif kind == PING and not flags & ACK:
            self._socket.sendall(frames.frame(PING, ACK, 0, bytes(payload)))
        elif kind in (RST_STREAM, GOAWAY):
            raise Broken(f"frame type {kind} came on stream {stream}: {bytes(payload)!r}")

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()
