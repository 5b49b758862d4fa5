"""HTTP/2 frames and uncompressed header blocks (RFC 9113 section 4 and 6, RFC 7541 section 6.2.2).

Just enough for a benchmark's own client and server. Both write header blocks without a dynamic table. Servers read none:
what a stream is for is said in its first message. Clients find no more in one than how a call ended.
"""

from __future__ import annotations

import base64
import re

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEAD = 9
MAX_PAYLOAD = 16_384
DEFAULT_WINDOW = 65_535

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
END_STREAM, ACK, END_HEADERS, PADDED = 1, 1, 4, 8
STATUS, DETAILS = "grpc-status", "grpc-status-details-bin"
# Its value in a google.rpc.Status: a length, and in it the first field, with a length of a byte.
ERROR_INFO = re.compile(rb"google\.rpc\.ErrorInfo\x12[\x80-\xff]*.\n.([A-Z0-9_]+)", re.DOTALL)
SET_TABLE_SIZE, SET_MAX_STREAMS, SET_INITIAL_WINDOW = 1, 3, 4


class Broken(Exception):
    """What the other side did that a working gateway does not do."""


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return head(len(payload), kind, flags, stream) + payload


def head(length: int, kind: int, flags: int, stream: int) -> bytes:
    return length.to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big")


def settings(values: dict[int, int]) -> bytes:
    return frame(SETTINGS, 0, 0, b"".join(k.to_bytes(2, "big") + v.to_bytes(4, "big") for k, v in values.items()))


def settings_of(payload: memoryview) -> dict[int, int]:
    pairs = (payload[at:at + 6] for at in range(0, len(payload), 6))
    return {int.from_bytes(pair[:2], "big"): int.from_bytes(pair[2:], "big") for pair in pairs}


def window_update(stream: int, credit: int) -> bytes:
    return frame(WINDOW_UPDATE, 0, stream, credit.to_bytes(4, "big"))


def request(stream: int, path: str, authority: str, metadata: tuple[tuple[str, str], ...] = ()) -> bytes:
    block = b"\x83\x86" + b"".join(
        literal(name, value) for name, value in
        ((":path", path), (":authority", authority), ("content-type", "application/grpc"), ("te", "trailers"), *metadata))
    return frame(HEADERS, END_HEADERS, stream, block)


def response(stream: int) -> bytes:
    return frame(HEADERS, END_HEADERS, stream, b"\x88" + literal("content-type", "application/grpc"))


def trailers(stream: int, status: int = 0) -> bytes:
    return frame(HEADERS, END_HEADERS | END_STREAM, stream, literal(STATUS, str(status)))


def answer(stream: int, status: int) -> bytes:
    """An answer that is nothing but a status."""
    block = b"\x88" + literal("content-type", "application/grpc") + literal(STATUS, str(status))
    return frame(HEADERS, END_HEADERS | END_STREAM, stream, block)


def status_of(block: bytes) -> int | None:
    """How a call ended; None where the block does not say so."""
    status = _value(block, STATUS)
    return None if status is None else int(status)


def reason_of(block: bytes) -> str:
    """Why Weir has ended a call (docs/errors.md); nothing where it was not Weir."""
    details = _value(block, DETAILS)
    # Any padding will do, and there is none.
    found = ERROR_INFO.search(base64.b64decode(details + b"===")) if details else None
    return found[1].decode() if found else ""


def _value(block: bytes, name: str) -> bytes | None:
    """For whoever grants no dynamic table, and from those who do not use Huffman coding, which Weir and this module do not."""
    field = bytes((len(name),)) + name.encode()
    at = block.find(field)
    if at < 0:
        return None
    at += len(field)
    length, shift, more = block[at], 0, block[at] == 127
    at += 1
    while more:
        length += (block[at] & 127) << shift
        more, shift, at = block[at] > 127, shift + 7, at + 1
    return block[at:at + length]


def literal(name: str, value: str) -> bytes:
    """A field that is neither indexed nor Huffman coded; both strings are shorter than 127 bytes."""
    return b"\x00" + bytes((len(name),)) + name.encode() + bytes((len(value),)) + value.encode()


def message(body: bytes) -> bytes:
    """A length-prefixed gRPC message."""
    return b"\0" + len(body).to_bytes(4, "big") + body


class Reader:
    """Splits a byte stream into frames."""

    def __init__(self) -> None:
        self._rest = b""

    def frames(self, data: bytes):
        """Yields (type, flags, stream, payload) for each frame that is complete; keeps the rest for the next call."""
        data = self._rest + data if self._rest else data
        view, at, end = memoryview(data), 0, len(data)
        while end - at >= HEAD:
            length = int.from_bytes(view[at:at + 3], "big")
            if end - at < HEAD + length:
                break
            flags, stream = view[at + 4], int.from_bytes(view[at + 5:at + HEAD], "big") & 0x7FFFFFFF
            payload = view[at + HEAD:at + HEAD + length]
            if flags & PADDED and view[at + 3] in (DATA, HEADERS):
                payload = payload[1:length - payload[0]]
            yield view[at + 3], flags, stream, payload
            at += HEAD + length
        self._rest = data[at:]
