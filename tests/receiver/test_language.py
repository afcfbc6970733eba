"""The station speaks the owner's language: its catalogue is whole, and what people read comes out of it."""

from __future__ import annotations

import ast
import gettext
import pickle
import plistlib
import re
import string
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from receiver import language, wording
from receiver import settings as settings_file
from receiver.door_commands import REFUSALS
from receiver.door_health import CAMERA_FAULTS
from receiver.errors import SettingsError, StationError, TryLater, UploadRefused
from receiver.intake import Receipt
from receiver.language import mark, phrase, shown
from receiver.models import CommandState, DoorCommand, FullTest, Leg, PartState, Telling, Trigger, Verdict
from receiver.settings import ReceiverSettings
from receiver.station import Station
from receiver.verdicts import judge_photo
from receiver.web import create_app
from resources.locale import make
from tests.fakes import FakeBotApi
from tests.receiver import made_up
from tests.receiver.phones import OLGA, Phone, known, someone, stranger

BERLIN = ZoneInfo("Europe/Berlin")
ERRORS = make.errors()
HTML = {"Accept": "text/html"}
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def in_german() -> None:
    language.use("de")


# ---- the catalogue


@pytest.fixture(params=sorted(language.languages().keys() - {language.SOURCE}))
def translations(request: pytest.FixtureRequest) -> make.Catalog:
    return make.read(request.param)


def test_the_catalogue_has_every_sentence_of_the_station_and_no_other(translations: make.Catalog) -> None:
    """`python -m resources.locale.make` brings it up to date."""
    assert {m.id for m in translations} == {m.id for m in make.sentences()}


def test_every_sentence_is_translated_with_the_same_placeholders(translations: make.Catalog) -> None:
    for message in translations:
        if not message.id:
            continue
        ids = message.id if message.pluralizable else (message.id,)
        told = message.string if message.pluralizable else (message.string,)
        assert not message.fuzzy, message.id
        assert all(told), message.id
        assert {*map(_placeholders, told)} == {*map(_placeholders, ids)}, message.id


def _placeholders(sentence: str) -> frozenset[str | None]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def test_a_translation_ends_as_its_sentence_does(translations: make.Catalog) -> None:
    """A question stays one, and what stands within a sentence gets no full stop."""
    for message in translations:
        told = message.string if message.pluralizable else (message.string,)
        for sentence, translation in zip(message.id if message.pluralizable else (message.id,), told, strict=True):
            if sentence:
                assert _ending(translation) == _ending(sentence), message.id
                assert translation.strip() == translation


def _ending(sentence: str) -> str:
    """A comma is grammar's, and quotation marks differ."""
    return sentence.rstrip("“”\"')} »›,")[-1:] if sentence.rstrip("“”\"')} »›,")[-1:] in ".?!:…" else ""


def test_what_is_shipped_is_compiled_from_what_was_translated(translations: make.Catalog) -> None:
    shipped = make.catalogue(str(translations.locale)).with_suffix(".mo")
    assert _said(shipped.read_bytes()) == _said(make.compiled(translations))


def _said(compiled: bytes) -> dict[Any, str]:
    found = gettext.GNUTranslations(BytesIO(compiled))._catalog  # type: ignore[attr-defined]
    return {sentence: told for sentence, told in found.items() if sentence}


def test_sentences_are_found_where_they_are_said() -> None:
    """In calls of language.py, in errors, on either side of a condition, and as a setting's description."""
    source = """
_("one").format(x=1); mark("two"); phrase("three {x}", x=1); mark("four"); plural("{n} five", "{n} fives", n)
raise TooLate("six" if hot else "seven", 8, name)
raise ValueError("not ours")
key: int = Field(1, description="nine")
class TooLate(StationError):
    def __init__(self): super().__init__("ten", phrase("eleven"))
"""
    found = set(make.of_source(source, {"StationError", "TooLate"}))
    assert found == {
        *("one", "two", "three {x}", "four", "six", "seven", "nine", "ten", "eleven"),
        ("{n} five", "{n} fives"),
    }


