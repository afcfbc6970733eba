"""The door's configuration: `config.json`, put on the board over USB.

    {"door": "front-door", "key": "<64 hex digits>", "station": {"host": "192.168.1.10", "port": 1066}}

is enough; `DEFAULTS` has the rest. Every problem is reported at once, each in a sentence.
"""

import json
import os

DEFAULTS = {
    "door": "",
    "key": "",
    "station": {"host": "", "port": 1066},
    "picture": {"size": "SVGA", "quality": 12, "mirror": False, "flip": False},
    "mqtt": {"host": "", "port": 1883, "user": "", "password": "", "base_topic": "porchlight"},
    "relay": {"enabled": False, "seconds": 3},
    "display": {"columns": 16, "lines": 2},
}
PICTURE_SIZES = ("QVGA", "CIF", "VGA", "SVGA", "XGA", "SXGA", "UXGA")
LONGEST_RELAY_S = 10
MOST_BYTES = 4096

_SMALL = "abcdefghijklmnopqrstuvwxyz0123456789"


class BadConfig(Exception):
    """`problems` has a sentence for each thing to put right."""

    def __init__(self, problems: list):
        super().__init__("; ".join(problems))
        self.problems = problems


class Config:
    """A checked configuration; sections are dicts with the names of `DEFAULTS`, `key` is 32 bytes.

    Raises BadConfig. Its repr shows no secret.
    """

    def __init__(self, values: dict):
        problems: list = []
        self._values = _filled(values, DEFAULTS, "", problems)
        for name, check, words in _RULES:
            value = _at(self._values, name)
            if value is not None and not check(value):
                problems.append(name + " " + words)
        if problems:
            raise BadConfig(problems)
        self.door = self._values["door"]
        self.key = bytes.fromhex(self._values["key"])
        self.station = self._values["station"]
        self.picture = self._values["picture"]
        self.mqtt = self._values["mqtt"]
        self.relay = self._values["relay"]
        self.display = self._values["display"]

    def __repr__(self):
        return "<Config of " + self.door + ">"

    def with_picture(self, changes: dict) -> "Config":
        """The same with other settings of the picture: the only ones that may be changed from afar."""
        return Config(dict(self._values, picture=dict(self.picture, **changes)))

    def moved(self, host: str, port: int) -> "Config":
        """The same for a station that has another address now, and its broker with it."""
        mqtt = dict(self.mqtt, host=host) if self.mqtt["host"] == self.station["host"] else self.mqtt
        return Config(dict(self._values, station={"host": host, "port": port}, mqtt=mqtt))

    def save(self, path: str) -> None:
        """Write it beside and rename it, so that a power cut leaves the old or the new one."""
        with open(path + ".new", "w") as file:
            json.dump(self._values, file)
        os.rename(path + ".new", path)


def load(path: str) -> Config:
    """Read and check a file. Raises BadConfig."""
    try:
        with open(path) as file:
            text = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadConfig([path + " cannot be read (error " + str(error.errno) + ")"])
    except ValueError:
        raise BadConfig([path + " is no text"])
    return Config(_object(path, text))


def _object(path: str, text: str) -> dict:
    if len(text) > MOST_BYTES:
        raise BadConfig([path + " is longer than " + str(MOST_BYTES) + " characters"])
    try:
        values = json.loads(text)
    except (ValueError, RuntimeError):
        raise BadConfig([path + " is not JSON; is there a comma or a quote missing?"])
    if not isinstance(values, dict):
        raise BadConfig([path + " must hold one JSON object, in braces"])
    return values


def _filled(values: dict, defaults: dict, where: str, problems: list) -> dict:
    """The values with defaults for what is missing; a value of the wrong kind is reported and becomes None."""
    filled = {name: _value_of(name, values, defaults, where, problems) for name in defaults}
    unknown = [where + name for name in values if name not in defaults]
    problems += [name + " is no setting; there are " + ", ".join(sorted(defaults)) for name in unknown]
    return filled


def _value_of(name: str, values: dict, defaults: dict, where: str, problems: list):
    default, value = defaults[name], values.get(name, defaults[name])
    if type(value) is not type(default):
        problems.append(where + name + " must be " + _KINDS[type(default)])
        return None
    return _filled(value, default, where + name + ".", problems) if isinstance(default, dict) else value


_KINDS = {str: "a text", int: "a whole number", bool: "true or false", dict: "a section, in braces"}


def _at(values: dict, name: str):
    section, _, rest = name.partition(".")
    value = values[section]
    return value.get(rest) if rest and value is not None else value


def _is_address(text: str) -> bool:
    parts = text.split(".")
    return len(parts) == 4 and all(part.isdigit() and len(part) < 4 and int(part) < 256 for part in parts)


def _is_key(text: str) -> bool:
    return len(text) == 64 and all(digit in "0123456789abcdefABCDEF" for digit in text)


def _is_door(text: str) -> bool:
    return 0 < len(text) < 64 and text[0] != "-" and all(letter in _SMALL + "-" for letter in text)


def _is_port(number: int) -> bool:
    return 0 < number < 65536


def _is_topic(text: str) -> bool:
    return 0 < len(text) < 65 and not any(letter in "+#\0" for letter in text) and text[0] != "/" != text[-1]


_ADDRESS = "must be an address like 192.168.1.10: looking up a name would stop the door while it takes"
_RULES = (
    ("door", _is_door, "must be 1 to 63 lower-case letters, digits and hyphens"),
    ("key", _is_key, "must be 64 hexadecimal digits, the ones the station shows when the door is paired"),
    ("station.host", _is_address, _ADDRESS),
    ("station.port", _is_port, "must be 1 to 65535"),
    ("picture.size", lambda size: size in PICTURE_SIZES, "must be one of " + ", ".join(PICTURE_SIZES)),
    ("picture.quality", lambda number: 4 <= number <= 40, "must be 4 (best) to 40"),
    ("mqtt.host", lambda text: not text or _is_address(text), _ADDRESS + " (or empty: no MQTT)"),
    ("mqtt.port", _is_port, "must be 1 to 65535"),
    ("mqtt.base_topic", _is_topic, "must be 1 to 64 characters without + and #, and not begin or end with /"),
    ("relay.seconds", lambda number: 1 <= number <= LONGEST_RELAY_S, "must be 1 to " + str(LONGEST_RELAY_S)),
    ("display.columns", lambda number: number in (16, 20), "must be 16 or 20"),
    ("display.lines", lambda number: number in (2, 4), "must be 2 or 4"),
)
