"""The interoperability clients and servers of each language: how they are built and what starts them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

from harness.process import Failed, Missing

WORK = HERE / "work"
BUILD_SECONDS = 600

# A soak by grpc-java with a connection and a handshake for each call takes 50 s and more beside another case.
SOAK_SECONDS = 200
# The ORCA cases read what the server reports in a balancer of the client.
ORCA_CONFIG = '{"loadBalancingConfig":[{"test_backend_metrics_load_balancer":{}}]}'


@dataclass(frozen=True)
class Certificates:
    """PEM files: whom to trust, and certificates with their keys."""

    folder: Path

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def server(self) -> Path:
        return self.folder / "127.0.0.1.pem"

    def client(self, name: str) -> Path:
        return self.folder / f"client-{name}.pem"


@dataclass(frozen=True)
class Peer:
    """What a client or a server is started with. `security` is h2c, tls or mtls."""

    port: int
    security: str
    certificates: Certificates


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def fetch(what: str, command: list, folder: Path) -> None:
    """Gets what is not ours; without a network, or what it takes to build it, it is missing."""
    try:
        build(what, command, folder)
    except Failed as e:
        raise Missing(str(e)) from e


def build(what: str, command: list, folder: Path, **environment: str) -> None:
    """Builds what is ours, from what is there: a fault of ours when that fails."""
    say(f"building {what}")
    try:
        done = subprocess.run(
            list(map(str, command)), cwd=folder, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=BUILD_SECONDS)
    except FileNotFoundError as e:
        raise Missing(f"{what}: {e}") from e
    except (OSError, subprocess.TimeoutExpired) as e:
        raise Failed(f"{what}: {e}") from e
    if done.returncode:
        raise Failed(f"{what}: {' '.join(map(str, command))} failed:\n{done.stdout.strip()[-2000:]}")


def measures(soak: int) -> list[str]:
    """Of the soak cases; a call may take long, because the machine may be busy."""
    return [
        f"--soak_iterations={soak}", f"--soak_overall_timeout_seconds={SOAK_SECONDS}",
        "--soak_per_iteration_max_acceptable_latency_ms=10000"]


def orca(case: str) -> list[str]:
    return [f"--service_config_json={ORCA_CONFIG}"] if case.startswith("orca") else []


def is_older(built: Path, sources: Path) -> bool:
    """Whether a file is missing or older than one of the sources in a folder."""
    return not built.exists() or any(
        source.stat().st_mtime > built.stat().st_mtime for source in sources.rglob("*") if source.is_file())


class Java:
    """grpc-java's interop programs, with libraries of their own, and ours for what they leave out of TLS."""

    def __init__(self) -> None:
        self.libraries = WORK / "java"
        self.classes = WORK / "java-classes"
        if not any(self.libraries.glob("grpc-interop-testing-*.jar")):
            fetch(
                "grpc-java's interop programs",
                [ROOT / "mvnw", "-B", "-ntp", "-q", "-f", HERE / "java" / "pom.xml",
                 "dependency:copy-dependencies", f"-DoutputDirectory={self.libraries}"], ROOT)
        sources = HERE / "java" / "src"
        if is_older(self.classes / "io/grpc/testing/integration/AccessClient.class", sources):
            build(
                "grpc-java's client and server with certificates",
                [self.program("javac"), "-nowarn", "-proc:none", "-cp", f"{self.libraries}/*", "-d", self.classes,
                 *sources.rglob("*.java")], ROOT)

    @staticmethod
    def program(name: str) -> str:
        home = os.environ.get("JAVA_HOME")
        return str(Path(home, "bin", name)) if home else name

    def command(self, program: str, *arguments: object) -> list[str]:
        flags = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m", "-XX:-UsePerfData"]
        return [
            self.program("java"), *flags, "-cp", f"{self.classes}:{self.libraries}/*",
            f"io.grpc.testing.integration.{program}", *map(str, arguments)]

    def server(self, peer: Peer) -> list[str]:
        if peer.security == "h2c":
            return self.command("TestServiceServer", f"--port={peer.port}", "--use_tls=false")
        trusted = [peer.certificates.ca] if peer.security == "mtls" else []
        return self.command("SecureServer", peer.port, peer.certificates.server, *trusted)

    def client(self, peer: Peer, case: str, soak: int, transport: str = "netty") -> list[str]:
        if peer.security != "h2c":
            shown = [peer.certificates.client("joe")] if peer.security == "mtls" else []
            return self.command("SecureClient", peer.port, case, soak, transport, peer.certificates.ca, *shown)
        return self.command(
            "TestServiceClient", "--server_host=127.0.0.1", f"--server_port={peer.port}", f"--test_case={case}",
            "--use_tls=false", f"--use_okhttp={str(transport == 'okhttp').lower()}", *measures(soak), *orca(case))

    def calls(
            self, peer: Peer, identity: Path | None, host: str, method: str, shown: str, times: int) -> list[str]:
        own = [identity] if identity else []
        return self.command("AccessClient", peer.port, peer.certificates.ca, host, method, times, shown, *own)

    def okhttp(self, peer: Peer, case: str, soak: int) -> list[str]:
        return self.client(peer, case, soak, "okhttp")