@pytest.mark.parametrize("file", make.modules(), ids=lambda file: f"{file.parent.name}/{file.name}")
def test_no_error_is_glued_together_where_no_catalogue_can_find_it(file: Path) -> None:
    """What has values in it is a `phrase`; only what comes from elsewhere (a path, a system's word) is not."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
            texts = [part for argument in node.args for part in ast.walk(argument) if isinstance(part, ast.JoinedStr)]
            words = [part.value for text in texts for part in text.values if isinstance(part, ast.Constant)]
            assert not any(re.search("[a-z]{2}", str(word)) for word in words), ast.unparse(node)


# ---- which language


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_AT"}, "de"),
        ({"LANG": "German_Germany.1252"}, "de"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "de_DE"}, "de"),
        ({"LC_ALL": "de_DE", "LANGUAGE": "en"}, "en"),
        ({"LANGUAGE": "fr:de:en", "LANG": "en_US"}, "de"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({}, "en"),
    ],
)
def test_the_systems_language_is_spoken_where_it_is_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variables: dict[str, str], expected: str
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("locale.getlocale", lambda: (None, None))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language.resolved("system") == expected


def test_without_variables_the_choice_on_a_mac_and_then_the_locale_count(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    chosen = tmp_path / "chosen.plist"
    monkeypatch.setattr(language, "_CHOSEN_ON_MACOS", chosen)
    monkeypatch.setattr("locale.getlocale", lambda: ("German_Germany", "1252"))
    assert language.resolved("system") == "de"
    chosen.write_bytes(plistlib.dumps({"AppleLanguages": ["fr-FR", "en-GB"]}))
    assert language.resolved("system") == "en"
    chosen.write_bytes(b"no list")
    assert language.resolved("system") == "de"


def test_a_setting_decides_and_is_obeyed_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by what was reported before; what machines read stays as it is."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    file = tmp_path / "station.toml"
    file.write_text("[receiver]\nhost = '127.0.0.1'\nport = 0\nannounce = false\n[mqtt]\nbroker = 'off'\n")
    chosen = settings_file.load(file, overrides={"data_dir": tmp_path, "gallery_dir": tmp_path / "faces"}, environ={})
    station = Station(chosen, file)
    station.start()
    try:
        assert f"receiver: listening on {station.address}" in station.status()
        station.apply({("general", "language"): "de"})
        assert f"Empfänger: erreichbar unter {station.address}" in station.status()
        detail = requests.get(f"http://{station.bound}/v1/health", timeout=10).json()["notifiers"]["telegram"]
        assert detail["state"] == "off"
        with pytest.raises(SettingsError, match=r"receiver\.port: Der Wert darf höchstens 65535 sein"):
            station.apply({("receiver", "port"): 70_000})
        station.apply({("general", "language"): "en"})
        assert f"receiver: listening on {station.address}" in station.status()
    finally:
        station.stop()


# ---- what is kept, and shown later


def test_an_error_is_kept_in_english_and_read_in_the_owners_language(in_german: None) -> None:
    error = TryLater("The broker is away", phrase("{where} does not answer", where="10.0.0.2:1883"))
    assert str(error) == "Der Broker ist weg: 10.0.0.2:1883 antwortet nicht"
    assert (error.title, error.message) == ("Der Broker ist weg", "10.0.0.2:1883 antwortet nicht")
    assert error.source == "The broker is away: 10.0.0.2:1883 does not answer"
    assert shown(str(error.source)) == str(error), "as it comes back from the database"
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.source) == (str(error), error.source)


def test_a_reason_from_the_database_is_told_by_its_template(in_german: None) -> None:
    assert shown("it could be Anna or Bob") == "es könnte Anna oder Bob sein"
    assert shown("it could be somebody or Bob") == "es könnte jemand oder Bob sein"
    assert shown("quiet until 22:00, asked for by the house's automation") == (
        "Ruhe bis 22:00, gewünscht von der Hausautomation"
    )
    assert shown("the door refused: not now") == "die Tür hat abgelehnt: not now"
    assert shown("ntfy does not let us in: check the address in the settings (it says 403)") == (
        "ntfy lässt uns nicht hinein: prüfe die Adresse in den Einstellungen (er antwortet 403)"
    )
    assert shown("{no} words of ours") == "{no} words of ours"
    assert shown("") == ""


def test_in_english_everything_is_shown_as_it_is() -> None:
    assert shown(mark("it could be {name} or {other}")) == "it could be {name} or {other}"
    assert shown(phrase("{name} is on {place}", name="a {brace}", place=Path("x"))) == "a {brace} is on x"


def test_a_phrase_holds_phrases(in_german: None) -> None:
    """Each part is told in the owner's language."""
    inner = phrase("the face is too dark")
    assert shown(phrase("{one}; {other}", one=inner, other=phrase("it is damaged"))) == (
        "das Gesicht ist zu dunkel; es ist beschädigt"
    )


