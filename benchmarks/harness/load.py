"""The client and the server of the peer comparison: h2load, nghttp and nghttpd."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from .peers import first_line
from .process import Failed, Missing, Process

PREFIX = 5
UNARY_MESSAGE = 16
FIELDS = ["-H", "content-type: application/grpc", "-H", "te: trailers"]
SUITE = "TLS_AES_128_GCM_SHA256"
# nghttpd takes the content type of a file from its extension.
UNARY_PATH = "weir.bench.Bench/Unary.grpc"
LARGE_PATH = "weir.bench.Bench/Large.grpc"


@dataclass(frozen=True)
class Shape:
    """A load: how many connections carry how many streams each, and what an answer weighs in bytes."""

    name: str
    connections: int
    streams: int
    path: str = UNARY_PATH
    answer: int = PREFIX + UNARY_MESSAGE
    # The name of a header style (styles.py); h2load makes the calls when there is none.
    style: str = ""
    # Shapes that wait for each answer need fewer calls for the same precision.
    share: float = 1.0

    @property
    def large(self) -> bool:
        return self.path == LARGE_PATH


@dataclass(frozen=True)
class Load:
    """What h2load saw of one run, all calls answered in full."""

    calls: int
    seconds: float
    mean_us: float
    client_cpu_ns: int


def grpc_message(length: int) -> bytes:
    """A length-prefixed gRPC message of that many bytes."""
    return b"\0" + length.to_bytes(4, "big") + b"w" * length


def write_files(folder: Path, large: int) -> Path:
    """Writes what nghttpd serves and what h2load sends; returns the request file."""
    for path, length in ((UNARY_PATH, UNARY_MESSAGE), (LARGE_PATH, large - PREFIX)):
        file = folder / "htdocs" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(grpc_message(length))
    (folder / "mime.types").write_text("application/grpc grpc\n")
    request = folder / "request.bin"
    request.write_bytes(grpc_message(UNARY_MESSAGE))
    return request


def start_backend(folder: Path, port: int, max_streams: int, core: int | None) -> Process:
    """Starts nghttpd as the gRPC server: files for answers, grpc-status 0 in the trailers."""
    backend = Process("nghttpd", [
        tool("nghttpd"), "--no-tls", "--no-content-length", "--trailer", "grpc-status: 0", "--address=127.0.0.1",
        f"--max-concurrent-streams={max_streams}", f"--mime-types-file={folder / 'mime.types'}",
        f"--htdocs={folder / 'htdocs'}", str(port),
    ], folder / "nghttpd.log", core)
    backend.await_port(port, 10)
    return backend


def verify(name: str, origin: str, shape: Shape, request: Path, seconds: float) -> None:
    """Makes one call and fails unless it is a successful gRPC call: 200, the whole message, grpc-status 0 after it."""
    until = time.monotonic() + seconds
    while True:
        text = _run(
            [tool("nghttp"), "-v", "-n", "-w30", "-W30", "-d", str(request), *FIELDS, f"{origin}/{shape.path}"], None)
        problem = _problem(text, shape)
        if not problem:
            return
        # A proxy may accept calls before its own connection to the server is ready.
        if time.monotonic() > until:
            frames = [line for line in text.splitlines() if "recv" in line]
            raise Failed("\n".join([f"{name}: {problem} in the answer to one call", *frames[-30:]]))
        time.sleep(0.1)


def run_load(name: str, origin: str, shape: Shape, request: Path, calls: int, core: int | None) -> Load:
    """Makes the calls and fails unless each is answered in full. Over https all servers have to use one cipher suite."""
    if shape.style:
        return _run_styled(name, origin, shape, calls, core)
    before = os.times()
    text = _run([
        tool("h2load"), f"--requests={calls}", f"--clients={shape.connections}",
        f"--max-concurrent-streams={shape.streams}", "--threads=1", f"--tls13-ciphers={SUITE}", "-d", str(request),
        *FIELDS, f"{origin}/{shape.path}",
    ], core)
    client = _cpu_since(before)
    succeeded = int(_find(r"(\d+) succeeded", text, name))
    answered = int(_find(r"status codes: (\d+) 2xx", text, name))
    data = int(_find(r"\((\d+)\) data", text, name))
    # A refused gRPC call is a 200 without a message, so the bytes tell what the status does not.
    if (succeeded, answered, data) != (calls, calls, calls * shape.answer):
        raise Failed(
            f"{name}: of {calls} calls {succeeded} succeeded, {answered} with status 200, "
            f"{data} of {calls * shape.answer} bytes of data\n{text}")
    seconds = _seconds(_find(r"finished in ([\d.]+[a-z]+)", text, name))
    mean = _seconds(_find(r"time for request: +\S+ +\S+ +(\S+)", text, name))
    return Load(calls, seconds, mean * 1e6, client)


def rate_of(text: str) -> float:
    """Calls a second, all of which succeeded, by what h2load has printed."""
    calls, succeeded = (int(_find(pattern, text, "h2load")) for pattern in (r"requests: (\d+) total", r"(\d+) succeeded"))
    if calls != succeeded:
        raise Failed(f"{calls - succeeded} of {calls} calls failed\n{text}")
    return float(_find(r"([\d.]+) req/s", text, "h2load"))


def _run_styled(name: str, origin: str, shape: Shape, calls: int, core: int | None) -> Load:
    scheme, _, port = origin.rpartition(":")
    if scheme.startswith("https"):
        raise Failed(f"{shape.name}: heads of other clients are sent in clear text only")
    before = os.times()
    caller = Path(__file__).with_name("caller.py")
    numbers = (calls, shape.connections, shape.streams, shape.answer)
    text = _run([sys.executable, str(caller), port, shape.path, shape.style, *map(str, numbers)], core)
    if not re.fullmatch(r"[\d.]+\s*", text):
        raise Failed(f"{name}: the calls in style {shape.style} failed\n{text}")
    seconds = float(text)
    return Load(calls, seconds, seconds / calls * shape.connections * shape.streams * 1e6, _cpu_since(before))


def _cpu_since(before: os.times_result) -> int:
    """CPU nanoseconds of child processes that have ended since."""
    after = os.times()
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    return int(seconds * 1e9)


def tool(name: str) -> str:
    """The path of a tool that the comparison cannot do without."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if not found:
        raise Missing(f"{name} is not installed (Debian packages nghttp2-client and nghttp2-server)")
    return found


def versions() -> dict[str, str]:
    return {name: first_line([tool(name), "--version"]) for name in ("h2load", "nghttpd")}


def _run(command: list[str], core: int | None) -> str:
    def pin() -> None:
        if core is not None:
            os.sched_setaffinity(0, {core})

    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=pin)
    return done.stdout


def _problem(text: str, shape: Shape) -> str:
    if "] recv (stream_id=13) :status: 200" not in re.sub(r"\x1b\[[\d;]*m", "", text):
        return "no status 200"
    data = [int(n) for n in re.findall(r"recv DATA frame <length=(\d+)", text)]
    if sum(data) != shape.answer:
        return f"{sum(data)} instead of {shape.answer} bytes"
    if "grpc-status: 0" not in text[text.rindex("recv DATA frame"):]:
        return "no grpc-status 0 after the message"
    return ""


def _find(pattern: str, text: str, name: str) -> str:
    found = re.search(pattern, text)
    if not found:
        raise Failed(f"{name}: h2load did not finish\n{text}")
    return found.group(1)


def _seconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)([a-z]+)", text).groups()
    return float(number) * {"s": 1, "ms": 1e-3, "us": 1e-6, "m": 60, "h": 3600}[unit]
