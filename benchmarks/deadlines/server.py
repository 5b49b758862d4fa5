"""A gRPC server of plain frames that is called with a deadline, and never answers, or answers when it has passed."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import multiprocessing
import signal
import struct
import time
from array import array

from harness import frames
from harness.frames import ACK, DATA, PING, PREFACE, RST_STREAM, SETTINGS, Reader
from harness.process import PR_SET_PDEATHSIG, prefer

# What a call says: whether it is to be ended by the server, and its deadline on the clock that all processes have.
CALL = struct.Struct(">?q")
MAX_STREAMS = 100_000
CANCEL = 8
DEADLINE_EXCEEDED = 4
NS = 1_000_000_000


class Connection(asyncio.Protocol):
    """One connection, from the gateway or a client. Writes down how late it hears that a call is over: by a reset, or with
    the connection. Of calls that it ends by itself it writes down how late it does."""

    def __init__(self, heard: array):
        self._heard = heard
        self._reader = Reader()
        self._preface = len(PREFACE)
        self._deadlines: dict[int, int] = {}

    def connection_made(self, transport) -> None:
        self._transport = transport
        transport.write(frames.settings({frames.SET_MAX_STREAMS: MAX_STREAMS}))

    def connection_lost(self, cause) -> None:
        now = time.monotonic_ns()
        for deadline in self._deadlines.values():
            self._hears(deadline, now)

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        skip = min(self._preface, len(data))
        self._preface -= skip
        credit = 0
        for kind, flags, stream, payload in self._reader.frames(data[skip:] if skip else data):
            if kind == DATA:
                credit += len(payload)
                self._begin(stream, bytes(payload[5:]))
            elif kind == RST_STREAM and stream in self._deadlines:
                if int.from_bytes(payload, "big") == CANCEL:
                    self._hears(self._deadlines.pop(stream), now)
            elif kind == SETTINGS and not flags & ACK:
                self._transport.write(frames.frame(SETTINGS, ACK, 0))
            elif kind == PING and not flags & ACK:
                self._transport.write(frames.frame(PING, ACK, 0, bytes(payload)))
        if credit:
            self._transport.write(frames.window_update(0, credit))

    def _begin(self, stream: int, message: bytes) -> None:
        mine, deadline = CALL.unpack(message)
        if mine:
            asyncio.get_running_loop().call_at(deadline / NS, self._end, stream, deadline)
        else:
            self._deadlines[stream] = deadline

    def _end(self, stream: int, deadline: int) -> None:
        if not self._transport.is_closing():
            self._hears(deadline, time.monotonic_ns())
            self._transport.write(frames.answer(stream, DEADLINE_EXCEEDED))

    def _hears(self, deadline: int, now: int) -> None:
        self._heard.extend((deadline, now - deadline))


class Server:
    """The server in a process of its own."""

    def __init__(self, port: int):
        context = multiprocessing.get_context("fork")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(port, theirs), daemon=True)
        self._process.start()

    def take(self, begin: int, end: int) -> list[int]:
        """How late it heard that calls were over, in nanoseconds, those with deadlines from `begin` to `end`; forgets all."""
        self._pipe.send(None)
        heard = self._pipe.recv()
        return [late for deadline, late in zip(heard[::2], heard[1::2]) if begin <= deadline < end]

    def stop(self) -> None:
        self._process.terminate()
        self._process.join()


def _serve(port: int, pipe) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prefer()
    gc.disable()
    heard = array("q")

    def give() -> None:
        pipe.recv()
        pipe.send(heard)
        del heard[:]

    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(pipe.fileno(), give)
        server = await loop.create_server(lambda: Connection(heard), "127.0.0.1", port, backlog=1024)
        await server.serve_forever()

    asyncio.run(run())
