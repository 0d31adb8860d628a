"""The file of receivers and routes: what it says, and every mistake with its line."""

from pathlib import Path

import pytest

from streams.books import load_book
from streams.notify.config.config import Config
from streams.notify.config.reading import BadNotifications, parse
from tests.support.notifying import FILE

BOOK = load_book(None)


def read(text: str) -> Config:
    return parse(text, BOOK)


def mistakes(text: str) -> list[str]:
    with pytest.raises(BadNotifications) as caught:
        read(text)
    return [line.strip() for line in str(caught.value).splitlines()[1:]]


def test_a_route_has_what_its_parent_says() -> None:
    """A child says only what is its own."""
    config = read(FILE)
    child, parent = config.policies["office-urgent"], config.policies["office"]
    assert (child.group_wait, child.settles("spells")) == (parent.group_wait, parent.settles("spells"))
    assert child.any_time == ("urgent",)


def test_every_mistake_is_named_with_its_line() -> None:
    """Not only the first."""
    text = """[[receiver]]
name = "office"
audience = ["scool"]
channel = { type = "stdout" }
budget = 0

[[route]]
name = "all"
receivers = ["office"]
settle = "10 minutes"
"""
    found = mistakes(text)
    assert [line.split(":")[0] for line in found] == ["line 3", "line 5", "line 10"]
    assert "school" in found[0] or "scool" in found[0]
    assert "write 30s, 10m, 2h or 3d" in found[2]


def test_a_misspelt_key_is_named_with_the_nearest_and_all_there_are() -> None:
    """It would otherwise be silently without effect; in a table within another too."""
    said = "the nearest is budget, and all are: name, audience, channel, budget, concurrency, rate, most"
    assert mistakes(FILE.replace("budget = 3", "budgte = 3")) == [
        f"line 19: receiver office: budgte: there is no key 'budgte'; {said}"
    ]
    assert (
        "the nearest is secrets, and all are: type, url"
        in mistakes(
            FILE.replace('{ type = "stdout" }', '{ type = "webhook", url = "https://a.example/x", secret = [] }', 1)
        )[0]
    )


def test_all_is_said_at_once_whatever_else_is_wrong() -> None:
    """A wrong type, a time that is none, a name that nothing has and a host that may not be called, in one reading."""
    text = """lease = "0"
[calendar]
holidays = ["half-term"]
[[receiver]]
name = "office"
audience = ["school"]
budget = "ten"
[receiver.channel]
type = "webhook"
url = "http://a.example/x"
secrets = [
  { env = "A" },
  { environment = "B" },
]
[[receiver]]
name = "mail"
audience = ["school"]
channel = { type = "email", host = "b.example", sender = "a@b.example", too = ["c@d.example"], to = ["c@d.example"] }
[[route]]
name = "all"
match = { rule = ["latenes"], severity = "high" }
receivers = ["ofice"]
hours = ["8-17"]
"""
    assert [" ".join(line.split()[:5]).rstrip(":") for line in mistakes(text)] == [
        "line 1: lease: must be",
        "line 3: calendar.holidays: 'half-term' is",
        "line 7: receiver office: budget",
        "line 10: receiver office: channel.url",
        "line 13: receiver office: channel.secrets.environment",
        "line 18: receiver mail: channel.host",
        "line 18: receiver mail: channel.too",
        "line 21: route all: match.rule",
        "line 21: route all: match.severity",
        "line 22: route all: receivers",
        "line 23: route all: hours",
    ]


def test_one_mistake_brings_no_others_with_it() -> None:
    """A receiver and a set of schools that have mistakes are there, and a route whose match has one is not judged."""
    for old, new in (
        ("budget = 3", "budget = 0"),
        ("north = [100001, 100002]", 'north = ["100001"]'),
        ("restricted = false", "restricted = 0"),
        ('under = "office"', "under = 3"),
    ):
        assert len(mistakes(FILE.replace(old, new, 1))) == 1


def test_the_line_is_that_of_the_key_in_a_table_of_names() -> None:
    """Not that of the table's head; and what is no URN would name no school."""
    assert mistakes(FILE.replace('100001 = "Riverside School"', 'abc = "Riverside School"')) == [
        "line 10: names.abc: 'abc' is no URN, which has six digits"
    ]


def test_a_network_that_may_not_be_called_is_named_where_it_stands() -> None:
    """Each, and not only the first."""
    before = len(FILE.splitlines())
    allowed = '[[allow]]\nhost = "b.example"\nnetworks = [\n  "8.8.8.0/24",\n  "10.0.0.0/8",\n  "x",\n]\n'
    assert [line.partition(" is ")[0].partition(" does ")[0] for line in mistakes(FILE + allowed)] == [
        f"line {before + 4}: allow b.example: networks: 8.8.8.0/24",
        f"line {before + 6}: allow b.example: networks: 'x'",
    ]


