"""What a running JVM holds, told by the JDK's own jcmd."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .process import Failed, Missing

KIB = 1 << 10
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
    histogram = _jcmd(pid, "GC.class_histogram")
    total = re.search(r"^Total\s+\d+\s+(\d+)", histogram, re.MULTILINE)
    memory = _jcmd(pid, "VM.native_memory", "summary")
    # What a program takes with Unsafe or as a direct buffer; the compiler's and the collector's own memory is elsewhere.
    buffers = re.search(r"Other \(reserved=\d+KB, committed=(\d+)KB", memory)
    if not (total and buffers):
        raise Failed(f"jcmd said something unexpected:\n{histogram[-300:]}\n{memory[:600]}")
    return Held(int(total[1]), int(buffers[1]) * KIB)


def _jcmd(pid: int, *command: str) -> str:
    jcmd = Path(os.readlink(f"/proc/{pid}/exe")).with_name("jcmd")
    if not jcmd.exists():
        raise Missing(f"{jcmd} is missing: a JDK is needed to measure, a runtime has no jcmd")
    done = subprocess.run([jcmd, str(pid), *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Failed(f"jcmd {' '.join(command)} failed\n{done.stdout}")
    return done.stdout
