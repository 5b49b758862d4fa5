"""The certificate that every server shows whose TLS is measured or tested."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .process import Failed, Missing


@dataclass(frozen=True)
class Certificate:
    """Files in PEM: the private key, the certificate, and one that holds both."""

    key: Path
    chain: Path
    both: Path


def make_certificate(folder: Path) -> Certificate:
    """Makes a certificate on P-256 for this machine, signed by itself, with the openssl command."""
    openssl = shutil.which("openssl")
    if not openssl:
        raise Missing("openssl is not installed, so there is no certificate for TLS")
    made = Certificate(folder / "key.pem", folder / "certificate.pem", folder / "both.pem")
    done = subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", str(made.key), "-out", str(made.chain)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Failed(f"openssl made no certificate\n{done.stdout}")
    made.both.write_text(made.key.read_text() + made.chain.read_text())
    return made
