"""A gRPC server of plain frames: echoes messages, or sends a stream as long as the first message asks for."""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import signal

from harness import frames
from harness.frames import (
    ACK, DATA, DEFAULT_WINDOW, END_STREAM, HEADERS, MAX_PAYLOAD, PING, PREFACE, RST_STREAM, SET_INITIAL_WINDOW,
    SET_MAX_STREAMS, SETTINGS, WINDOW_UPDATE, Reader)
from harness.process import PR_SET_PDEATHSIG

SEND = b"send "
MAX_STREAMS = 10_000
# What a long stream repeats: one gRPC message of 1 MiB, prefix included, in which no two offsets look alike.
BLOCK = frames.message(b"".join(n.to_bytes(4, "big") for n in range((1 << 18) - 1))[:(1 << 20) - 5])


class Connection(asyncio.Protocol):
    """One connection from the gateway. Sends within the windows it was given and as fast as its socket takes it."""

    def __init__(self, sent):
        self._sent = sent
        self._reader = Reader()
        self._preface = len(PREFACE)
        self._paused = False
        self._window = DEFAULT_WINDOW
        self._initial = DEFAULT_WINDOW
        self._windows: dict[int, int] = {}
        self._left: dict[int, int] = {}
        self._offset: dict[int, int] = {}
        self._fresh: set[int] = set()

    def connection_made(self, transport) -> None:
        self._transport = transport
        transport.set_write_buffer_limits(high=1 << 18)
        transport.write(frames.settings({SET_MAX_STREAMS: MAX_STREAMS}))

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        self._send()

    def data_received(self, data: bytes) -> None:
        skip = min(self._preface, len(data))
        self._preface -= skip
        for kind, flags, stream, payload in self._reader.frames(data[skip:] if skip else data):
            self._on_frame(kind, flags, stream, payload)
        self._send()

    def _on_frame(self, kind: int, flags: int, stream: int, payload: memoryview) -> None:
        if kind == HEADERS and stream not in self._windows:
            self._windows[stream] = self._initial
            self._fresh.add(stream)
            self._transport.write(frames.response(stream))
        elif kind == DATA and stream in self._windows:
            self._on_data(flags, stream, bytes(payload))
        elif kind == WINDOW_UPDATE:
            credit = int.from_bytes(payload, "big")
            if stream == 0:
                self._window += credit
            elif stream in self._windows:
                self._windows[stream] += credit
        elif kind == SETTINGS and not flags & ACK:
            self._on_settings(frames.settings_of(payload))
        elif kind == PING and not flags & ACK:
            self._transport.write(frames.frame(PING, ACK, 0, bytes(payload)))
        elif kind == RST_STREAM:
            self._forget(stream)

    def _on_settings(self, values: dict[int, int]) -> None:
        initial = values.get(SET_INITIAL_WINDOW, self._initial)
        for stream in self._windows:
            self._windows[stream] += initial - self._initial
        self._initial = initial
        self._transport.write(frames.frame(SETTINGS, ACK, 0))

    def _on_data(self, flags: int, stream: int, data: bytes) -> None:
        if data:
            self._transport.write(frames.window_update(0, len(data)) + frames.window_update(stream, len(data)))
        asked = data[5:]
        if stream in self._fresh and asked.startswith(SEND):
            self._left[stream], self._offset[stream] = int(asked[len(SEND):]), 0
        elif data:
            # Echoed without a look at the windows: the client keeps its echoes far below them.
            self._transport.write(frames.frame(DATA, 0, stream, data))
            self._window -= len(data)
            self._windows[stream] -= len(data)
        self._fresh.discard(stream)
        if flags & END_STREAM and stream not in self._left:
            self._transport.write(frames.trailers(stream))
            self._forget(stream)

    def _send(self) -> None:
        for stream in list(self._left):
            while not self._paused and self._left[stream]:
                size = min(self._window, self._windows[stream], self._left[stream], MAX_PAYLOAD)
                if size <= 0:
                    break
                self._send_data(stream, size)
            if not self._left[stream]:
                self._transport.write(frames.trailers(stream))
                self._forget(stream)

    def _send_data(self, stream: int, size: int) -> None:
        at = self._offset[stream]
        size = min(size, len(BLOCK) - at)
        self._transport.write(frames.head(size, DATA, 0, stream) + BLOCK[at:at + size])
        self._offset[stream] = (at + size) % len(BLOCK)
        self._left[stream] -= size
        self._window -= size
        self._windows[stream] -= size
        self._sent.value += size

    def _forget(self, stream: int) -> None:
        for known in (self._windows, self._left, self._offset):
            known.pop(stream, None)
        self._fresh.discard(stream)


class Server:
    """The server in a process of its own. `sent` counts the bytes of long streams that left it."""

    def __init__(self, port: int):
        context = multiprocessing.get_context("fork")
        self._sent = context.RawValue("Q", 0)
        self._process = context.Process(target=_serve, args=(port, self._sent), daemon=True)
        self._process.start()

    @property
    def sent(self) -> int:
        return self._sent.value

    def stop(self) -> None:
        self._process.terminate()
        self._process.join()


def _serve(port: int, sent) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(sent), "127.0.0.1", port, backlog=1024)
        await server.serve_forever()

    asyncio.run(run())