def test_what_a_door_says_is_known_word_for_word(in_german: None) -> None:
    """Its firmware speaks English, and the station tells it on."""
    firmware = " ".join(file.read_text("utf-8") for file in (make.CHECKOUT / "firmware").glob("*.py"))
    for words in CAMERA_FAULTS + REFUSALS:
        assert f'"{words}"' in firmware
        assert shown(words) != words


# ---- a German station


@pytest.fixture
def bot() -> Iterator[FakeBotApi]:
    with FakeBotApi(chats=[OLGA]) as server:
        yield server


def test_the_phone_reads_german(in_german: None, bot: FakeBotApi, tmp_path: Path) -> None:
    """The menu, the alert, the verdict with its buttons, and the answers."""
    phone = Phone(bot, tmp_path)
    try:
        seen = someone(tmp_path, known("Anna"), stranger(3))
        message = phone.tell(replace(seen, started_at=time.time() - 3 * 3600))
        assert phone.shown(message).words.startswith("Anna und noch jemand waren vor 3 Stunden an der Tür\nFront door")
        assert phone.shown(message).buttons == [
            *("Wer ist das?", "Ignorieren", "Nicht Anna"),
            *("Antworten", "Noch einmal schauen", "1 Std. Ruhe"),
        ]
        phone.notifier.send(made_up.delivery("telegram", "text", str(OLGA)), seen)
        assert phone.answers()[-1].startswith("Jemand ist an der Tür\n")
        bot.wait_for(lambda: bot.commands)
        assert {"command": "who", "description": "wer zuletzt da war"} in bot.commands
        assert "/hush - eine Weile keine Meldungen" in phone.say("/help")
        assert phone.say("/doors") == "Es gibt noch keine Türen."
        assert phone.press(message, data="forged") == "Diesen Knopf kenne ich nicht."
        assert phone.host.words(PartState.WORKING) == ["@PorchBot is ready"]
    finally:
        phone.notifier.stop()


def test_who_cannot_be_told_is_told_why(in_german: None, tmp_path: Path) -> None:
    seen = replace(someone(tmp_path), verdict=Verdict.UNCLEAR, reason="the face is turned away")
    assert wording.headline(seen) == "Nicht zu erkennen, wer es ist: das Gesicht ist abgewandt"
    assert wording.headline(replace(seen, trigger=Trigger.TEST)).startswith("TEST: Nicht zu erkennen")


def test_a_week_is_summed_up_in_german(in_german: None, tmp_path: Path) -> None:
    def at(day: int, hour: int) -> float:
        return datetime(2026, 9, day, hour, tzinfo=BERLIN).timestamp()

    anna, none = someone(tmp_path, known("Anna")), replace(someone(tmp_path), faces=(), verdict=Verdict.NO_FACE)
    visits = [
        replace(anna, started_at=at(2, 8)),
        replace(none, started_at=at(3, 9), telling=Telling.HUSHED),
        replace(anna, started_at=at(5, 17)),
    ]
    assert wording.digest(visits, at(1, 20), BERLIN) == (
        "3 Besuche seit Di. 20:00:\nAnna: 08:00, 17:00\nKein Gesicht auf dem Bild: 09:00\n1 still geblieben"
    )
    assert wording.digest([], at(1, 20), BERLIN) == "Seit Di. 20:00 war niemand da."
    told = [(visit.started_at, wording.brief(visit)) for visit in visits]
    assert wording.summary(told, BERLIN).splitlines() == [
        "Ich konnte dich eine Weile nicht erreichen. Inzwischen gab es 3 Besuche; das Foto des letzten folgt.",
        *("Mi., 2. Sept.", "08:00 Anna, Front door"),
        *("Do., 3. Sept.", "09:00 kein Gesicht auf dem Bild, Front door"),
        *("Sa., 5. Sept.", "17:00 Anna, Front door"),
    ]


