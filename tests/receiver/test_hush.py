"""Who is told, and when not: the hours of the week, the one decision, and whom it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiver.hours import Span, holds_until, moment, parse, written
from receiver.hush import STRANGER, Occasion, Rules, decide, occasion
from receiver.models import TOLD, Face, Hush, Ruling, Telling, Trigger, Verdict
from receiver.settings import HushSettings
from tests.receiver import made_up

BERLIN = ZoneInfo("Europe/Berlin")
CHATHAM = ZoneInfo("Pacific/Chatham")
NOON = datetime(2026, 7, 15, 12, 0, tzinfo=BERLIN)  # a Wednesday
NIGHT = NOON.replace(hour=23)
WHOLE_MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def at(day: int, hour: int, minute: int = 0, *, month: int = 7, fold: int = 0) -> float:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN, fold=fold).timestamp()


def ends(text: str, now: float) -> str | None:
    """When the hours that hold now end, as Berlin's clocks show it."""
    until = holds_until(parse(text), now, BERLIN)
    return None if until is None else f"{datetime.fromtimestamp(until, BERLIN):%a %H:%M %z}"


# ---- hours


@pytest.mark.parametrize(
    ("text", "now", "until"),
    [
        ("", at(15, 12), None),
        ("22:00-07:00", at(15, 21, 59), None),
        ("22:00-07:00", at(15, 22), "Thu 07:00 +0200"),
        ("22:00-07:00", at(16, 6, 59), "Thu 07:00 +0200"),
        ("22:00-07:00", at(16, 7), None),
        ("Wed 22:00-07:00", at(16, 3), "Thu 07:00 +0200"),
        ("Thu 22:00-07:00", at(16, 3), None),
        ("Sun 22:00-07:00", at(20, 3), "Mon 07:00 +0200"),
        ("Mon-Fri 22:00-07:00, Sat Sun 23:00-09:00", at(18, 22, 30), None),
        ("Mon-Fri 22:00-07:00, Sat Sun 23:00-09:00", at(19, 8, 30), "Sun 09:00 +0200"),
        ("Fri-Mon 13:00-15:00", at(20, 14), "Mon 15:00 +0200"),
        ("Fri-Mon 13:00-15:00", at(21, 14), None),
        ("saturday - sunday 0:00-24:00".replace("24:00", "0:00"), at(18, 12), "Mon 00:00 +0200"),
        ("12:00-13:00; 13:00-14:00", at(15, 12, 30), "Wed 14:00 +0200"),
    ],
)
def test_hours_by_weekday_belong_to_the_day_on_which_they_begin(text: str, now: float, until: str | None) -> None:
    assert ends(text, now) == until


@pytest.mark.parametrize("text", ["22-07", "Mon", "25:00-26:00", "Xyz 22:00-07:00", "22:00-07:60", "Mon 22:00"])
def test_hours_that_make_no_sense_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"like|is no day|is no time"):
        parse(text)


@pytest.mark.parametrize(
    "text", ["", "22:00-07:00", "Mon-Fri 22:00-07:00, Sat Sun 23:00-09:00", "Mon Wed-Fri Sun 08:05-08:05"]
)
def test_hours_are_written_as_the_owner_would(text: str) -> None:
    assert written(parse(text)) == text


@given(st.lists(st.builds(Span, st.frozensets(st.integers(0, 6), min_size=1), WHOLE_MINUTES, WHOLE_MINUTES)))
def test_hours_that_are_written_read_the_same(spans: list[Span]) -> None:
    assert parse(written(spans)) == tuple(spans)


def test_the_night_on_which_clocks_go_forward_is_an_hour_shorter() -> None:
    """29 March 2026, 02:00 becomes 03:00; an end at 02:30, which no clock shows, is that moment."""
    evening = at(28, 22, month=3)
    assert ends("22:00-07:00", evening) == "Sun 07:00 +0200"
    assert holds_until(parse("22:00-07:00"), evening, BERLIN) == evening + 8 * 3600
    assert ends("22:00-02:30", evening) == "Sun 03:00 +0200"
    assert ends("22:00-02:30", at(29, 3, month=3)) is None
    assert ends("02:30-04:00", at(29, 3, month=3)) == "Sun 04:00 +0200"
    assert ends("02:30-04:00", at(29, 1, 59, month=3)) is None


