"""The JDK that builds and measures, and the build."""

from __future__ import annotations

import glob
import os
import re
import subprocess
from pathlib import Path

from .peers import ROOT
from .process import Failed, Missing

FEATURE = 25
USUAL_PLACES = ("/usr/lib/jvm/*25*", "/usr/lib/jvm/*", "/opt/*jdk*", "/opt/java/*")


def home() -> Path:
    """The first home of a JDK that is new enough: JAVA_HOME, JAVA25_HOME, then where they usually are."""
    named = [os.environ[name] for name in ("JAVA_HOME", "JAVA25_HOME") if os.environ.get(name)]
    for candidate in (*named, *(path for place in USUAL_PLACES for path in sorted(glob.glob(place)))):
        folder = Path(candidate)
        if (folder / "bin" / "javac").exists() and _feature(folder) >= FEATURE:
            return folder
    raise Missing(f"no JDK {FEATURE} or newer found: install Temurin {FEATURE} or set JAVA{FEATURE}_HOME")


def build(jdk: Path, module: str) -> None:
    """Packages a module of the build with what it needs, without tests."""
    done = subprocess.run(
        [ROOT / "mvnw", "-B", "-ntp", "-pl", module, "-am", "package", "-Dmaven.test.skip=true",
         "-Dspotless.check.skip=true"],
        cwd=ROOT, env={**os.environ, "JAVA_HOME": str(jdk)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        problems = [line for line in done.stdout.splitlines() if line.startswith(("[ERROR]", "[WARNING]"))]
        raise Failed("\n".join([f"the build of {module} failed", *problems[:30]]))


def is_built(jar: Path, sources: list[Path]) -> bool:
    """Whether the jar is newer than every file in these folders, and than these files."""
    if not jar.exists():
        return False
    built = jar.stat().st_mtime
    files = (file for source in sources for file in ([source] if source.is_file() else source.rglob("*")))
    return all(file.stat().st_mtime < built for file in files)


def _feature(folder: Path) -> int:
    try:
        found = re.search(r'^JAVA_VERSION="(\d+)', (folder / "release").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0
