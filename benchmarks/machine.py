"""What the numbers were measured on and with: no number means anything without."""

import os
import platform
import re
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from tests.support import jars

_PACKAGES = ("faust-streaming", "aiokafka", "confluent-kafka", "msgspec")
_CPUINFO = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class Machine:
    """The machine as it was when the run began; `load` is the load average of the minute before."""

    processor: str
    cores: int
    memory_gb: int
    system: str
    load: float
    versions: dict[str, str]

    @classmethod
    def here(cls) -> "Machine":
        """Look."""
        return cls(
            processor=_processor(),
            cores=os.cpu_count() or 0,
            memory_gb=round(psutil.virtual_memory().total / 2**30),
            system=f"{platform.system()} {platform.machine()}",
            load=round(os.getloadavg()[0], 1),
            versions=_versions(),
        )

    def words(self) -> str:
        """Say it in one line."""
        versions = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        machine = f"{self.cores} cores of {self.processor}, {self.memory_gb} GB, {self.system}"
        return f"{machine}, load {self.load} before; {versions}"


def _processor() -> str:
    found = re.search(r"model name\s*: (.+)", _CPUINFO.read_text()) if _CPUINFO.exists() else None
    return found[1] if found else platform.processor() or "unknown"


def _versions() -> dict[str, str]:
    packages = {name: version(name) for name in _PACKAGES}
    return {"Python": platform.python_version(), "Apache Kafka": jars.fetch().parent.name, **packages}
