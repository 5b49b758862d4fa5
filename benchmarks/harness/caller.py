#!/usr/bin/env python3
"""Makes calls in one of the header styles, a full window of streams at a time on each connection.

usage: caller.py PORT PATH STYLE CALLS CONNECTIONS STREAMS ANSWER_BYTES; prints the seconds it took. A batch of calls
leaves at once and is answered in full before the next: slower than h2load, but no faster client is needed to measure
CPU per call.
"""

from __future__ import annotations

import itertools
import socket
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness import frames, styles
from harness.frames import ACK, DATA, END_STREAM, GOAWAY, HEADERS, PING, RST_STREAM, SETTINGS, Broken

WINDOW = 1 << 30
MESSAGE = 16
READ = 1 << 18
PATIENCE = 30.0


class Caller:
    """One connection. Grants all the window there is; what it sends itself in a batch fits into the least window."""

    def __init__(self, port: int):
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader = frames.Reader()
        self._next = 1
        self._awaited = 0
        self._ended = 0
        self.bytes = 0
        self._ungranted = 0
        self._socket.sendall(frames.PREFACE + frames.settings({frames.SET_INITIAL_WINDOW: WINDOW})
                             + frames.window_update(0, WINDOW))

    def send(self, calls) -> None:
        """Makes these calls."""
        out = []
        for call in calls:
            out.append(call(self._next))
            self._next += 2
        self._awaited += len(out)
        self._socket.sendall(b"".join(out))

    def await_answers(self) -> None:
        """Returns when all calls are answered."""
        while self._ended < self._awaited:
            self._read()

    def _read(self) -> None:
        data = self._socket.recv(READ)
        if not data:
            raise Broken("the proxy closed the connection")
        for kind, flags, stream, payload in self._reader.frames(data):
            self._on_frame(kind, flags, stream, payload)
        if self._ungranted > WINDOW // 2:
            self._socket.sendall(frames.window_update(0, self._ungranted))
            self._ungranted = 0

    def _on_frame(self, kind: int, flags: int, stream: int, payload: memoryview) -> None:
        if kind == DATA:
            self.bytes += len(payload)
            self._ungranted += len(payload)
        elif kind == SETTINGS and not flags & ACK:
            self._socket.sendall(frames.frame(SETTINGS, ACK, 0))
        elif kind == PING and not flags & ACK:
            self._socket.sendall(frames.frame(PING, ACK, 0, bytes(payload)))
        elif kind in (RST_STREAM, GOAWAY):
            raise Broken(f"the proxy sent frame type {kind} on stream {stream}: {bytes(payload)!r}")
        if kind in (DATA, HEADERS) and flags & END_STREAM:
            self._ended += 1


def main() -> int:
    port, path, style, *numbers = sys.argv[1:]
    count, connections, streams, answer = map(int, numbers)
    sources = [styles.calls(styles.of(style), f"127.0.0.1:{port}", "/" + path, MESSAGE, seed)
               for seed in range(1, connections + 1)]
    callers, left = [Caller(int(port)) for _ in sources], count
    began = time.monotonic()
    while left > 0:
        for caller, source in zip(callers, sources):
            size = min(left, streams)
            caller.send(itertools.islice(source, size))
            left -= size
        for caller in callers:
            caller.await_answers()
    took = time.monotonic() - began
    answered = sum(caller.bytes for caller in callers)
    if answered != count * answer:
        raise Broken(f"{answered} of {count * answer} bytes of answers came")
    print(took)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Broken, OSError) as e:
        print(f"error: {e}", file=sys.stderr)
        sys.exit(1)