def test_the_night_on_which_clocks_go_back_is_quiet_in_one_stretch() -> None:
    """25 October 2026, 03:00 becomes 02:00: until 02:30 means until the second one."""
    until = at(25, 2, 30, month=10, fold=1)
    for now in (at(24, 23, month=10), at(25, 2, 45, month=10), at(25, 2, 10, month=10, fold=1)):
        assert holds_until(parse("22:00-02:30"), now, BERLIN) == until
    assert holds_until(parse("22:00-02:30"), until, BERLIN) is None
    assert ends("02:30-03:00", at(25, 2, 15, month=10, fold=1)) == "Sun 03:00 +0100", "it began at the first 02:30"


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.sampled_from([BERLIN, CHATHAM, UTC])),
    begin=st.times(),
    end=st.times(),
    days=st.sets(st.integers(0, 6), min_size=1),
)
def test_quiet_hours_agree_with_what_the_clock_on_the_wall_shows(now, begin, end, days) -> None:  # type: ignore[no-untyped-def]
    """On any day without a change of clocks; and on every day the end lies ahead and the stretch is one."""
    begin, end = begin.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
    names = " ".join(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day] for day in sorted(days))
    spans, zone, stamp = parse(f"{names} {begin:%H:%M}-{end:%H:%M}"), now.tzinfo, now.timestamp()
    until = holds_until(spans, stamp, zone)
    if until is not None:
        assert stamp < until
        if until - stamp < 7 * 86_400:  # else it is always quiet, and the end only a word
            assert holds_until(spans, (stamp + until) / 2, zone) == until
        assert len(days) == 7 or holds_until(spans, until, zone) is None
    around = [now + timedelta(days=d) for d in (-2, -1, 0, 1, 2)]
    if len({day.utcoffset() for day in around}) == 1:
        wall, today, before = now.time().replace(tzinfo=None), now.weekday(), (now.weekday() - 1) % 7
        over_midnight = end <= begin
        fits = today in days and begin <= wall and (over_midnight or wall < end)
        fits |= over_midnight and before in days and wall < end
        assert (until is not None) == fits


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), st.sampled_from([BERLIN, CHATHAM]))
def test_the_moment_of_a_time_is_when_the_clock_shows_it_or_jumps_over_it(local: datetime, zone: ZoneInfo) -> None:
    local = local.replace(second=0, microsecond=0)
    for last in (False, True):
        shown = datetime.fromtimestamp(moment(local.date(), local.time(), zone, last=last), zone).replace(tzinfo=None)
        assert timedelta(0) <= shown - local <= timedelta(hours=1)


# ---- the decision


def told(rules: HushSettings, who: Iterable[str | None] | None, now: datetime = NOON, **more) -> Telling:  # type: ignore[no-untyped-def]
    seen = Occasion("front", more.pop("trigger", Trigger.RING), None if who is None else frozenset(who))
    return decide(rules, seen, now.timestamp(), zone=BERLIN, **more).telling


NOW, HUSHED, LATER = Telling.NOW, Telling.HUSHED, Telling.LATER
STRANGERS_AT_NIGHT = HushSettings(strangers_only="22:00-07:00")


def test_without_rules_everybody_is_told_of_at_once() -> None:
    assert all(told(HushSettings(), who) is NOW for who in (None, {STRANGER}, {"Anna"}, {"Anna", STRANGER}))


@pytest.mark.parametrize(
    ("who", "by_day", "by_night"),
    [
        (None, NOW, LATER),
        ({STRANGER}, NOW, NOW),
        ({"Anna"}, NOW, HUSHED),
        ({"Anna", "Bob"}, NOW, HUSHED),
        ({"Anna", STRANGER}, NOW, NOW),
    ],
)
def test_only_strangers_at_night(who: set[str | None] | None, by_day: Telling, by_night: Telling) -> None:
    assert (told(STRANGERS_AT_NIGHT, who, NOON), told(STRANGERS_AT_NIGHT, who, NIGHT)) == (by_day, by_night)