def test_what_is_not_shown_could_be_a_secret() -> None:
    """One that was written where its place should be."""
    told = "\n".join(mistakes(FILE.replace('"stdout" }', '"apprise", url = "https://key@a.example" }', 1)))
    assert 'channel.url: wants { file = "PATH" } or { env = "NAME" }, not text' in told
    assert "key@" not in told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('under = "office"', 'under = "nobody"', "no route 'nobody'"),
        ('under = "office"', 'under = "office-urgent"', "under itself"),
        ('receivers = ["office"]', 'receivers = ["bursar"]', "no receiver 'bursar'"),
        ('name = "office-urgent"', 'name = "office"', "used twice"),
        ('rule = ["mass-absence"]', 'rule = ["mass-absense"]', "no rule 'mass-absense'"),
        ('schools = ["north"]', 'schools = ["south"]', "no set of schools 'south'"),
        ('hours = ["08:00-18:00"]', 'hours = ["18:00-08:00"]', "end before they begin"),
        ("https://cases.example/{alert_id}", "https://cases.example/{pupil}", "may use {alert_id}"),
        ("2024-10-28/2024-11-01", "half-term", "is no holiday"),
        ('digest = ["16:00"]', "digest = []", "line 4: digest: is empty; it wants at least one"),
        ('digest = ["16:00"]', "digest = [16:00:00]", 'in quotes, such as "08:30", not a date or time'),
        ('"2024-10-28/2024-11-01"', "2024-10-28", 'in quotes, such as "2024-10-28"'),
        ('digest = ["16:00"]', 'give_up = "0"', "give_up: must be longer than 0"),
        ("revised = true", 'repeat = "0s"', "repeat: must be longer than 0"),
        ('days = "school-days"', "days = []", "days: is empty; it wants at least one; or write one of every-day"),
        ('days = "school-days"', 'days = "skool-days"', "the nearest is school-days"),
        ("unexplained-today =", "unexplaned-today =", "settle.unexplaned-today: there is no rule"),
        ("default =", "defualt =", "the nearest is default"),
        ('severity = ["urgent"]', 'change = ["eased", "withdrawn"]', "match.change: has neither raised nor reopened"),
        ("target = { pupils = true }", 'target = { change = ["revised"] }', "nothing else is held back"),
        ('decides = "5m"', "", "inhibit mass: decides: with session in equal, write how long"),
        ('equal = ["urn", "session"]', 'equal = ["session"]', "session alone would mute every school"),
        ('link_template = "https://cases.example/{alert_id}"', 'link_template = ""', "may use {alert_id}"),
    ],
)
def test_what_does_not_fit_together_is_refused(old: str, new: str, said: str) -> None:
    """Each with words that say what to do."""
    assert old in FILE
    assert said in "\n".join(mistakes(FILE.replace(old, new, 1)))


def test_a_route_that_would_show_what_is_restricted_is_refused() -> None:
    """A school's office is not declared for what only the authority may see."""
    found = mistakes(FILE.replace('match = { restricted = false, audience = ["school"] }', "", 1))
    assert any("restricted" in line and "office" in line for line in found)


def test_a_host_must_be_allowed() -> None:
    """Nothing is called that the file does not name as allowed."""
    text = FILE.replace(
        'channel = { type = "stdout" }',
        'channel = { type = "webhook", url = "https://a.example/x", secrets = [{ env = "S" }] }',
        1,
    )
    assert "a.example is not allowed" in "\n".join(mistakes(text))


def test_a_file_of_authorities_is_looked_for(tmp_path: Path) -> None:
    """And not missed first when something is to be sent."""
    own = tmp_path / "ca.pem"
    channel = f'{{ type = "webhook", url = "https://a.example/x", secrets = [{{ env = "S" }}], ca_file = "{own}" }}'
    text = FILE.replace('{ type = "stdout" }', channel, 1) + '[[allow]]\nhost = "a.example"\n'
    assert mistakes(text) == [
        f"line 18: receiver office: channel.ca_file: {own} cannot be read: No such file or directory"
    ]
    own.write_text("not a certificate")
    assert mistakes(text) == [f"line 18: receiver office: channel.ca_file: {own} holds no certificates in PEM"]


def test_what_is_not_toml_is_said() -> None:
    """With the parser's own place."""
    with pytest.raises(BadNotifications, match="not TOML"):
        read("[[receiver")


def test_nobody_told_of_anything_is_a_mistake() -> None:
    """An empty file is not a quiet notifier but a wrong one."""
    assert mistakes("") == ["line 1: there is no [[route]]: nobody would be told of anything"]


def test_the_file_in_the_docs_has_no_mistakes() -> None:
    """It is the one that users begin with."""
    text = (Path(__file__).parents[4] / "docs" / "notify.toml").read_text(encoding="utf-8")
    assert read(text).policies["riverside"].receivers == ("riverside-office",)
