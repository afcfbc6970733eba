"""Typed settings <-> station.toml; secrets come from the keyring, a private file or the environment.

Order of precedence, highest first: environment (`PORCHLIGHT_<SECTION>__<KEY>`), station.toml, defaults.
Secrets are never written to station.toml: `save_secret` puts them where this machine keeps secrets.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import tomlkit
from platformdirs import user_data_path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo

from receiver.arguments import default_path
from receiver.errors import SettingsError
from receiver.hours import parse
from receiver.language import mark, phrase
from receiver.one_time_code import key_of

_PREFIX = "PORCHLIGHT_"
_KEYRING_SERVICE = "porchlight"
_CHECKOUT_GALLERY = Path(__file__).resolve().parent.parent / "known_faces"


_NO_WEEKLY = mark("{text} is not like Sun 11:00")
_COMPLAINTS = (
    mark("Input should be greater than or equal to {least}"),
    mark("Input should be greater than {limit}"),
    mark("Input should be less than or equal to {most}"),
    mark("Input should be a valid integer"),
    mark("Input should be a valid integer, unable to parse string as an integer"),
    mark("Input should be a valid number"),
    mark("Input should be a valid number, unable to parse string as a number"),
    mark("Input should be a valid string"),
    mark("Input should be a valid boolean"),
    mark("Input should be a valid boolean, unable to interpret input"),
    mark("Input should be a valid tuple"),
    mark("Input should be {choices}"),
    mark("String should have at least {least} character"),
    mark("String should match pattern '{pattern}'"),
)
"""What pydantic says of values, for the catalogue; the first that fits."""


class _Section(BaseModel):
    """A table of station.toml: unknown keys are refused, values are never changed in place."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=False)


class Form(Enum):
    """What the text of a setting stands for, where its type does not say: whoever asks for it may offer more."""

    CLOCK = auto()
    """A time of the day, or nothing."""
    WEEKLY = auto()
    """A day of the week (or none: every day) and a time, or nothing."""
    HOURS = auto()
    """As `receiver.hours` reads them."""
    PEOPLE = auto()
    """Names."""
    DOORS = auto()
    """Ids."""


def _hours(text: str) -> str:
    parse(text)
    return text


def _weekly(text: str) -> str:
    """A day (or none: every day) and a time."""
    if text and len(parse(f"{text}-00:00")) != 1:
        raise ValueError(_NO_WEEKLY.format(text=repr(text)))
    return text


class GeneralSettings(_Section):
    """How Porchlight speaks."""

    language: Literal["system", "en", "de"] = Field(
        "system", description="What Porchlight speaks, here and on your phone: this computer's language, or another."
    )


class ReceiverSettings(_Section):
    """Who may send pictures, and how much."""

    host: str = Field(
        "0.0.0.0",  # noqa: S104  -- doors are other machines: listening to them is the purpose
        description="Address to listen on; 0.0.0.0 means every network of this computer.",
    )
    port: int = Field(1066, ge=0, le=65535, description="Port for doors and browsers; 0 picks a free one.")
    announce: bool = Field(True, description="Let devices in the network find this station by itself (mDNS).")
    unknown_doors: Literal["ask", "accept", "refuse"] = Field(
        "ask", description="Pictures of a door nobody approved: hold and ask, take, or turn away."
    )
    max_upload_mb: int = Field(8, ge=1, le=64, description="Largest picture a door may send, in megabytes.")
    pictures_per_minute: int = Field(
        60, ge=1, le=100_000, description="Pictures a door may send in a minute; more are answered 429."
    )
    max_connections: int = Field(256, ge=8, le=4096, description="Connections open at once; further ones are closed.")
    full_test_at: Annotated[str, AfterValidator(_weekly), Form.WEEKLY] = Field(
        "Sun 11:00",
        description="When to send a test the whole way by itself, such as Sun 11:00; told only if something fails.",
    )
    api_token: SecretStr = Field(
        SecretStr(""), description="Bearer token for the reading API; empty: only this computer may read."
    )


class RecognitionSettings(_Section):
    """How faces become names."""

    engine: Literal["dlib"] = Field("dlib", description="Which engine finds and compares faces.")
    caution: Literal["normal", "strict"] = Field(
        "normal",
        description="How many strangers may be given a name: one in a hundred, or one in a thousand.",
    )
    tolerance: float = Field(
        0.56,
        gt=0.2,
        le=0.6,
        description="Never a name beyond this distance, however few people there are; smaller is stricter.",
    )
    detector: Literal["auto", "hog", "yunet"] = Field(
        "auto",
        description="What finds faces: YuNet where its file is there, else dlib's slower HOG; or always one of them.",
    )
    workers: int = Field(1, ge=1, le=16, description="Worker processes; each takes about 200 MB.")
    cluster: str = Field(
        "",
        pattern=r"^(|tcp://[^\s/]+:\d+)$",
        description="Dask scheduler to recognise on, tcp://host:port; empty: here.",
    )
    merge_window_s: float = Field(
        10, ge=0, le=300, description="Pictures of one door within this many seconds are one visit."
    )