@pytest.mark.parametrize(
    ("seconds", "age", "ago"),
    [(1, "1 Sekunde", "vor 1 Sekunde"), (7200, "2 Stunden", "vor 2 Stunden"), (172_800, "2 Tage", "vor 2 Tagen")],
)
def test_ages_are_right_in_german(in_german: None, seconds: float, age: str, ago: str) -> None:
    assert (wording.age(seconds), wording.ago(seconds)) == (age, ago)


def test_a_failed_test_is_told_in_german(in_german: None) -> None:
    legs = (
        Leg("receiver", "receiver", 3.0),
        Leg("screen of Front", "mqtt", None, wording.answer(_silent())),
        Leg("telegram", "telegram", None, "Telegram cannot be reached: it did not answer in time"),
    )
    assert wording.test_failed(FullTest(0.0, legs)).splitlines() == [
        "TEST: nicht alles funktioniert.",
        "Anzeige von Front: sie antwortet nicht",
        "Telegram: Telegram ist nicht zu erreichen: es kam nicht rechtzeitig eine Antwort",
        "In Ordnung: Empfänger",
    ]


def _silent() -> DoorCommand:
    return DoorCommand("1", "front", "text", {}, CommandState.SILENT, "", 0.0, None)


class _Backend:
    """Takes pictures, or refuses them."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def accept(self, upload: object) -> Receipt:
        if self.error:
            raise self.error
        visit = replace(made_up.visit(), verdict=None)
        return Receipt(visit, visit.snapshots[0])

    def expects_test(self, word: str) -> bool:
        return False


def test_the_upload_page_is_german(in_german: None) -> None:
    """The page, what its script says, the verdict page, and errors; a door's program gets them as ever."""
    backend = _Backend()
    client = create_app(backend, ReceiverSettings()).test_client()  # type: ignore[arg-type]
    page = client.get("/", headers=HTML).text
    assert '<html lang="de">' in page
    assert "Schick den Menschen im Haus ein Foto von deinem Gesicht." in page
    assert "Das Foto kam nicht durch" in page, "the script's words"
    jpeg = {"Content-Type": "image/jpeg"}
    news = client.post("/", data=b"picture", headers=SCRIPT | jpeg).json
    assert news["title"] == "Dein Foto ist angekommen"
    assert "Diese Seite sieht von selbst wieder nach." in client.post("/", data=b"picture", headers=HTML | jpeg).text
    assert "Hier ist nichts" in client.get("/nowhere", headers=HTML).text
    backend.error = UploadRefused(403, "Not let in", "The owner does not take pictures from this sender.")
    assert client.post("/", data=b"picture", headers=SCRIPT | jpeg).json["title"] == "Nicht zugelassen"
    refused = client.get("/v1/visits?limit=0").json
    assert refused == {"title": "Not that many", "message": "limit is 1 to 500."}


def test_what_a_photo_lacks_is_said_in_german(in_german: None) -> None:
    """By the coach, whether it was judged now or in an earlier run."""
    analysis = made_up_analysis(3)
    assert shown(judge_photo(analysis)[1]) == "es sind 3 Gesichter darauf"
    assert shown(str(judge_photo(analysis)[1])) == "es sind 3 Gesichter darauf"


def made_up_analysis(faces: int) -> Any:
    """So many faces in a picture; only their number counts."""

    class Analysis:
        pass

    analysis = Analysis()
    analysis.faces = (None,) * faces  # type: ignore[attr-defined]
    return analysis


def test_settings_are_explained_in_german(in_german: None) -> None:
    described = [info.description for _, info in settings_file.fields() if info.description]
    assert described
    assert not {text for text in described if language._(text) == text}


def test_a_station_that_cannot_start_says_so_in_german(in_german: None, tmp_path: Path) -> None:
    file = tmp_path / "station.toml"
    file.write_text("[hush]\nquiet_hours = 'when I sleep'\n")
    with pytest.raises(StationError) as raised:
        settings_file.load(file, environ={})
    assert str(raised.value) == (
        f"Eine Einstellung stimmt nicht: {file}: hush.quiet_hours: 'when i sleep' ist nicht wie Mon-Fri 22:00-07:00"
    )
