"""Samples of a comparison, and how they become a table and a JSON file."""

from __future__ import annotations

import json
import os
import platform
import statistics
from dataclasses import asdict, dataclass
from pathlib import Path

GIB = 1 << 30
BASELINE = "nghttpx"
DIRECT = "direct"


@dataclass(frozen=True)
class Sample:
    """One measured run: a peer under a shape in a round. `cost` and its parts are CPU time of the proxy process.

    The unit of `cost` is microseconds per call, or seconds per GiB when the shape is a large one.
    """

    shape: str
    peer: str
    round: int
    calls: int
    seconds: float
    mean_us: float
    cost: float
    user: float
    system: float
    backend_cost: float
    client_cost: float
    rss: int
    # Shares of the proxy's core during the run that others used, and that the hypervisor gave away.
    foreign: float
    steal: float


@dataclass(frozen=True)
class Row:
    """All rounds of one peer under one shape. Ratios are taken within each round, then the median."""

    shape: str
    peer: str
    cost: float
    least: float
    most: float
    ratio: float | None
    user: float
    system: float
    rate: float
    mean_us: float
    rss: int


def summarise(samples: list[Sample]) -> list[Row]:
    pairs = dict.fromkeys((s.shape, s.peer) for s in samples)
    return [_row([s for s in samples if (s.shape, s.peer) == pair], samples) for pair in pairs]


def _row(own: list[Sample], samples: list[Sample]) -> Row:
    baseline = {s.round: s.cost for s in samples if s.shape == own[0].shape and s.peer == BASELINE}
    ratios = [s.cost / baseline[s.round] for s in own if baseline.get(s.round)]
    costs = [s.cost for s in own]
    middle = statistics.median
    return Row(
        own[0].shape, own[0].peer, middle(costs), min(costs), max(costs),
        middle(ratios) if ratios and own[0].peer != DIRECT else None,
        middle(s.user for s in own), middle(s.system for s in own),
        middle(s.calls / s.seconds for s in own), middle(s.mean_us for s in own), own[-1].rss)


def print_table(rows: list[Row], large: list[str]) -> None:
    """Prints one line per shape and peer, small calls and large answers apart."""
    unary = [row for row in rows if row.shape not in large]
    for title, unit, chosen in (
            ("CPU of the proxy process per unary call, in microseconds", "us", unary),
            ("CPU of the proxy process per GiB of answers, in seconds", "s", [r for r in rows if r not in unary])):
        if not chosen:
            continue
        print(f"\n{title}: median [least-most] of the rounds")
        print(f"{'shape':<12} {'peer':<8} {'CPU ' + unit:>8} {'[least-most]':>16} {'/' + BASELINE:>9} "
              f"{'user':>7} {'system':>7} {'calls/s':>9} {'mean ms':>9} {'RSS MiB':>8}")
        for row in chosen:
            print(_line(row))


def _line(row: Row) -> str:
    if row.peer == DIRECT:
        return f"{row.shape:<12} {row.peer:<8} {'-':>8} {'-':>16} {'-':>9} {'-':>7} {'-':>7} {_speed(row)} {'-':>8}"
    span = f"[{row.least:.2f}-{row.most:.2f}]"
    ratio = "-" if row.ratio is None else f"{row.ratio:.2f}"
    return (f"{row.shape:<12} {row.peer:<8} {row.cost:>8.2f} {span:>16} {ratio:>9} {row.user:>7.2f} {row.system:>7.2f} "
            f"{_speed(row)} {row.rss / (1 << 20):>8.0f}")


def _speed(row: Row) -> str:
    mean = row.mean_us / 1000
    return f"{row.rate:>9.0f} {mean:>9.3f}" if row.rate >= 100 else f"{row.rate:>9.2f} {mean:>9.1f}"


def print_noise(samples: list[Sample]) -> None:
    """Says how much the figures can be trusted."""
    steal = max(s.steal for s in samples)
    foreign = max(s.foreign for s in samples if s.peer != DIRECT)
    print(f"\nnoise: others used up to {foreign:.0%} of the proxy's core, the hypervisor took up to {steal:.0%}"
          + (f"; the direct run moved by up to {_direct_spread(samples):.0%} between rounds"
             if any(s.peer == DIRECT for s in samples) else ""))
    if steal > 0.02 or foreign > 0.05:
        print("warning: this machine was not quiet (more than 2% stolen or 5% used by others): "
              "trust the ratios a little, the absolute figures not at all")


def _direct_spread(samples: list[Sample]) -> float:
    spreads = [0.0]
    for shape in dict.fromkeys(s.shape for s in samples):
        rates = [s.calls / s.seconds for s in samples if s.shape == shape and s.peer == DIRECT]
        if rates:
            spreads.append(max(rates) / min(rates) - 1)
    return max(spreads)


def write_json(file: Path, run: dict, samples: list[Sample], rows: list[Row]) -> None:
    """Writes the run's description, its summary and every sample."""
    file.parent.mkdir(parents=True, exist_ok=True)
    document = {
        "format": 1,
        "units": {"cost, user, system, backend_cost, client_cost":
                      "CPU microseconds per call, or CPU seconds per GiB for shapes named large", "rss": "bytes"},
        "machine": machine(),
        **run,
        "summary": [asdict(row) for row in rows],
        "rounds": [asdict(sample) for sample in samples],
    }
    file.write_text(json.dumps(document, indent=1) + "\n")


def machine() -> dict:
    """What the figures depend on: processor, cores, memory, kernel, and how TCP paces what is sent."""
    lines = [line.partition(":") for line in Path("/proc/cpuinfo").read_text().splitlines()]
    model = next((value.strip() for key, _, value in lines if key.strip() == "model name"), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"processor": model, "cores": os.cpu_count(), "memory_bytes": memory, "kernel": platform.release(),
            "congestion_control": congestion_control()}


def congestion_control() -> str:
    """That of new sockets; cubic is Linux's default. With bbr they are paced, by timers that who sends pays for."""
    try:
        return Path("/proc/sys/net/ipv4/tcp_congestion_control").read_text().strip()
    except OSError:
        return "unknown"
