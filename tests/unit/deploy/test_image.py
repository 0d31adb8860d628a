"""The image is built from what is pinned, and nothing else goes into it."""

import re
from pathlib import Path

TOP = Path(__file__).parents[3]
DOCKERFILE = (TOP / "deploy/Dockerfile").read_text(encoding="utf-8")


def pins(path: str) -> dict[str, str]:
    """Return each pinned package of a requirements file with its version and hashes."""
    lines = [
        line for line in (TOP / path).read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")
    ]
    blocks = re.split(r"\n(?=\S)", "\n".join(lines))
    return {block.split("==")[0]: re.sub(r"[\s\\]+", " ", block).strip() for block in blocks if "==" in block}


def test_base_images_have_an_exact_tag() -> None:
    """Both stages begin with the same, exactly named, small Python 3.11."""
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?", bases[0])


def test_only_hashed_packages_are_installed() -> None:
    """Every pip call takes hashed wheels from a file, or the wheel just made, without looking for anything else."""
    calls = re.findall(r"pip (?:install|wheel) .*", DOCKERFILE)
    assert len(calls) == 4
    for call in calls:
        assert ("--require-hashes --only-binary :all: " in call) != ("--no-deps" in call)


def test_the_builder_is_pinned_as_everywhere() -> None:
    """What builds the wheel has the versions and hashes of requirements/dev.txt."""
    everywhere = pins("requirements/dev.txt")
    builder = pins("deploy/build-requirements.txt")
    assert "hatchling" in builder
    assert builder == {name: everywhere[name] for name in builder}


def test_it_does_not_run_as_root() -> None:
    """The last stage ends as a user of its own, by number, so that Kubernetes can see that it is not root."""
    last = DOCKERFILE.rsplit("\nFROM ", 1)[1]
    assert re.findall(r"^USER (.+)$", last, re.MULTILINE) == ["10001:10001"]


def test_everything_copied_reaches_the_builder() -> None:
    """What the Dockerfile copies is there, and is let in by .dockerignore; all else is kept out."""
    ignored = (TOP / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = {source for line in copied for source in line.split()}
    assert sources == let_in
    assert all((TOP / source).exists() for source in sources)
    assert "*" in ignored
