"""Request heads in the styles of real clients, encoded with HPACK (RFC 7541).

A proxy that is fast on the heads of one load generator may be slow on those of gRPC's own libraries: what is indexed,
what is sent as a literal and what is new on every call decides how much there is to decode and to encode.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import frames
from .frames import DATA, END_HEADERS, END_STREAM, HEADERS

TABLE_BYTES = 4096
ENTRY_OVERHEAD = 32
STATIC = {(":method", "POST"): 3, (":scheme", "http"): 6}
STATIC_NAMES = {":authority": 1, ":path": 4, "content-type": 31, "user-agent": 58}
STATIC_ENTRIES = 61
Field = tuple[str, str]


@dataclass(frozen=True)
class Style:
    """What each call says. `fresh` makes the fields that differ on every call; names in `literal` are never indexed."""

    name: str
    about: str
    metadata: tuple[Field, ...] = ()
    literal: frozenset[str] = frozenset()
    fresh: Callable[[random.Random], tuple[Field, ...]] = lambda source: ()


class Encoder:
    """An HPACK encoder without Huffman coding that indexes every field but the literal ones."""

    def __init__(self, literal: frozenset[str]):
        self._literal = literal
        self._added: dict[Field, int] = {}
        self._order: list[Field] = []
        self._first = 0
        self._bytes = 0

    def block(self, fields: list[Field]) -> bytes:
        return b"".join(map(self._field, fields))

    def _field(self, field: Field) -> bytes:
        if field in STATIC:
            return bytes((0x80 | STATIC[field],))
        name, value = field
        if name in self._literal:
            return self._name(0x00, 4, name) + _text(value)
        at = self._added.get(field)
        if at is not None:
            return _number(0x80, 7, STATIC_ENTRIES + len(self._order) - at)
        encoded = self._name(0x40, 6, name) + _text(value)
        self._add(field)
        return encoded

    def _name(self, flags: int, bits: int, name: str) -> bytes:
        known = STATIC_NAMES.get(name)
        return _number(flags, bits, known) if known else bytes((flags,)) + _text(name)

    def _add(self, field: Field) -> None:
        self._bytes += _size(field)
        while self._bytes > TABLE_BYTES:
            oldest = self._order[self._first]
            self._first += 1
            self._bytes -= _size(oldest)
            del self._added[oldest]
        self._added[field] = len(self._order)
        self._order.append(field)


def calls(style: Style, authority: str, path: str, message: int, seed: int) -> Iterator[Callable[[int], bytes]]:
    """Yields one call after the other; each is given its stream and becomes frames. In order: the table remembers."""
    encoder, source = Encoder(style.literal), random.Random(seed)
    body = frames.message(b"w" * message)
    base = [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", authority),
            ("content-type", "application/grpc"), ("user-agent", "weir-bench/1"), ("te", "trailers")]
    while True:
        block = encoder.block([*base, *style.fresh(source), *style.metadata])

        def encoded(stream: int, block: bytes = block) -> bytes:
            return frames.frame(HEADERS, END_HEADERS, stream, block) + frames.frame(DATA, END_STREAM, stream, body)

        yield encoded


def _size(field: Field) -> int:
    return len(field[0]) + len(field[1]) + ENTRY_OVERHEAD


def _number(flags: int, bits: int, value: int) -> bytes:
    most = (1 << bits) - 1
    if value < most:
        return bytes((flags | value,))
    out, left = bytearray((flags | most,)), value - most
    while left >= 0x80:
        out.append(left & 0x7F | 0x80)
        left >>= 7
    return bytes((*out, left))


def _text(value: str) -> bytes:
    encoded = value.encode()
    return _number(0, 7, len(encoded)) + encoded


def _tracing(source: random.Random) -> tuple[Field, ...]:
    return (("grpc-timeout", f"{source.randrange(10_000_000, 99_999_999)}u"),
            ("traceparent", f"00-{source.getrandbits(128):032x}-{source.getrandbits(64):016x}-01"))


def _metadata(seed: int) -> tuple[Field, ...]:
    """29 entries of some 30 bytes and a token of a KiB."""
    source = random.Random(seed)
    entries = [(f"x-entry-{n:02d}", f"{source.getrandbits(80):020x}") for n in range(29)]
    return (*entries, ("authorization", "Bearer " + f"{source.getrandbits(4068):01017x}"))


METADATA = _metadata(1)
STYLES = {style.name: style for style in (
    Style("plain", "as nghttp2 writes it: :path a literal, the rest indexed", literal=frozenset((":path",))),
    Style("indexed", "as grpc-go and grpc-java write it: everything indexed"),
    Style("fresh", "a new grpc-timeout and traceparent on every call, put into the table", fresh=_tracing),
    Style("metadata", "30 metadata entries, one of them a token of 1 KiB, indexed", metadata=METADATA),
    Style("literals", "the same 30 entries as literals, not indexed", metadata=METADATA,
          literal=frozenset((":path", *(name for name, _ in METADATA)))),
)}

KEYS = "keys"
MOST_KEYS = 10_000_000


def of(name: str) -> Style:
    """A style by its name. `keys:N` shows one of N tokens on each call, as calls of many callers come from a balancer."""
    kind, _, number = name.partition(":")
    return _keys(int(number)) if kind == KEYS else STYLES[name]


def _keys(count: int) -> Style:
    return Style(f"{KEYS}:{count}", "another token on every call, put into the table",
                 fresh=lambda source: (("authorization", f"bench{source.randrange(count):07d}"),))
