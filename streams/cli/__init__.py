"""The command line: the only place that wires."""

import importlib
import keyword
import sys
from typing import cast

import click

from streams.errors import FirstbellError, Refuse

# Each command lives in a module of its own, which is imported when it is called, so that --help stays quick.
COMMANDS = {
    "demo": "The main job on an embedded broker, in a minute.",
    "replay": "Registers from files through the engine, without Kafka.",
    "simulate": "A county that does not exist: schools, children, a year of registers.",
    "send": "Send registers from files to Kafka.",
    "import": "Marks from a CSV file or a workbook to registers.",
    "wonde": "Marks of schools from Wonde to registers, as they change.",
    "worker": "Run the stream: registers in, alerts out.",
    "tail": "Read alerts or dead letters as they come.",
    "explain": "Why an alert about a pupil is on, eased or withdrawn.",
    "audit": "Check that what is stored and announced is what the registers say.",
    "forget": "Erase pupils, or take their marks again.",
    "retention": "Clear pupils without a mark for two academic years.",
    "rebuild": "Make a lost changelog of the ledgers again.",
    "mend": "End transactions whose end Kafka has lost.",
    "dead-letters": "Work off what was refused: list it, show one, send it back.",
    "gateway": "Take registers by HTTP.",
    "tokens": "Make, list or revoke the tokens of those who send to the gateway.",
    "keys": "Make or check the key that turns UPNs into pseudonyms.",
    "schools": "Take in, list or check the schools: DfE's register, session times, closures.",
    "notify": "Tell people and services of alerts, and take back what was wrong.",
    "deliveries": "List, show, retry or park what the notifier sends.",
    "silence": "Hold alerts back for a time, list or end such silences.",
    "topics": "Create or check the topics.",
    "rules": "Show or check a rule book.",
    "schemas": "Write the contract: JSON Schemas, AsyncAPI, examples.",
    "settings": "Show every setting, its value and where it came from.",
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name.replace("-", "_")
        module = importlib.import_module(f"streams.cli.{name}")
        return cast("click.Command", getattr(module, name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="firstbell", prog_name="firstbell")
def firstbell() -> None:
    """Firstbell: early warning of school absence. Registers in, alerts out, taken back when a register is corrected.

    \b
    Start here:
      firstbell demo                     see it work, no Kafka needed
      firstbell replay registers.jsonl   alerts from a file of registers
      firstbell topics create            then: firstbell worker, firstbell send, firstbell tail alerts
    """  # noqa: D301 - click reads the \b


def main() -> None:
    """Run the command; say what is wrong in one line and exit 2 where it cannot start, 1 where it failed."""
    try:
        firstbell()
    except Refuse as error:
        sys.exit(_say(error, 2))
    except FirstbellError as error:
        sys.exit(_say(error, 1))


def _say(error: FirstbellError, code: int) -> int:
    click.echo(f"firstbell: {error or error.__doc__}", err=True)
    return code