class TelegramSettings(_Section):
    """Alerts on the phone."""

    enabled: bool = Field(False, description="Send alerts to Telegram.")
    token: SecretStr = Field(SecretStr(""), description="The bot's token, from @BotFather.")
    chat_ids: tuple[int, ...] = Field(
        (), description="Chats that see alerts and may command, beside those that are paired."
    )
    api_base: str = Field(
        "https://api.telegram.org", pattern=r"^https?://[^\s]+$", description="Address of the Bot API."
    )


class AppriseSettings(_Section):
    """Alerts by other services."""

    urls: SecretStr = Field(
        SecretStr(""),
        description="Addresses of other services, as Apprise writes them, with spaces between: ntfy://..., mailtos://...",
    )

    @property
    def addresses(self) -> tuple[str, ...]:
        """Each address once, in order."""
        return tuple(dict.fromkeys(self.urls.get_secret_value().split()))


class MqttSettings(_Section):
    """Events for home automation and the screen at the door."""

    broker: Literal["off", "builtin", "external"] = Field(
        "builtin", description="No MQTT, the broker in this station, or a broker of yours."
    )
    host: str = Field("localhost", min_length=1, description="Your broker's address.")
    port: int = Field(1883, ge=1, le=65535, description="The broker's port; 8883 is usual with TLS.")
    username: str = Field(
        "", description="User name at the broker; at the built-in one: for Home Assistant, empty: doors only."
    )
    password: SecretStr = Field(SecretStr(""), description="Password at the broker.")
    tls: bool = Field(False, description="Encrypt the connection to the broker.")
    ca_file: str = Field("", description="Certificate authority to trust; empty: the system's.")
    base_topic: str = Field("porchlight", pattern=r"^[^#+\s/][^#+\s]*$", description="First part of every topic.")
    screen_topic: str = Field(
        "home/screen", pattern=r"^[^#+\s/][^#+\s]*$", description="Where texts for the door's screen go."
    )
    discovery: bool = Field(True, description="Announce the doors to Home Assistant.")
    discovery_form: Literal["device", "components"] = Field(
        "device", description="One message for each door, or one for each entity: for Home Assistant before 2024.12."
    )
    discovery_prefix: str = Field(
        "homeassistant", pattern=r"^[^#+\s/][^#+\s]*$", description="Home Assistant's discovery prefix."
    )
    retain_picture: bool = Field(False, description="Let the broker keep the last picture.")


Hours = Annotated[str, AfterValidator(_hours), Form.HOURS]
Names = Annotated[tuple[str, ...], Form.PEOPLE]


class HushSettings(_Section):
    """When not to make a sound; history stays complete."""

    quiet_hours: Hours = Field(
        "",
        description="Nobody is told of visits then, such as Mon-Fri 22:00-07:00, Sat Sun 23:00-09:00; empty: never.",
    )
    strangers_only: Hours = Field(
        "", description="Hours in which only people you don't know are told of, such as 22:00-07:00; empty: never."
    )
    never_for: Names = Field((), description="Never tell of these people, such as yourself.")
    once_a_day: Names = Field((), description="Tell of these people once a day.")
    always: Names = Field((), description="Tell of these people whatever else says quiet.")
    digest_at: Annotated[str, Form.CLOCK] = Field(
        "",
        pattern=r"^(|([01]\d|2[0-3]):[0-5]\d)$",
        description="When to sum the day up for you, such as 20:00; empty: never.",
    )


def names_in(settings: HushSettings) -> dict[str, tuple[str, ...]]:
    """The rules that name people, by the setting's name."""
    return {key: tuple(getattr(settings, key)) for key in ("never_for", "once_a_day", "always")}