def test_quiet_hours_hush_everybody_and_need_no_verdict_for_it() -> None:
    rules = HushSettings(quiet_hours="Wed 22:00-07:00")
    assert {told(rules, who, NIGHT) for who in (None, {STRANGER}, {"Anna"})} == {HUSHED}
    assert told(rules, None) is NOW


def test_somebody_who_is_always_told_of_is_told_of_in_quiet_hours_and_so_the_first_word_waits() -> None:
    rules = HushSettings(quiet_hours="22:00-07:00", always=("Grandma",), never_for=("Grandma",))
    assert told(rules, {"Grandma"}, NIGHT) is NOW
    assert told(rules, {"Anna", "Grandma"}, NIGHT) is NOW
    assert told(rules, {STRANGER}, NIGHT) is HUSHED
    assert told(rules, None, NIGHT) is LATER
    assert told(rules, {"Grandma"}, hushes=[Hush(None, "me")]) is NOW, "also while somebody's hush holds"


def test_not_for_me_holds_the_first_word_back_and_a_stranger_beside_me_is_told() -> None:
    rules = HushSettings(never_for=("anna",))
    assert [told(rules, who) for who in (None, {"Anna"}, {"Bob"}, {"Anna", STRANGER})] == [LATER, HUSHED, NOW, NOW]


def test_once_a_day_is_told_the_first_time() -> None:
    rules = HushSettings(once_a_day=("Postman",))
    assert told(rules, {"Postman"}) is NOW
    assert told(rules, None) is NOW, "nothing depends on the verdict yet"
    assert told(rules, {"Postman"}, told_today={"Postman"}) is HUSHED
    assert told(rules, None, told_today={"Postman"}) is LATER
    assert told(rules, {"Anna"}, told_today={"Anna", "Postman"}) is NOW


def test_a_hush_covers_its_door_and_ends() -> None:
    later = NOON + timedelta(minutes=30)
    hush = Hush(later.timestamp(), "a chat", "front")
    assert told(HushSettings(), None, hushes=[hush]) is HUSHED
    assert told(HushSettings(), None, hushes=[replace(hush, scope="garage")]) is NOW
    assert told(HushSettings(), None, later, hushes=[hush]) is NOW
    why = decide(HushSettings(), Occasion("front", Trigger.RING, None), NOON.timestamp(), hushes=[hush], zone=BERLIN)
    assert why.why == "quiet until 12:30, asked for by a chat"


@pytest.mark.parametrize("trigger", [Trigger.TEST, Trigger.LOOK])
def test_what_somebody_asked_for_is_told_whatever_the_hour(trigger: Trigger) -> None:
    rules = HushSettings(quiet_hours="00:00-00:00", never_for=("Anna",))
    assert told(rules, {"Anna"}, trigger=trigger, hushes=[Hush(None, "me")]) is NOW


NAMES = ("Anna", "Bob", "Cleo", "Dora")
SOME_NAMES = st.sets(st.sampled_from(NAMES)).map(tuple)


@given(
    settings=st.builds(
        HushSettings,
        quiet_hours=st.sampled_from(["", "22:00-07:00"]),
        strangers_only=st.sampled_from(["", "20:00-08:00"]),
        never_for=SOME_NAMES,
        once_a_day=SOME_NAMES,
        always=SOME_NAMES,
    ),
    hour=st.integers(0, 23),
    hushed=st.booleans(),
    told_today=SOME_NAMES,
    who=st.sets(st.sampled_from([*NAMES, STRANGER]), min_size=1),
)
def test_the_first_word_and_the_verdict_never_contradict_each_other(settings, hour, hushed, told_today, who) -> None:  # type: ignore[no-untyped-def]
    """What is decided without a verdict is decided the same with any; the always-list wins; strangers are told."""
    now = NOON.replace(hour=hour)
    more = {"hushes": [Hush(None, "me")] if hushed else [], "told_today": told_today}
    first, final = told(settings, None, now, **more), told(settings, who, now, **more)
    assert final is not LATER
    assert first in (LATER, final)
    if who & set(settings.always):
        assert final is NOW
    elif hushed or (settings.quiet_hours and (hour >= 22 or hour < 7)):
        assert final is HUSHED
    elif STRANGER in who:
        assert final is NOW
    reason = decide(settings, Occasion("front", Trigger.RING, frozenset(who)), now.timestamp(), zone=BERLIN, **more).why
    assert bool(reason) == (final is HUSHED)


