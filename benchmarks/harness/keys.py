"""Keys in the store of a gateway, and the policies that they have."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from . import jdk
from .peers import ROOT
from .process import Failed


def fill(data: Path, keys: int, policies: int, password: str = "") -> float:
    """Makes keys with the policies bench-0 and so on in a data folder, or users who all have that password; returns how many
    seconds that took."""
    began = time.monotonic()
    done = subprocess.run(
        [jdk.home() / "bin" / "java", "--enable-native-access=ALL-UNNAMED", "-cp", f"{ROOT}/app/target/lib/*",
         Path(__file__).with_name("Fill.java"), data, str(keys), str(policies),
         *([password] if password else [])],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Failed(f"the keys were not made\n{done.stdout}")
    return time.monotonic() - began
