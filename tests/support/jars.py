"""Where the jars of a real Apache Kafka come from: fetched once by Maven into the ignored cache folder."""

import fcntl
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent / "kafka"
CACHE = Path(__file__).parents[2] / ".cache" / "kafka"
OLDEST_JAVA = 17
HOW = (
    "Java 17 or newer and Maven (mvn) are missing; get them by `sh tests/support/ensure-java.sh` as root on Debian, "
    "else install openjdk-17-jre-headless and maven"
)


def missing() -> str | None:
    """Say how to get Java and Maven, or None where both are here (Maven is not asked for once the jars are)."""
    ready = _java_version() >= OLDEST_JAVA and (_libs().is_dir() or shutil.which("mvn"))
    return None if ready else HOW


def fetch() -> Path:
    """Give the folder with the jars, fetching them the first time; others who want them meanwhile wait."""
    libs = _libs()
    libs.parent.mkdir(parents=True, exist_ok=True)
    with (libs.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not libs.is_dir():
            _copy_dependencies(libs)
    return libs


def _copy_dependencies(libs: Path) -> None:
    with tempfile.TemporaryDirectory(dir=libs.parent) as part:
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={part}/libs"]
        subprocess.run(["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), *goal], check=True, stdin=subprocess.DEVNULL)
        Path(part, "libs").rename(libs)


def _libs() -> Path:
    """One folder a version, so that another pin fetches anew."""
    version = re.search(r"<artifactId>kafka_2\.13</artifactId>\s*<version>(.+?)<", (HERE / "pom.xml").read_text())
    assert version, "the pom names no kafka"
    return CACHE / version[1] / "libs"


def _java_version() -> int:
    if not shutil.which("java"):
        return 0
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0
