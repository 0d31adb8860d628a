"""`firstbell audit`."""

import json
import secrets
from collections import Counter
from datetime import date
from random import Random

import click

from streams.attendance.walk import Engine
from streams.audit.run import Choose, Outcome
from streams.audit.run import audit as run
from streams.audit.topics import From
from streams.books import load_book
from streams.cli.collecting import collect_seldom
from streams.cli.erasure import erasure_key
from streams.cli.options import with_settings
from streams.cli.progress import shown
from streams.cli.retention import oldest_kept
from streams.errors import Refuse
from streams.kafka.admin import Admin, topics_of
from streams.pipeline.forms import PUPIL
from streams.settings import Settings

_SAMPLE = 1000


@click.command()
@click.option("--pupil", metavar="KEY", help="This pupil, by the plain specification.")
@click.option("--sample", type=click.IntRange(min=1), help=f"So many pupils by chance; {_SAMPLE} if nothing is said.")
@click.option("--seed", type=int, help="Which ones: the same seed and changelog give the same sample.")
@click.option("--all", "everyone", is_flag=True, help="All pupils, also those that the changelog does not have.")
@click.option("--plainly", is_flag=True, help="Recompute by the plain specification: some seconds a pupil.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document, with the pupils' keys.")
@with_settings
def audit(
    settings: Settings,
    *,
    pupil: str | None,
    sample: int | None,
    seed: int | None,
    everyone: bool,
    plainly: bool,
    as_json: bool,
) -> None:
    """Check from Kafka alone that what is stored and what was announced is what the registers say.

    Ledgers are made again from the registers and compared with the changelog; their episodes with what the changelog
    says was announced; that with the alerts that were published. Exit 1 where anything differs. It may run while
    registers come in: pupils with registers in flight are passed over, and counted.

    \b
    firstbell audit                          1000 pupils by chance
    firstbell audit --all                    every pupil; memory as of all workers together
    firstbell audit --pupil abcdefghijklmnopqrstuvwxyz --json
    """  # noqa: D301 - click reads the \b
    topics = topics_of(settings)
    choose = _choose(pupil, sample, seed, everyone=everyone)
    Admin(settings).require(topic.name for topic in topics)
    collect_seldom()
    engine = Engine(load_book(settings.rulebook))
    source = From(settings, topics, shown, erasure_key(settings))
    today = date.today()  # noqa: DTZ011 - a school year has no time zone
    outcome = run(source, engine, choose, oldest=oldest_kept(today), plainly=plainly or pupil is not None)
    click.echo(_json(outcome) if as_json else _words(outcome))
    if outcome.differences:
        raise click.exceptions.Exit(1)


def _choose(pupil: str | None, sample: int | None, seed: int | None, *, everyone: bool) -> Choose:
    if sum((pupil is not None, sample is not None, everyone)) > 1:
        raise Refuse("--pupil, --sample and --all exclude each other")
    if pupil is not None:
        if not PUPIL.fullmatch(pupil):
            raise Refuse("--pupil wants a pseudonym: 26 characters a-z and 2-7, as alerts have it")
        return lambda _: {pupil}
    if everyone:
        return lambda _: None
    number, random = sample or _SAMPLE, Random(secrets.randbits(64) if seed is None else seed)  # noqa: S311 - a sample
    return lambda keys: set(random.sample(sorted(keys), min(number, len(keys))))


def _words(outcome: Outcome) -> str:
    """The outcome for a terminal: without the pupils' keys, as in `tail`."""
    lines = [f"{one.kind}: {one.words}" for one in outcome.differences]
    pupils = len({one.pupil for one in outcome.differences})
    counts = Counter(one.kind for one in outcome.differences)
    kinds = ", ".join(f"{number:,} {kind}" for kind, number in sorted(counts.items()))
    verdict = f"{kinds}, about {pupils:,} pupils; --json names them" if counts else "no difference"
    passed = f", {outcome.in_flight:,} passed over (registers in flight)" if outcome.in_flight else ""
    return "\n".join(
        [*lines, f"{outcome.judged:,} pupils judged by {outcome.registers:,} registers{passed}: {verdict}"]
    )


def _json(outcome: Outcome) -> str:
    differences = [one._asdict() for one in outcome.differences]
    facts = {"judged": outcome.judged, "in_flight": outcome.in_flight, "registers": outcome.registers}
    return json.dumps(facts | {"differences": differences})