class Go:
    """grpc-go's interop and example programs, built from the modules that go/go.mod pins, and one of ours."""

    PROGRAMS = {
        "client": "google.golang.org/grpc/interop/client",
        "server": "google.golang.org/grpc/interop/server",
        "mutual": "./mutual",
        "greeter_client": "google.golang.org/grpc/examples/helloworld/greeter_client",
        "greeter_server": "google.golang.org/grpc/examples/helloworld/greeter_server",
        "route_guide_client": "google.golang.org/grpc/examples/route_guide/client",
        "route_guide_server": "google.golang.org/grpc/examples/route_guide/server",
    }

    def __init__(self) -> None:
        go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
        old = {name: package for name, package in self.PROGRAMS.items() if is_older(self.path(name), HERE / "go")}
        if old and not go:
            raise Missing("grpc-go: go is not installed")
        if old:
            fetch("grpc-go's modules", [go, "mod", "download"], HERE / "go")
            for name, package in old.items():
                build(f"grpc-go's {name}", [go, "build", "-o", self.path(name), package], HERE / "go")

    @staticmethod
    def path(name: str) -> Path:
        return WORK / "go" / name

    def mutual(self, peer: Peer, *arguments: str) -> list[str]:
        return [str(self.path("mutual")), f"-port={peer.port}", f"-ca={peer.certificates.ca}", *arguments]

    def server(self, peer: Peer) -> list[str]:
        files = peer.certificates
        if peer.security == "mtls":
            return self.mutual(peer, "-serve", f"-identity={files.server}")
        tls = ["--use_tls", f"--tls_cert_file={files.server}", f"--tls_key_file={files.server}"]
        return [str(self.path("server")), f"--port={peer.port}", *(tls if peer.security == "tls" else [])]

    def client(self, peer: Peer, case: str, soak: int) -> list[str]:
        if peer.security == "mtls":
            return self.mutual(peer, f"-identity={peer.certificates.client('joe')}", f"-case={case}", f"-soak={soak}")
        tls = ["--use_tls", "--use_test_ca", f"--ca_file={peer.certificates.ca}"] if peer.security == "tls" else []
        return [
            str(self.path("client")), "--server_host=127.0.0.1", f"--server_port={peer.port}", f"--test_case={case}",
            *tls, *measures(soak), *orca(case)]

    def calls(
            self, peer: Peer, identity: Path | None, host: str, method: str, shown: str, times: int) -> list[str]:
        own = [f"-identity={identity}"] if identity else []
        return self.mutual(
            peer, *own, "-case=call", f"-host={host}", f"-authority={host}", f"-method={method}",
            f"-authorization={shown}", f"-times={times}")

    def call(self, peer: Peer, identity: Path | None, host: str, authority: str, method: str) -> list[str]:
        shown = [f"-identity={identity}"] if identity else []
        return self.mutual(peer, *shown, "-case=call", f"-host={host}", f"-authority={authority}", f"-method={method}")


class Python:
    """client.py beside a grpcio of its own."""

    def __init__(self) -> None:
        self.environment = WORK / "python"
        self.binary = self.environment / "bin" / "python"
        if not (self.environment / "interop_pb2_grpc.py").exists():
            venv.create(self.environment, with_pip=True, clear=True)
            source = HERE / "python"
            fetch(
                "a Python environment with grpcio",
                [self.binary, "-m", "pip", "install", "--quiet", "-r", source / "requirements.txt"], source)
            build(
                "the Python stubs",
                [self.binary, "-m", "grpc_tools.protoc", f"-I{source}", f"--python_out={self.environment}",
                 f"--grpc_python_out={self.environment}", source / "interop.proto"], source)

    def play(self, peer: Peer, case: str, *arguments: str) -> list[str]:
        tls = [f"--ca={peer.certificates.ca}"] if peer.security != "h2c" else []
        return [
            "env", f"PYTHONPATH={self.environment}", str(self.binary), str(HERE / "python" / "client.py"),
            f"--port={peer.port}", f"--case={case}", *tls, *arguments]

    def client(self, peer: Peer, case: str, _soak: int) -> list[str]:
        shown = [f"--identity={peer.certificates.client('joe')}"] if peer.security == "mtls" else []
        return self.play(peer, case, *shown)

    def calls(
            self, peer: Peer, identity: Path | None, host: str, method: str, shown: str, times: int) -> list[str]:
        own = [f"--identity={identity}"] if identity else []
        return self.play(
            peer, "call", *own, f"--host={host}", f"--method={method}", f"--authorization={shown}", f"--times={times}")

    def call(self, peer: Peer, identity: Path | None, host: str, authority: str, method: str) -> list[str]:
        shown = [f"--identity={identity}"] if identity else []
        return self.play(peer, "call", *shown, f"--host={host}", f"--authority={authority}", f"--method={method}")


class Node:
    """client.js beside a grpc-js of its own; makes single calls only."""

    def __init__(self) -> None:
        self.folder = WORK / "node"
        self.binary = shutil.which("node") or ""
        if not self.binary or not shutil.which("npm"):
            raise Missing("grpc-js: node and npm are not installed")
        if not (self.folder / "node_modules" / "@grpc" / "grpc-js").exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(HERE / "node" / "package.json", self.folder)
            fetch("grpc-js", ["npm", "install", "--no-audit", "--no-fund", "--silent"], self.folder)

    def call(self, peer: Peer, identity: Path | None, host: str, authority: str, method: str) -> list[str]:
        return [
            "env", f"NODE_PATH={self.folder / 'node_modules'}", self.binary, str(HERE / "node" / "client.js"),
            str(peer.port), str(peer.certificates.ca), str(identity or ""), host, authority, method]
