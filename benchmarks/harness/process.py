"""Processes that a benchmark starts, pins to a core, accounts and ends."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

TICK_NS = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
PR_SET_PDEATHSIG = 1


class Failed(Exception):
    """A benchmark that cannot go on, with a sentence for the reader."""

    exit_code = 1


class Missing(Failed):
    """A tool that a benchmark needs is not installed: nothing was measured, nothing is wrong with what is measured."""

    exit_code = 77


@dataclass(frozen=True)
class Cpu:
    """CPU time of a process tree in nanoseconds. `total` is exact, `user` and `system` count in clock ticks."""

    total: int
    user: int
    system: int

    def __sub__(self, other: Cpu) -> Cpu:
        return Cpu(self.total - other.total, self.user - other.user, self.system - other.system)


class Process:
    """A child process and its descendants. Its output goes to `log`; it ends when the benchmark ends."""

    def __init__(self, name: str, command: list[str], log: Path, core: int | None = None, env: dict | None = None):
        self.name = name
        self.command = command
        self.log = log

        def prepare() -> None:
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if core is not None:
                os.sched_setaffinity(0, {core})

        with open(log, "ab") as out:
            self._child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=prepare,
                env={**os.environ, **(env or {})})

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        return self._child.poll()

    def tree(self) -> list[int]:
        """The process ids of the process and all its descendants (nghttpx works in a fork)."""
        children: dict[int, list[int]] = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                fields = _stat(int(entry))
                if fields:
                    children.setdefault(int(fields[1]), []).append(int(entry))
        pids = [self.pid]
        for pid in pids:
            pids.extend(children.get(pid, []))
        return sorted(pids)

    def cpu(self) -> Cpu:
        """CPU time used so far by every thread of the tree, ended threads included."""
        total = user = system = 0
        for pid in self.tree():
            fields = _stat(pid)
            if not fields:
                raise Failed(f"{self.name}: process {pid} ended while it was measured")
            total += _clock(pid)
            user += int(fields[11]) * TICK_NS
            system += int(fields[12]) * TICK_NS
        return Cpu(total, user, system)

    def threads(self, prefix: str) -> dict[int, int]:
        """CPU nanoseconds so far of each thread of the process whose name begins like that, by thread id."""
        used = {}
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            try:
                if (task / "comm").read_text().startswith(prefix):
                    used[int(task.name)] = int((task / "schedstat").read_text().split()[0])
            except OSError:
                continue
        return used

    def rss(self) -> int:
        """Resident bytes of the tree."""
        return sum(int(fields[21]) * PAGE for fields in map(_stat, self.tree()) if fields)

    def await_port(self, port: int, seconds: float) -> None:
        """Returns when something accepts connections on the port; fails when the process ends or time is up."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._child.poll() is not None:
                raise Failed(f"{self.name} ended with code {self._child.returncode}\n{self.tail()}")
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        raise Failed(f"{self.name} does not accept connections on port {port} after {seconds:.0f} s\n{self.tail()}")

    def tail(self) -> str:
        """The last lines of the log, each indented."""
        lines = self.log.read_text(errors="replace").splitlines()[-15:]
        return "\n".join("    " + line for line in [" ".join(self.command), *lines])

    def stop(self) -> None:
        """Ends the tree: TERM, and KILL for what is left after five seconds."""
        pids = self.tree() if self._child.poll() is None else []
        if pids:
            self._child.terminate()
        try:
            self._child.wait(5)
        except subprocess.TimeoutExpired:
            for pid in pids:
                _kill(pid)
            self._child.wait()


def prefer() -> bool:
    """Has this thread wait for no core, so that what it measures is not its own waiting; false where that is not allowed.
    Those that it starts wait as everybody does."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    except OSError:
        return False
    return True


def free_port() -> int:
    """A TCP port that nothing listened on a moment ago."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """As many of them, each another one."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def core_times(core: int) -> tuple[int, int]:
    """Busy and stolen nanoseconds of one core since boot."""
    for line in Path("/proc/stat").read_text().splitlines():
        fields = line.split()
        if fields[0] == f"cpu{core}":
            user, nice, system, _, _, irq, softirq, steal = map(int, fields[1:9])
            return (user + nice + system + irq + softirq) * TICK_NS, steal * TICK_NS
    return 0, 0


def _clock(pid: int) -> int:
    # The kernel's CPU clock of a whole process: the sum of the first fields of /proc/PID/task/*/schedstat, without
    # losing the threads that have ended. See clock_getcpuclockid(3) for how the id is made.
    return time.clock_gettime_ns((~pid << 3) | 2)


def _stat(pid: int) -> list[str]:
    # The fields of /proc/PID/stat from the third on, because the second may hold blanks: [0] state, [1] parent.
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