def test_of_all_combinations_only_those_that_depend_on_the_verdict_wait() -> None:
    """Every rule on or off, by day and by night: the first word waits exactly when the visitors would differ."""
    everybody = [{STRANGER}, {"Anna"}, {"Bob"}, {"Cleo"}, {"Zoe"}]
    for quiet, strangers, never, once, always, now in product(
        ("", "22:00-07:00"), ("", "22:00-07:00"), ((), ("Anna",)), ((), ("Bob",)), ((), ("Cleo",)), (NOON, NIGHT)
    ):
        rules = HushSettings(
            quiet_hours=quiet, strangers_only=strangers, never_for=never, once_a_day=once, always=always
        )
        outcomes = {told(rules, who, now, told_today=["Bob"]) for who in everybody}
        assert told(rules, None, now, told_today=["Bob"]) is (LATER if len(outcomes) > 1 else outcomes.pop())


# ---- what is asked


def test_who_cannot_be_recognised_counts_as_a_stranger() -> None:
    unclear = made_up.face("Anna", verdict=Verdict.UNCLEAR)
    assert occasion(made_up.visit()).visitors == {STRANGER}, "no face at all"
    assert occasion(_visit(unclear)).visitors == {STRANGER}
    assert occasion(_visit(made_up.face("Anna"), made_up.face())).visitors == {"Anna", STRANGER}


def test_a_story_that_was_begun_is_told_to_its_end() -> None:
    rules = Rules(lambda: STRANGERS_AT_NIGHT, clock=NIGHT.timestamp, zone=BERLIN)
    begun = _visit(made_up.face("Anna"))
    assert rules.final(begun) == TOLD
    assert rules.final(replace(begun, telling=LATER)) == Ruling(HUSHED, "only strangers until 07:00")


def test_a_verdict_that_does_not_come_is_not_waited_for() -> None:
    rules = Rules(lambda: STRANGERS_AT_NIGHT, clock=NIGHT.timestamp, zone=BERLIN)
    assert rules.first("front", Trigger.RING).telling is LATER
    assert replace(rules, verdict_comes=lambda: False).first("front", Trigger.RING) == TOLD


def test_once_a_day_is_asked_since_midnight_where_the_house_stands() -> None:
    asked: list[tuple[float, str]] = []

    def told_since(since: float, but_in: str) -> tuple[str, ...]:
        asked.append((since, but_in))
        return ("Anna",)

    settings = HushSettings(once_a_day=("Anna",))
    rules = Rules(lambda: settings, told_since=told_since, clock=NOON.timestamp, zone=BERLIN)
    seen = replace(_visit(made_up.face("Anna")), telling=LATER)
    assert rules.final(seen).why == "Anna was told of today"
    assert asked == [(at(15, 0), seen.id)]


def _visit(*faces: Face):  # type: ignore[no-untyped-def]
    return made_up.visit(None, *faces)


@pytest.mark.parametrize(("now", "quiet"), [(NOON, False), (NIGHT, True)])
def test_what_had_to_wait_is_asked_about_again_when_it_goes_out(now: datetime, quiet: bool) -> None:
    """By the same rules, for that hour: who is always told sounds at night as well."""
    settings = HushSettings(quiet_hours="22:00-07:00", always=("Anna",))
    rules = Rules(lambda: settings, clock=now.timestamp, zone=BERLIN)
    stranger, anna = (made_up.visit(None, face) for face in (made_up.face(), made_up.face("Anna")))
    assert (rules.quiet(stranger), rules.quiet(anna), rules.quiet(None)) == (quiet, False, quiet)


def test_a_hush_of_one_door_leaves_texts_of_no_visit_alone() -> None:
    rules = Rules(HushSettings, lambda: (Hush(None, "Olga", "front"),))
    assert (rules.quiet(made_up.visit(None, made_up.face())), rules.quiet(None)) == (True, False)