class OpeningSettings(_Section):
    """Opening doors from afar; nothing opens as long as this is empty."""

    doors: Annotated[tuple[str, ...], Form.DOORS] = Field(
        (), description="Ids of the doors that may be opened from afar; none: no door."
    )
    seconds: int = Field(3, ge=1, le=10, description="How long the opener is on.")
    secret: SecretStr = Field(
        SecretStr(""),
        description="Secret of the one-time codes, in base32; with one, nothing opens without the present code.",
    )

    @field_validator("secret")
    @classmethod
    def _is_base32(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            key_of(value.get_secret_value())
        return value


class WindowSettings(_Section):
    """What the window does when somebody rings."""

    chime: Literal["porch", "bell", "knock", "off"] = Field("porch", description="What a ring sounds like here.")
    chime_volume: int = Field(80, ge=0, le=100, description="How loud it is, in percent.")
    come_to_front: bool = Field(False, description="Bring the window to the front when somebody rings.")


class RetentionSettings(_Section):
    """How long visits are kept."""

    known_days: int = Field(90, ge=1, le=3650, description="Days to keep visits of people you know.")
    unknown_days: int = Field(30, ge=1, le=3650, description="Days to keep visits of strangers.")
    no_face_days: int = Field(7, ge=1, le=3650, description="Days to keep visits without a face.")
    max_gb: float = Field(5, gt=0, le=10_000, description="Most disk space for pictures, in gigabytes.")


class Settings(_Section):
    """Everything station.toml can say."""

    data_dir: Path = Field(
        default_factory=lambda: user_data_path("porchlight", appauthor=False),
        description="Where pictures and the database are kept.",
    )
    gallery_dir: Annotated[Path | None, Field(description="Folder of the known faces.")] = None
    general: GeneralSettings = GeneralSettings()
    receiver: ReceiverSettings = ReceiverSettings()
    recognition: RecognitionSettings = RecognitionSettings()
    telegram: TelegramSettings = TelegramSettings()
    apprise: AppriseSettings = AppriseSettings()
    mqtt: MqttSettings = MqttSettings()
    hush: HushSettings = HushSettings()
    opening: OpeningSettings = OpeningSettings()
    window: WindowSettings = WindowSettings()
    retention: RetentionSettings = RetentionSettings()

    @field_validator("data_dir", "gallery_dir")
    @classmethod
    def _expand_home(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value else None

    @property
    def models(self) -> Path:
        """The folder for what engines convert, build or fetch once."""
        return self.data_dir / "models"

    @property
    def snapshots(self) -> Path:
        """The folder for the pictures of visits."""
        return self.data_dir / "snapshots"

    @property
    def gallery(self) -> Path:
        """The gallery's folder: as set, else the checkout's, else under the data directory."""
        if self.gallery_dir:
            return self.gallery_dir
        return _CHECKOUT_GALLERY if _CHECKOUT_GALLERY.is_dir() else self.data_dir / "known_faces"


def fields(
    section: type[BaseModel] = Settings, prefix: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    """Every setting as (path of keys, its pydantic field), in the order of the file."""
    for name, info in section.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, _Section):
            yield from fields(info.annotation, (*prefix, name))
        else:
            yield (*prefix, name), info


def value(settings: Settings, key: tuple[str, ...]) -> Any:
    """One setting by its path of keys; a secret comes as its text."""
    found: Any = settings
    for part in key:
        found = getattr(found, part)
    return found.get_secret_value() if isinstance(found, SecretStr) else found


def is_secret(info: FieldInfo) -> bool:
    """Whether a setting must never be shown or written to station.toml."""
    return info.annotation is SecretStr


def load(
    path: Path | None = None,
    *,
    overrides: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Read the settings; a missing file means defaults.

    `overrides` are top-level values from the command line and win over everything.
    Raises SettingsError naming file (or variable), key and reason.
    """
    path = path or default_path()
    values = _read_toml(path)
    sources = {key: str(path) for key in _flatten(values)}
    for key in (k for k, info in fields() if is_secret(info)):
        if _get(values, key) is None and (secret := stored_secret(path, key)):
            _set(values, key, secret)
    for key, variable, value in _from_environment(os.environ if environ is None else environ):
        _set(values, key, value)
        sources[key] = variable
    values.update(overrides or {})
    return _validated(values, sources, path)


def save(path: Path, changes: Mapping[tuple[str, ...], Any]) -> None:
    """Write settings to station.toml, keeping comments and order, atomically; secrets go where secrets are kept.

    Raises SettingsError when a value is not allowed; nothing is written then.
    """
    known = dict(fields())
    document = tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()
    for key, value in changes.items():
        if not is_secret(known[key]):
            _set_in_table(document, key, _plain(value))
    _validated(document.unwrap(), {}, path)
    for key, value in changes.items():
        if is_secret(known[key]):
            save_secret(path, key, str(value))
    _write_private(path, tomlkit.dumps(document))


def save_secret(path: Path, key: tuple[str, ...], secret: str) -> None:
    """Keep a secret in the system's keyring, else in a file only this user can read beside `path`."""
    name = _secret_name(key, path)
    if _keyring_set(name, secret):
        return
    secrets = _secrets_file(path)
    kept = _read_secrets(secrets)
    kept[".".join(key)] = secret
    _write_private(secrets, json.dumps(kept, indent=1))


def stored_secret(path: Path, key: tuple[str, ...]) -> str:
    """A secret as `save_secret` kept it; empty when there is none. Raises SettingsError for an unreadable file."""
    return _keyring_get(_secret_name(key, path)) or _read_secrets(_secrets_file(path)).get(".".join(key), "")


def forget_secret(path: Path, key: tuple[str, ...]) -> None:
    """Remove a secret from wherever `save_secret` put it."""
    _keyring_delete(_secret_name(key, path))
    secrets = _secrets_file(path)
    kept = _read_secrets(secrets)
    if kept.pop(".".join(key), None) is not None:
        _write_private(secrets, json.dumps(kept, indent=1))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError("The settings cannot be read", f"{path}: {error}") from None
    except OSError as error:
        raise SettingsError("The settings cannot be read", f"{path}: {error.strerror}") from None


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    known = dict(fields())
    for variable, text in environ.items():
        if not variable.startswith(_PREFIX) or variable == f"{_PREFIX}SETTINGS":
            continue
        key = tuple(variable.removeprefix(_PREFIX).lower().split("__"))
        if key not in known:
            raise SettingsError(
                "Unknown setting", phrase("environment variable {variable} names no setting", variable=variable)
            )
        yield key, variable, _as_listed(known[key], text)


def _as_listed(info: FieldInfo, text: str) -> str | list[str]:
    """Numbers stand apart by commas or spaces, names by commas; anything else is no list."""
    if info.annotation == tuple[int, ...]:
        return text.strip("[] ").replace(",", " ").split()
    if info.annotation == tuple[str, ...]:
        return [name.strip() for name in text.split(",") if name.strip()]
    return text


def _validated(values: Mapping[str, Any], sources: Mapping[tuple[str, ...], str], path: Path) -> Settings:
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        key = tuple(str(part) for part in first["loc"])
        source = next((sources[k] for k in (key, key[:2], key[:1]) if k in sources), str(path))
        unknown = first["type"] == "extra_forbidden"
        reason = mark("unknown key") if unknown else first["msg"].removeprefix("Value error, ")
        told = phrase("{source}: {key}: {why}", source=source, key=".".join(key), why=phrase(reason))
        raise SettingsError("A setting is wrong", told) from None


def _flatten(values: Mapping[str, Any], prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, value in values.items():
        yield (*prefix, name)
        if isinstance(value, Mapping):
            yield from _flatten(value, (*prefix, name))


def _get(values: Mapping[str, Any], key: tuple[str, ...]) -> Any:
    for part in key:
        if not isinstance(values, Mapping) or part not in values:
            return None
        values = values[part]
    return values


def _set(values: dict[str, Any], key: tuple[str, ...], value: Any) -> None:
    for part in key[:-1]:
        inner = values.setdefault(part, {})
        if not isinstance(inner, dict):
            return  # the wrong type is reported by validation, under its own name
        values = inner
    values[key[-1]] = value


def _set_in_table(table: Any, key: tuple[str, ...], value: Any) -> None:
    for part in key[:-1]:
        table = table.setdefault(part, tomlkit.table())
    table[key[-1]] = value


def _plain(value: Any) -> Any:
    """As TOML knows it."""
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Path) else value


def _secret_name(key: tuple[str, ...], path: Path) -> str:
    """Two stations of one user (two settings files) keep their secrets apart."""
    return f"{'.'.join(key)}@{path.absolute()}"


def _secrets_file(path: Path) -> Path:
    return path.with_suffix(".secrets.json")


def _read_secrets(file: Path) -> dict[str, str]:
    try:
        return dict(json.loads(file.read_text("utf-8")))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError("The secrets cannot be read", f"{file}: {type(error).__name__}") from None


def _keyring_get(name: str) -> str:
    # Without a desktop session keyring raises one of many foreign errors; the private file serves then.
    with suppress(Exception):
        import keyring  # noqa: PLC0415  -- 50 ms, and only a machine with a keyring needs it

        return keyring.get_password(_KEYRING_SERVICE, name) or ""
    return ""


def _keyring_set(name: str, secret: str) -> bool:
    with suppress(Exception):
        import keyring  # noqa: PLC0415

        keyring.set_password(_KEYRING_SERVICE, name, secret)
        return keyring.get_password(_KEYRING_SERVICE, name) == secret  # the null keyring takes all and keeps nothing
    return False


def _keyring_delete(name: str) -> None:
    with suppress(Exception):
        import keyring  # noqa: PLC0415

        keyring.delete_password(_KEYRING_SERVICE, name)


def _write_private(path: Path, text: str) -> None:
    """Replace a file as a whole, readable by this user only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def choices(info: FieldInfo) -> tuple[str, ...]:
    """The words a setting may take, or nothing when it is free."""
    arguments = get_args(info.annotation)
    return arguments if arguments and all(isinstance(a, str) for a in arguments) else ()


def form(info: FieldInfo) -> Form | None:
    """What the text of a setting stands for, if its type does not say."""
    return next((mark for mark in info.metadata if isinstance(mark, Form)), None)
