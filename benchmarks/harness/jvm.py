"""What a running JVM holds, told by the JDK's own jcmd."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .process import Failed, Missing

KIB = 1 << 10
SCALES = {"B": 1, "K": KIB, "M": KIB * KIB, "G": KIB**3}
NATIVE_TRACKING = "-XX:NativeMemoryTracking=summary"


@dataclass(frozen=True)
class Held:
    """Bytes that live objects take on the heap, and bytes in buffers outside of it."""

    heap: int
    buffers: int

    def __sub__(self, other: Held) -> Held:
        return Held(self.heap - other.heap, self.buffers - other.buffers)

    @property
    def total(self) -> int:
        return self.heap + self.buffers


def held(pid: int) -> Held:
    """Collects garbage and measures. The JVM has to run with NATIVE_TRACKING."""
    live = _live(pid)
    memory = _jcmd(pid, "VM.native_memory", "summary")
    # What a program takes with Unsafe or as a direct buffer; the compiler's and the collector's own memory is elsewhere.
    buffers = _expect(r"Other \(reserved=\d+KB, committed=(\d+)KB", memory)
    return Held(live, int(buffers[1]) * KIB)


def resident(pid: int) -> Held:
    """The same with all memory outside of the heap that is in use, whoever has it: libraries such as those for TLS tell
    the JVM nothing of theirs. Takes in what the JVM needs for itself, which varies by some MiB."""
    live = _live(pid)
    ranges = re.findall(r"\[0x([0-9a-f]+), 0x[0-9a-f]+, 0x([0-9a-f]+)\)", _jcmd(pid, "GC.heap_info"))
    if not ranges:
        raise Failed("jcmd GC.heap_info names no part of the heap: resident() knows the serial collector only")
    first, last = min(int(begin, 16) for begin, _ in ranges), max(int(end, 16) for _, end in ranges)
    outside, inside = 0, False
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if mapping := re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line):
            inside = first <= int(mapping[1], 16) < last
        elif not inside and line.startswith("Rss:"):
            outside += int(line.split()[1]) * KIB
    return Held(live, outside)


def allocated(pid: int, threads: str) -> int:
    """Bytes of heap that the threads whose names begin like this have allocated since they began: to a KiB, and to
    a MiB from 100 MiB on."""
    text = _jcmd(pid, "Thread.print", "-e")
    found = re.findall(rf'^"{re.escape(threads)}[^"]*" .* allocated=([\d.]+)([BKMG])', text, re.MULTILINE)
    if not found:
        raise Failed(f"jcmd Thread.print -e names no thread {threads}...")
    return sum(round(float(number) * SCALES[scale]) for number, scale in found)


def _live(pid: int) -> int:
    return int(_expect(r"^Total\s+\d+\s+(\d+)", _jcmd(pid, "GC.class_histogram"))[1])


def _expect(pattern: str, text: str) -> re.Match[str]:
    found = re.search(pattern, text, re.MULTILINE)
    if not found:
        raise Failed(f"jcmd said something unexpected:\n{text[:600]}\n{text[-300:]}")
    return found


def _jcmd(pid: int, *command: str) -> str:
    jcmd = Path(os.readlink(f"/proc/{pid}/exe")).with_name("jcmd")
    if not jcmd.exists():
        raise Missing(f"{jcmd} is missing: a JDK is needed to measure, a runtime has no jcmd")
    done = subprocess.run([jcmd, str(pid), *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Failed(f"jcmd {' '.join(command)} failed\n{done.stdout}")
    return done.stdout
