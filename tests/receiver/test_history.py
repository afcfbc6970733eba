"""Finding visits among thousands, and taking them out as files."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from receiver.errors import StationError
from receiver.history import History
from receiver.models import EVERYTHING, Verdict, VisitFilter
from receiver.store import Store
from receiver.visit_json import visit_to_json
from tests.receiver import years
from tests.receiver.made_up import conclude, picture, ring

COUNT = 2_000
NOW = 1_760_000_000.0


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Six weeks of visits, which no test changes."""
    store = Store(tmp_path_factory.mktemp("years") / "station.sqlite3")
    years.fill(store, COUNT, NOW)
    yield store
    store.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "station.sqlite3")
    yield store
    store.close()


def numbers(store: Store, wanted: VisitFilter) -> set[int]:
    return {int(key.id) for key in History(store).keys(wanted)}


def test_all_keys_come_newest_first(full: Store) -> None:
    """With the time of each, which is all that a row out of sight needs."""
    keys = History(full).keys()
    assert [int(key.id) for key in keys] == list(reversed(range(COUNT)))
    assert keys[0].started_at == NOW


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (VisitFilter(person="Anna"), lambda n: years.person(n) == "Anna"),
        (VisitFilter(verdicts=frozenset({Verdict.UNKNOWN})), lambda n: years.verdict(n) is Verdict.UNKNOWN),
        (
            VisitFilter(verdicts=frozenset({Verdict.UNCLEAR, Verdict.NO_FACE})),
            lambda n: years.verdict(n) in (Verdict.UNCLEAR, Verdict.NO_FACE),
        ),
        (VisitFilter(door="garden"), lambda n: n % 2 == 1),
        (VisitFilter(since=NOW - 9 * years.EVERY_S), lambda n: n >= COUNT - 10),
        (VisitFilter(until=NOW - (COUNT - 11) * years.EVERY_S), lambda n: n < 10),
        (VisitFilter(words="anna"), lambda n: years.person(n) == "Anna"),
        (VisitFilter(words="äGID garden"), lambda n: years.person(n) == "Ägidius" and n % 2 == 1),
        (VisitFilter(words="too dark"), lambda n: years.verdict(n) is Verdict.UNCLEAR and n % 2 == 0),
        (VisitFilter(words="100%"), lambda n: years.person(n) == "Bob 100%"),
        (VisitFilter(words="%"), lambda n: years.person(n) == "Bob 100%"),
        (VisitFilter(words="_nna"), lambda n: False),
        (VisitFilter(words="' OR 1=1 --"), lambda n: False),
        (
            VisitFilter("Anna", frozenset({Verdict.KNOWN}), "front", NOW - 500 * years.EVERY_S, NOW, "front"),
            lambda n: years.person(n) == "Anna" and n % 2 == 0 and COUNT - 501 <= n < COUNT - 1,
        ),
    ],
)
def test_every_field_of_the_filter_leaves_out_what_does_not_fit(full: Store, wanted: VisitFilter, fits) -> None:
    """Words are compared without capitals, in every alphabet, and wildcards of SQL mean nothing."""
    assert numbers(full, wanted) == {n for n in range(COUNT) if fits(n)}


def test_one_visit_can_be_asked_for_by_the_same_filter(full: Store) -> None:
    """So a window need not know the rules to tell whether a new visit belongs into its list."""
    strangers = VisitFilter(verdicts=frozenset({Verdict.UNKNOWN}))
    history = History(full)
    assert [key.id for key in history.keys(strangers, only="00000001")] == ["00000001"]
    assert history.keys(strangers, only="00000000") == ()


def test_the_keys_are_read_from_an_index_alone(full: Store) -> None:
    """However large the rows are: a hundred thousand keys cost no page of the table itself."""
    with sqlite3.connect(full.path) as db:
        plan = str(
            db.execute(
                "EXPLAIN QUERY PLAN SELECT id, started_at FROM visits ORDER BY started_at DESC, id DESC"
            ).fetchall()
        )
    db.close()
    assert "COVERING INDEX visits_by_time" in plan
    assert not re.search("TEMP B-TREE", plan)


