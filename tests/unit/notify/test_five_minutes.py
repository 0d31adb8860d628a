"""README's "Get alerts into your service in five minutes": its file and commands, taken out of it and run."""

import asyncio
import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.books import load_book
from streams.contract.codec import decode_alert, encode_alert
from streams.contract.messages import Alert
from streams.notify.channels.channel import Message, Outcome
from streams.notify.channels.guard import Guard
from streams.notify.channels.opening import Surroundings, open_channel
from streams.notify.config.reading import read
from streams.notify.words import Words
from streams.settings import Settings
from tests.support.alerts import message
from tests.support.command import called
from tests.support.receiver import RECEIVER, Receiver

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
SECTION = README.split("## Get alerts into your service in five minutes\n")[1].split("\n## ")[0]
SETTING_UP, SENDING = re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)
# The clock of the shell that the registers are made in: half past four on a Tuesday, in London.
CLOCK = """date() { case "$*" in "+%F") echo 2024-10-08;; "-u +%FT%TZ") echo 2024-10-08T{time}Z;; esac; }\n"""


def shell(script: str) -> str:
    return subprocess.run(["sh", "-ec", script], capture_output=True, check=True, text=True).stdout


def command(beginning: str, block: str = SETTING_UP) -> str:
    """Give the line of the block that begins so, without its comment."""
    (found,) = [line for line in block.splitlines() if line.startswith(beginning)]
    return found.partition("  #")[0].strip()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "notify.toml"
    (text,) = re.findall(r"cat > notify\.toml <<'TOML'\n(.*?)TOML\n", SETTING_UP, re.DOTALL)
    path.write_text(text)
    return path


@pytest.fixture
def alerts(tmp_path: Path) -> list[Alert]:
    """What the engine makes of the registers of which README shows the sending, the second one an hour later."""
    log, made = tmp_path / "registers.jsonl", tmp_path / "alerts.jsonl"
    function = SENDING[: SENDING.index("register N")]
    lines = [
        shell(CLOCK.replace("{time}", time) + function + command(call, SENDING).removesuffix("| firstbell send -"))
        for call, time in (("register N", "15:30:00"), ("register I", "16:30:00"))
    ]
    log.write_text("".join(lines))
    done = called("replay", str(log), "--output", str(made), settings=Settings())
    assert done.returncode == 0, done.stderr
    return [decode_alert(line) for line in made.read_bytes().splitlines()]


def test_its_file_has_no_mistakes(file: Path) -> None:
    """By the command that it shows."""
    shown = command("firstbell notify check").split()[1:-1]
    done = called(*shown, str(file), settings=Settings())
    assert (done.returncode, done.stdout.endswith("no mistakes.\n")) == (0, True)


def test_its_commands_are_such_as_there_are(file: Path) -> None:
    """`notify run` gets as far as asking for Kafka; the receiver is where it is said to be."""
    asked = command("firstbell notify run").removesuffix("&").replace("notify.toml", str(file)).split()[1:]
    refused = called(*asked, settings=Settings(bootstrap="127.0.0.1:1", request_timeout=1))
    assert (refused.returncode, "Kafka at 127.0.0.1:1" in refused.stderr) == (2, True)
    assert command(".venv/bin/python") == f".venv/bin/python {RECEIVER.relative_to(RECEIVER.parents[1])} &"


def test_its_child_is_told_of_at_once_and_then_taken_back(file: Path, alerts: list[Alert], tmp_path: Path) -> None:
    """The raise waits for a hundredth of a second, and the second register is a correction."""
    assert [(each.change, each.rule, each.reason) for each in alerts] == [
        ("raised", "unexplained-today", "mark"),
        ("withdrawn", "unexplained-today", "correction"),
    ]
    raised = tmp_path / "alert.json"
    raised.write_bytes(encode_alert(alerts[0]))
    way = ("notify", "route", str(raised), "--file", str(file), "--at", "2024-10-08T16:30:00+01:00", "--json")
    (decision,) = json.loads(called(*way, settings=Settings()).stdout)
    assert (decision["receiver"], decision["tell"], decision["at"]) == ("mine", "raised", "2024-10-08T15:30:00.010Z")


def test_its_receiver_takes_what_its_file_sends(file: Path, alerts: list[Alert]) -> None:
    """Signed by the secret that its first line makes: the raise, the same once more, the withdrawal."""
    secret = shell(f'{command("export HOOK_SECRET")}\nprintf %s "$HOOK_SECRET"')
    told = [message(each, delivery_id=f"dlv_{each.change}") for each in alerts]
    with Receiver(secret) as receiver:
        file.write_text(file.read_text().replace("http://127.0.0.1:8000/", receiver.url))
        outcomes = asyncio.run(sent(file, secret, told[0], told[0], told[1]))
        printed = receiver.printed()
    assert outcomes == [Outcome.delivered(status=204)] * 3
    assert printed[::2] == ["dlv_raised", "dlv_withdrawn"]
    assert ["'change': 'raised'" in printed[1], "'change': 'withdrawn'" in printed[3]] == [True, True]


async def sent(file: Path, secret: str, *messages: Message) -> list[Outcome]:
    """Open the channel as the notifier does, by the file, and send."""
    book = load_book(None)
    config = read(file, book)
    around = Surroundings(Guard(config.allowed), Words(book), {"HOOK_SECRET": secret}, lambda: datetime.now(UTC))
    channel = open_channel(config.receivers["mine"].channel, around)
    outcomes = [await channel.send(each) for each in messages]
    await channel.close()
    return outcomes
