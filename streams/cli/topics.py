"""`firstbell topics create|check`."""

import json
from dataclasses import asdict

import click

from streams.cli.options import with_settings
from streams.errors import WrongTopics
from streams.kafka.admin import Admin, Difference, topics_of
from streams.kafka.trial import try_transaction
from streams.settings import Settings

_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")


@click.group()
def topics() -> None:
    """Make the topics and changelogs, or say in what they differ from what they should be.

    \b
    firstbell topics create --bootstrap kafka:9092 --set replication=3 --set min_in_sync_replicas=2
    firstbell topics check
    """  # noqa: D301 - click reads the \b


@topics.command()
@_as_json
@with_settings
def create(settings: Settings, *, as_json: bool) -> None:
    """Make the topics that are missing; those that exist are left as they are.

    \b
    firstbell topics create
    """  # noqa: D301 - click reads the \b
    wanted = topics_of(settings)
    made = set(Admin(settings).create(wanted))
    if as_json:
        click.echo(json.dumps([{"topic": topic.name, "made": topic.name in made} for topic in wanted]))
        return
    for topic in wanted:
        click.echo(f"{topic.name}: {'made' if topic.name in made else 'was there'}")


@topics.command()
@_as_json
@with_settings
def check(settings: Settings, *, as_json: bool) -> None:
    """Compare every topic with its declaration, and try a transaction; exit 1 where something differs.

    \b
    firstbell topics check
    """  # noqa: D301 - click reads the \b
    wanted = topics_of(settings)
    differences = Admin(settings).check(wanted)
    if not _is_missing(differences, wanted.registers.name):
        differences += try_transaction(settings, wanted.registers.name)
    if as_json:
        click.echo(json.dumps([asdict(difference) for difference in differences]))
    else:
        _say(differences)
    if differences:
        raise click.exceptions.Exit(1)


def require(settings: Settings) -> None:
    """Refuse to start where a topic is missing, or differs in what makes a worker run wrong.

    Raises:
        WrongTopics: so it is. Unreachable: Kafka does not answer.
    """
    wrong = [difference for difference in Admin(settings).check(topics_of(settings)) if difference.is_fatal]
    if wrong:
        raise WrongTopics("; ".join(map(str, wrong)) + "; see: firstbell topics check")


def _is_missing(differences: list[Difference], topic: str) -> bool:
    return any(difference.topic == topic and difference.setting == "topic" for difference in differences)


def _say(differences: list[Difference]) -> None:
    for difference in differences:
        click.echo(str(difference))
    click.echo(f"{len(differences)} differences" if differences else "All topics are as declared; transactions work.")
