"""Proxies under the same load in turns: how they are started, warmed up and measured."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from . import load, peers, report
from .load import Shape
from .process import Cpu, Failed, Process, core_times, free_port
from .tls import make_certificate

MIB = 1 << 20
CALM_PASSES = 2
MOST_WARMUPS = 2
ANY_CORES = "any"


@dataclass(frozen=True)
class Plan:
    """How much is measured. `volume` is the bytes of answers per run of a large shape."""

    rounds: int
    calls: int
    warmup: int
    volume: int
    shapes: list[Shape]
    short: bool

    def measured(self, shape: Shape) -> int:
        return self._large(shape) if shape.large else max(1, int(self.calls * shape.share))

    def warming(self, shape: Shape) -> int:
        """Calls of one warm-up pass: those of a round, so that as many of them come over new connections."""
        return max(1, int(self.warmup / CALM_PASSES * shape.share)) if self._is_brief(shape) else self.measured(shape)

    def is_warm(self, shape: Shape, calls: int, calm: int) -> bool:
        """Whether so many calls are enough, the last passes of which were no cheaper than those before."""
        if self._is_brief(shape):
            return calls >= CALM_PASSES * self.warming(shape)
        least = CALM_PASSES * self.measured(shape) if shape.large else self.warmup
        return calls >= MOST_WARMUPS * least or (calls >= least and calm >= CALM_PASSES)

    def _is_brief(self, shape: Shape) -> bool:
        return self.short and not shape.large

    def _large(self, shape: Shape) -> int:
        return max(shape.connections * shape.streams, self.volume // shape.answer)


@dataclass(frozen=True)
class Target:
    """A place that calls are sent to: a running proxy, or the server itself (`process` is None then)."""

    name: str
    port: int
    process: Process | None
    command: list[str]
    tls: bool = False

    @property
    def origin(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"


class Bench:
    """One run of the comparison."""

    def __init__(self, plan: Plan, folder: Path, client_core: int | None, proxy_core: int | None, tls: bool = False):
        self.plan = plan
        self.folder = folder
        self.client_core = client_core
        self.proxy_core = proxy_core
        self.certificate = make_certificate(folder) if tls else None
        self.processes: list[Process] = []
        self.samples: list[report.Sample] = []
        self.warmup: dict[str, int] = {}
        large = next((s.answer for s in plan.shapes if s.large), MIB)
        self.request = load.write_files(folder, large)
        self.backend_port = free_port()
        self.backend = load.start_backend(folder, self.backend_port, peers.MAX_STREAMS, client_core)
        self.processes.append(self.backend)

    def start(self, peer: peers.Peer) -> Target:
        """Starts a proxy and makes one call through it that has to succeed."""
        folder = self.folder / peer.name
        folder.mkdir()
        port = free_port()
        peer.tls = self.certificate
        command = peer.command(folder, port, self.backend_port)
        process = Process(peer.name, command, folder / "log", self.proxy_core, peer.environment(folder))
        self.processes.append(process)
        process.await_port(port, peer.start_seconds)
        return self.verified(Target(peer.name, port, process, command, self.certificate is not None))

    def direct(self) -> Target:
        return self.verified(Target(report.DIRECT, self.backend_port, None, self.backend.command))

    def verified(self, target: Target) -> Target:
        for shape in {s.path: s for s in self.plan.shapes}.values():
            load.verify(target.name, target.origin, shape, self.request, 10)
        return target

    def measure(self, shape: Shape, targets: list[Target]) -> None:
        """Warms every target up, then measures all of them in each round, beginning with another one each time."""
        progress(f"{shape.name}: warm-up")
        for target in targets:
            self.warm(shape, target)
        for number in range(self.plan.rounds):
            progress(f"{shape.name}: round {number + 1} of {self.plan.rounds}")
            first = number % len(targets)
            for target in targets[first:] + targets[:first]:
                self.samples.append(self.sample(shape, target, number + 1))

    def warm(self, shape: Shape, target: Target) -> None:
        """Sends passes of calls, and goes on while one of the last two cost 5% less than the cheapest before it."""
        each, least, calls, calm = self.plan.warming(shape), float("inf"), 0, 0
        while not self.plan.is_warm(shape, calls, calm):
            before = _cpu(target)
            self.drive(target, shape, each)
            cost = (_cpu(target) - before).total
            calls += each
            calm = calm + 1 if cost >= 0.95 * least else 0
            least = min(least, cost)
        self.warmup[f"{shape.name} {target.name}"] = calls

    def drive(self, target: Target, shape: Shape, calls: int) -> load.Load:
        return load.run_load(target.name, target.origin, shape, self.request, calls, self.client_core)

    def sample(self, shape: Shape, target: Target, number: int) -> report.Sample:
        calls = self.plan.measured(shape)
        core = self.proxy_core if self.proxy_core is not None else 0
        busy_before, steal_before = core_times(core)
        began = time.monotonic_ns()
        backend_before, proxy_before = self.backend.cpu(), _cpu(target)
        result = self.drive(target, shape, calls)
        # Both sides of a connection that has just been closed still have work to do.
        time.sleep(0.03)
        backend, proxy = self.backend.cpu() - backend_before, _cpu(target) - proxy_before
        passed = time.monotonic_ns() - began
        busy, steal = (after - before for after, before in zip(core_times(core), (busy_before, steal_before)))
        # Nanoseconds to microseconds per call, or to seconds per GiB.
        scale = report.GIB / (calls * shape.answer * 1e9) if shape.large else 1 / (calls * 1e3)
        return report.Sample(
            shape.name, target.name, number, calls, result.seconds, result.mean_us,
            proxy.total * scale, proxy.user * scale, proxy.system * scale, backend.total * scale,
            result.client_cpu_ns * scale, target.process.rss() if target.process else 0,
            max(0, busy - proxy.total) / passed if self.proxy_core is not None else 0.0, steal / passed)

    def close(self) -> None:
        for process in reversed(self.processes):
            process.stop()


def _cpu(target: Target) -> Cpu:
    return target.process.cpu() if target.process else Cpu(0, 0, 0)


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def cores_of(text: str) -> tuple[int | None, int | None]:
    if text == ANY_CORES:
        return None, None
    client, _, proxy = text.partition(",")
    if not (client.isdigit() and proxy.isdigit()):
        raise Failed(f"--cores: {text!r} is not CLIENT,PROXY or {ANY_CORES}")
    if not {int(client), int(proxy)} <= os.sched_getaffinity(0):
        progress(f"warning: cores {text} are not both available here, so nothing is pinned")
        return None, None
    return int(client), int(proxy)
