"""Mid-year ledgers: what a worker's changelog would hold after the history, made by the engine itself and kept.

The marks of the originals are given to the engine session by session, without Kafka; a child that goes the way of one
of them has its walk and its pages, and what is announced of it is compared by the engine anew. What is then stored of
each pupil is kept in `.cache`, by all that it depends on: what was invented, the rule book, the version of the stored
form.
"""

import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from typing import NamedTuple

import msgspec

from benchmarks.england.authority import Authority, Codes, taken_at
from streams.attendance.ledger import PAGE_FORM, Ledger, key_parts, seat
from streams.attendance.pupil import Pupil
from streams.attendance.sessions import month_start, slot
from streams.attendance.walk import Engine
from streams.books import load_book
from streams.cli.collecting import collect_seldom
from streams.contract.batches import BatchMark, BatchRegister
from streams.contract.sheets import sheet
from streams.pipeline.instants import read_instant
from streams.pipeline.ledgers import Ledgers
from streams.pipeline.refusals import from_file
from streams.pipeline.splitting import partition_of
from streams.pipeline.stored import stored_records

CACHE = Path(__file__).parents[2] / ".cache" / "england"
_AT_ONCE = 3_000  # originals a task

Stored = list[tuple[bytes, bytes]]
"""Changelog records of a partition."""

_decode = msgspec.msgpack.Decoder(Stored).decode


class _Share(NamedTuple):
    """One task: the originals from *first* on, whose codes are the columns of *codes*."""

    authority: Authority
    partitions: int
    first: int
    codes: Codes
    folder: Path


def folder(authority: Authority, partitions: int, cache: Path = CACHE) -> Path:
    """Name the folder of the ledgers of *authority*; another form, rule book or size has another."""
    book = Engine(load_book(None)).id
    what = f"{authority.pupils}x{authority.history}-kinds{authority.originals}-seed{authority.seed}-of{partitions}"
    return cache / f"{what}-form{PAGE_FORM}-{book.name}-{book.version}-{book.hash[:8]}"


def make(authority: Authority, partitions: int, cache: Path = CACHE) -> Path:
    """Make the ledgers of *authority* after its history, unless they are there; return their folder."""
    done = folder(authority, partitions, cache)
    if done.is_dir():
        return done
    part = done.with_name(f"{done.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    codes = authority.codes[: authority.history]
    shares = [
        _Share(authority, partitions, first, codes[:, first : first + _AT_ONCE], part)
        for first in range(0, authority.originals, _AT_ONCE)
    ]
    if len(shares) == 1:
        _make(*shares)
    else:
        _side_by_side(shares)
    part.rename(done)
    return done


def _side_by_side(shares: list[_Share]) -> None:
    with ProcessPoolExecutor(min(len(shares), cpu_count() or 1), get_context("spawn"), collect_seldom) as pool:
        for task in as_completed([pool.submit(_make, share) for share in shares]):
            task.result()


def read(made: Path, partition: int) -> Iterator[tuple[bytes, bytes]]:
    """Give the changelog records of one partition, those of a pupil together."""
    for file in sorted(made.glob(f"{partition}-*.msgpack")):
        yield from _decode(file.read_bytes())


def loaded(made: Path, partition: int) -> Ledgers:
    """Give the ledgers of one partition as a worker that starts has them."""
    ledgers = Ledgers(Engine(load_book(None)), from_file("-"))
    for key, value in read(made, partition):
        ledgers.load(key, value)
    return ledgers


def _make(share: _Share) -> None:
    """Take the sessions of some originals, and write what is stored of them and of those who go their way."""
    authority, engine = share.authority, Engine(load_book(None))
    ledgers = Ledgers(engine, from_file("-"))
    originals = range(share.first, share.first + share.codes.shape[1])
    for number, row in enumerate(share.codes.tolist()):
        work = ledgers.work()
        work.take(*_session(authority, number, originals, row))
        work.commit()
    stored: list[Stored] = [[] for _ in range(share.partitions)]
    for original in originals:
        pupil = ledgers.get(authority.keys[original])
        for child in range(original, authority.pupils if pupil else 0, authority.originals):
            assert pupil is not None
            key = authority.keys[child]
            one = pupil if child == original else _twin(pupil, key, authority.urn_of(child), engine)
            stored[partition_of(key, share.partitions)] += stored_records(one)
    for partition, records in enumerate(stored):
        (share.folder / f"{partition}-{share.first:06}.msgpack").write_bytes(msgspec.msgpack.encode(records))


def _session(authority: Authority, number: int, children: range, row: list[int]) -> Iterator[BatchRegister]:
    """Give a session's registers, one a school."""
    when = authority.when[number]
    recorded_at = taken_at(when)
    instant = read_instant(recorded_at)
    assert instant is not None
    marks: dict[int, list[BatchMark]] = {}
    for child, code in zip(children, row, strict=True):
        mine = marks.setdefault(authority.urn_of(child), [])
        mine.append(BatchMark(authority.keys[child], len(mine), code, instant.seconds))
    for urn, its in marks.items():
        name = f"{urn}.{when.date}.{when.half}"
        yield BatchRegister(name, urn, slot(when.date, when.half), recorded_at, -1, (-1, number + 1), sheet(its))


def _twin(original: Pupil, key: str, urn: int, engine: Engine) -> Pupil:
    """Make a pupil with the marks of *original*, at another school, with its own alerts."""
    twin = original.copy()
    pages = {seat(month_start(key_parts(page)[0]), urn).page: value for page, value in original.ledger.pages.items()}
    twin.key, twin.ledger = key, Ledger(pages)
    twin.book, twin.announced, twin.retired = None, (), {}
    twin.compare(engine)
    return twin
