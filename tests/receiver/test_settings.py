"""station.toml, the environment and the places of secrets."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from receiver import settings
from receiver.errors import SettingsError


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests never touch the keyring of whoever runs them: the private file serves."""
    monkeypatch.setattr(settings, "_keyring_get", lambda _name: "")
    monkeypatch.setattr(settings, "_keyring_set", lambda _name, _secret: False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "station.toml"


def load(file: Path, **environ: str) -> settings.Settings:
    return settings.load(file, environ=environ)


def test_a_missing_file_means_the_defaults_of_the_contract(file: Path) -> None:
    chosen = load(file)
    assert (chosen.receiver.host, chosen.receiver.port, chosen.receiver.unknown_doors) == ("0.0.0.0", 1066, "ask")
    assert (chosen.mqtt.broker, chosen.mqtt.screen_topic) == ("builtin", "home/screen")
    assert (chosen.retention.known_days, chosen.retention.max_gb) == (90, 5)


def test_the_environment_wins_over_the_file(file: Path) -> None:
    file.write_text("[receiver]\nport = 2000\n[mqtt]\nport = 1884\n")
    chosen = load(file, PORCHLIGHT_RECEIVER__PORT="0", PORCHLIGHT_TELEGRAM__CHAT_IDS="12, -34")
    assert (chosen.receiver.port, chosen.mqtt.port, chosen.telegram.chat_ids) == (0, 1884, (12, -34))
    chosen = load(file, PORCHLIGHT_HUSH__NEVER_FOR="Anna, Mary Ann", PORCHLIGHT_HUSH__QUIET_HOURS="Sat Sun 23:00-9:00")
    assert (chosen.hush.never_for, chosen.hush.quiet_hours) == (("Anna", "Mary Ann"), "Sat Sun 23:00-9:00")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[receiver]\nprot = 1\n", ("station.toml", "receiver.prot", "unknown key")),
        ("[receivr]\nport = 1\n", ("station.toml", "receivr", "unknown key")),
        ("[receiver]\nport = 70000\n", ("station.toml", "receiver.port", "65535")),
        ("receiver = 3\n", ("station.toml", "receiver", "dictionary")),
        ("[receiver\n", ("station.toml",)),
        ('[mqtt]\nbase_topic = "a/#"\n', ("station.toml", "mqtt.base_topic")),
        ('[hush]\nquiet_hours = "22-7"\n', ("station.toml", "hush.quiet_hours", "is not like Mon-Fri 22:00-07:00")),
        ('[hush]\ndigest_at = "8pm"\n', ("station.toml", "hush.digest_at")),
    ],
)
def test_a_wrong_file_is_refused_with_file_key_and_reason(file: Path, text: str, words: tuple[str, ...]) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load(file)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_a_wrong_environment_variable_is_refused_by_its_name(file: Path) -> None:
    with pytest.raises(SettingsError, match=r"PORCHLIGHT_MQTT__PORT: mqtt\.port"):
        load(file, PORCHLIGHT_MQTT__PORT="many")
    with pytest.raises(SettingsError, match="PORCHLIGHT_MQQT__PORT names no setting"):
        load(file, PORCHLIGHT_MQQT__PORT="1883")


def test_saving_keeps_the_owners_comments_and_order(file: Path) -> None:
    file.write_text("# my house\n[mqtt]\nhost = 'broker'  # in the cellar\n\n[receiver]\nport = 1066\n")
    settings.save(file, {("mqtt", "port"): 1884, ("telegram", "chat_ids"): (5,)})
    text = file.read_text()
    assert text.startswith("# my house\n[mqtt]\nhost = 'broker'  # in the cellar\n")
    assert load(file).mqtt.port == 1884
    assert load(file).telegram.chat_ids == (5,)


def test_a_value_that_is_not_allowed_is_not_saved(file: Path) -> None:
    file.write_text("[mqtt]\nport = 1884\n")
    with pytest.raises(SettingsError):
        settings.save(file, {("mqtt", "host"): "broker", ("mqtt", "port"): 0})
    assert file.read_text() == "[mqtt]\nport = 1884\n"


def test_a_secret_goes_to_a_private_file_and_never_into_the_settings(file: Path) -> None:
    settings.save(file, {("telegram", "token"): "12:made-up", ("telegram", "enabled"): True})
    assert "made-up" not in file.read_text()
    secrets = file.with_suffix(".secrets.json")
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    chosen = load(file)
    assert chosen.telegram.token.get_secret_value() == "12:made-up"
    assert "made-up" not in repr(chosen) + str(chosen)


def test_a_secret_is_kept_in_the_keyring_where_there_is_one(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring: dict[str, str] = {}
    monkeypatch.setattr(settings, "_keyring_set", lambda name, secret: ring.update({name: secret}) or True)
    monkeypatch.setattr(settings, "_keyring_get", lambda name: ring.get(name, ""))
    settings.save(file, {("mqtt", "password"): "hush"})
    assert not file.with_suffix(".secrets.json").exists()
    assert load(file).mqtt.password.get_secret_value() == "hush"


def test_the_gallery_is_the_checkouts_unless_told_otherwise(file: Path, tmp_path: Path) -> None:
    assert load(file).gallery.name == "known_faces"
    assert settings.load(file, overrides={"gallery_dir": tmp_path}, environ={}).gallery == tmp_path


def test_every_setting_has_a_help_text() -> None:
    unexplained = [".".join(key) for key, info in settings.fields() if not info.description]
    assert not unexplained