def test_records_come_in_the_order_of_their_keys_without_those_that_are_gone(full: Store) -> None:
    """A list asks for what it believes is there."""
    found = History(full).visits(["00000007", "gone", "00000003"])
    assert [visit.id for visit in found] == ["00000007", "00000003"]


def test_a_visit_is_exported_with_its_pictures_as_they_came(store: Store, tmp_path: Path) -> None:
    """The JSON is what readers of the API get, and names the pictures that are beside it."""
    visit = conclude(store, ring(store, tmp_path, []), [])
    shot = visit.snapshots[0]
    target = History(store).export(visit.id, tmp_path / "visit.zip")
    with zipfile.ZipFile(target) as file:
        assert set(file.namelist()) == {"visit.json", f"{shot.id}.jpg"}
        assert json.loads(file.read("visit.json")) == json.loads(json.dumps(visit_to_json(store.visit(visit.id))))
        assert file.read(f"{shot.id}.jpg") == shot.path.read_bytes()
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_a_picture_that_is_gone_does_not_keep_the_rest_from_being_exported(store: Store, tmp_path: Path) -> None:
    visit = ring(store, tmp_path, [])
    visit.snapshots[0].path.unlink()
    with zipfile.ZipFile(History(store).export(visit.id, tmp_path / "visit.zip")) as file:
        assert file.namelist() == ["visit.json"]


def test_an_export_that_fails_says_so_and_leaves_nothing_behind(store: Store, tmp_path: Path) -> None:
    """A visit that is gone is a KeyError; a folder that is not there is told in words; an older file stays whole."""
    visit = ring(store, tmp_path, [])
    history = History(store)
    with pytest.raises(KeyError):
        history.export("gone", tmp_path / "visit.zip")
    with pytest.raises(StationError, match="cannot be written"):
        history.export(visit.id, tmp_path / "nowhere" / "visit.zip")
    target = tmp_path / "list.csv"
    target.write_text("older")
    assert history.export_list(EVERYTHING, target, cancelled=lambda: True) == 0
    assert target.read_text() == "older"
    assert sorted(path.name for path in tmp_path.glob("list*")) == ["list.csv"]


def test_a_list_is_exported_for_spreadsheets(full: Store, tmp_path: Path) -> None:
    """One line a visit, the oldest first, in pieces, with nothing but what was asked for."""
    wanted = VisitFilter(verdicts=frozenset({Verdict.KNOWN}))
    target = tmp_path / "list.csv"
    count = History(full).export_list(wanted, target)
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert count == len(rows) == COUNT * 2 // 5
    assert rows[0] | {"started_at": ""} == {
        "id": "00000000",
        "started_at": "",
        "door": "Front door",
        "trigger": "ring",
        "verdict": "known",
        "people": "Anna",
        "strangers": "0",
        "reason": "",
        "kept_quiet": "",
        "answered_after_s": "0.4",
        "pictures": "1",
    }
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_name_becomes_a_formula(store: Store, tmp_path: Path, name: str) -> None:
    """A door calls itself what it likes, and spreadsheets run what begins with an equals sign."""
    ring(store, tmp_path, [])
    store.rename_door("front", name)
    History(store).export_list(EVERYTHING, tmp_path / "list.csv")
    with (tmp_path / "list.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["door"] == f"'{name}"


def test_small_pictures_are_not_exported(store: Store, tmp_path: Path) -> None:
    """What the window made for itself is no part of the visit."""
    visit = ring(store, tmp_path, [])
    shot = visit.snapshots[0]
    picture(shot.path.with_name(f"{shot.id}@56.jpg"), (56, 56))
    with zipfile.ZipFile(History(store).export(visit.id, tmp_path / "visit.zip")) as file:
        assert set(file.namelist()) == {"visit.json", f"{shot.id}.jpg"}
