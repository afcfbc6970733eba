"""What the house may ask of the door over MQTT; the broker is not trusted, only the key.

A command is JSON: {"do": ..., further values, "at", "expires", "nonce", "mac"}. `at` and `expires` are Unix seconds
at most 300 s apart, `nonce` is made up anew for each command, `mac` is the HMAC-SHA256 with the door's key, in hex,
over "command", the door's id, and every other name and value, sorted by name, joined by line feeds. Each is written

    name=<length of the value in UTF-8>:<value>

with whole numbers in decimals and true or false in words. The length keeps a value from passing for two.

 do        further values
 text      text: for the screen, at most 120 characters; seconds: 1 to 3600 to show it (60 if left out)
 chime     none
 look      none: take a picture now
 settings  size, quality, mirror, flip of the picture; those that are to change
 relay     seconds: 1 up to the configuration's; only if the configuration enables the relay
 update    version: which the door then fetches from its station

What became of it is the receipt: {"nonce", "done": true or false, "why", "mac"}; `mac` is the HMAC-SHA256 over
"receipt", the door's id, the nonce, "done" or "refused", and why. A command that is not signed rightly gets none.
"""

import json

import signing

MOST_BYTES = 1024
MOST_CHARACTERS = 120
LONGEST_LIFE_S = 300
EARLY_S = 10
"""How far the station's clock may be ahead of the door's."""
MOST_NONCES = 64
SHOWN_S = 60
LONGEST_SHOWN_S = 3600


class NotDone(Exception):
    """Why a command was not carried out."""


class NotOurs(NotDone):
    """Nobody who knows the door's key said this."""


class Commands:
    """Takes commands for one door and has `door` carry them out.

    `door` has the methods show(text, seconds), chime(), look(), settings(changes), relay(seconds) and update(version);
    they raise NotDone. `config` is a `Config`.
    """

    def __init__(self, config, clock, door):
        self._config = config
        self._clock = clock
        self._door = door
        self._seen = {}

    def take(self, payload: bytes) -> bytes:
        """Check one command and have it carried out; returns the receipt. Raises NotOurs."""
        command = _read(payload)
        if not signing.same(mac_of(self._config.key, self._config.door, command), command["mac"]):
            raise NotOurs("the signature is wrong")
        return self._receipt(command, self._outcome(command))

    def _outcome(self, command: dict) -> str:
        """Carry it out; returns why not. Said a second time it has the same answer, and nothing is done."""
        known = self._seen.get(command["nonce"])
        if known:
            return known[1]
        try:
            self._check_time(command)
            self._make_room()
            why = self._carry_out(command)
        except NotDone as error:
            return str(error)
        self._seen[command["nonce"]] = (command["expires"], why)
        return why

    def _carry_out(self, command: dict) -> str:
        carry_out = self._actions().get(command["do"])
        if carry_out is None:
            return "nobody knows how to do that"
        try:
            carry_out(_arguments(command))
        except NotDone as error:
            return str(error)
        return ""

    def _receipt(self, command: dict, why: str) -> bytes:
        config, nonce = self._config, command["nonce"]
        mac = signing.sign(config.key, "receipt", config.door, nonce, "refused" if why else "done", why)
        return json.dumps({"nonce": nonce, "done": not why, "why": why, "mac": mac.hex()}).encode()

    def _check_time(self, command: dict) -> None:
        now, at, expires = self._clock.now(), command["at"], command["expires"]
        if now is None:
            raise NotDone("the door does not know the time yet")
        if not at <= expires <= at + LONGEST_LIFE_S:
            raise NotDone("it may live for 300 s at most")
        if now > expires:
            raise NotDone("it has expired")
        if at > now + EARLY_S:
            raise NotDone("it comes from the future")
        # Which nonces were used is forgotten with the power; what was given before counts as used.
        if at < self._clock.first_set:
            raise NotDone("it was given before the door started")

    def _make_room(self) -> None:
        """Forget what has expired: the time alone keeps that from being done again."""
        now = self._clock.now()
        self._seen = {nonce: known for nonce, known in self._seen.items() if known[0] >= now}
        if len(self._seen) >= MOST_NONCES:
            raise NotDone("there were too many in a short time")

    def _actions(self) -> dict:
        return {
            "text": self._text,
            "chime": lambda _: self._door.chime(),
            "look": lambda _: self._door.look(),
            "settings": self._settings,
            "relay": self._relay,
            "update": self._update,
        }

    def _text(self, arguments: dict) -> None:
        text = arguments.get("text")
        if not isinstance(text, str) or len(text) > MOST_CHARACTERS:
            raise NotDone("text must be at most 120 characters")
        seconds = arguments.get("seconds", SHOWN_S)
        if not _is_whole(seconds) or not 1 <= seconds <= LONGEST_SHOWN_S:
            raise NotDone("a text is shown for 1 to 3600 s")
        self._door.show(text, seconds)

    def _settings(self, changes: dict) -> None:
        if not changes:
            raise NotDone("there is nothing to change")
        self._door.settings(changes)

    def _relay(self, arguments: dict) -> None:
        seconds = arguments.get("seconds")
        if not self._config.relay["enabled"]:
            raise NotDone("the relay is not enabled in the door's configuration")
        if not _is_whole(seconds) or not 1 <= seconds <= self._config.relay["seconds"]:
            raise NotDone("the relay is for 1 to " + str(self._config.relay["seconds"]) + " s")
        self._door.relay(seconds)

    def _update(self, arguments: dict) -> None:
        version = arguments.get("version")
        if not isinstance(version, str) or not 0 < len(version) <= 32:
            raise NotDone("version is a text")
        self._door.update(version)


def mac_of(key: bytes, door: str, command: dict) -> bytes:
    """The signature of a command, from all its values except `mac`."""
    said = [name + "=" + _measured(command[name]) for name in sorted(command) if name != "mac"]
    return signing.sign(key, "command", door, *said)


def _measured(value) -> str:
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return str(len(text.encode())) + ":" + text


def _read(payload: bytes) -> dict:
    """A command that is well formed, though nobody knows from whom."""
    if len(payload) > MOST_BYTES:
        raise NotOurs("it is too long")
    try:
        command = json.loads(payload)
    except (ValueError, RuntimeError):
        command = None
    if not isinstance(command, dict) or not all(isinstance(value, (str, int)) for value in command.values()):
        raise NotOurs("it is no JSON object of texts and whole numbers")
    texts = [command.get(name) for name in ("do", "nonce", "mac")]
    if not all(isinstance(text, str) and 0 < len(text) <= 64 for text in texts):
        raise NotOurs("do, nonce and mac are needed")
    if not _is_whole(command.get("at")) or not _is_whole(command.get("expires")):
        raise NotOurs("at and expires are Unix seconds")
    return command


def _arguments(command: dict) -> dict:
    return {name: value for name, value in command.items() if name not in ("do", "at", "expires", "nonce", "mac")}


def _is_whole(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
