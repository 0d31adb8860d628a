"""Kafka Streams: gets it by Maven, compiles the rival's few classes, and says how it is started."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from streams.errors import Refuse

HERE = Path(__file__).parent / "kafka_streams"
CACHE = Path(__file__).parents[2] / ".cache" / "kafka-streams"


def command() -> list[str]:
    """Give the command that starts it, building it the first time.

    Raises:
        Refuse: it cannot be built; the message has Maven's or the compiler's last words.
    """
    built = _built()
    return ["java", "-Xmx2g", "-cp", f"{built / 'classes'}{os.pathsep}{built / 'libs'}/*", "uk.firstbell.rivals.Main"]


def _built() -> Path:
    """Give the folder with the classes and the jars; another source has another."""
    sources = sorted(HERE.rglob("*.java"))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in [HERE / "pom.xml", *sources])).hexdigest()
    done = CACHE / digest[:16]
    if done.is_dir():
        return done
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        part = Path(name, "built")
        libs = part / "libs"
        _run("mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies", *_scope(libs))
        jars = os.pathsep.join(map(str, sorted(libs.glob("*.jar"))))
        compiler = ["-cp", jars, "org.eclipse.jdt.internal.compiler.batch.Main"]
        _run("java", *compiler, "-source", "17", "-target", "17", "-proc:none", "-nowarn", *_into(part, jars, sources))
        shutil.move(part, done)
    return done


def _scope(libs: Path) -> list[str]:
    return ["-DincludeScope=compile", f"-DoutputDirectory={libs}"]


def _into(part: Path, jars: str, sources: list[Path]) -> list[str]:
    return ["-d", str(part / "classes"), "-cp", jars, *map(str, sources)]


def _run(*command_: str) -> None:
    done = subprocess.run(command_, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise Refuse(f"Kafka Streams was not built: {(done.stdout + done.stderr)[-2000:]}")
