"""The other side of the wire: a Bot API server that can misbehave, a real mosquitto, and an owner's MQTT inbox.

All are context managers; none needs the network beyond this machine.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

PATIENCE_S = 20.0
"""Longest wait for something that should happen within milliseconds."""
MADE_UP_TOKEN = "123456:obviously-made-up"


# ---- Telegram


@dataclass(frozen=True)
class Call:
    """One request to the Bot API as it arrived."""

    method: str
    params: Mapping[str, Any]
    files: Mapping[str, bytes]
    at: float
    """`time.perf_counter()` when the request was complete."""
    done: bool = False
    """Whether the method took effect."""

    @property
    def text(self) -> str:
        """The words of a message, with or without a photo."""
        return str(self.params.get("text", self.params.get("caption", "")))

    @property
    def chat(self) -> int:
        return int(self.params.get("chat_id", 0))

    @property
    def silent(self) -> bool:
        """Whether it comes without a sound."""
        return str(self.params.get("disable_notification")) == "True"

    @property
    def photo(self) -> Image.Image:
        return Image.open(io.BytesIO(self.files["photo"]))


@dataclass(frozen=True)
class Shown:
    """A message of the bot as a chat shows it now."""

    words: str
    photo: bytes | None
    keyboard: tuple[tuple[tuple[str, str], ...], ...]
    topic: int | None

    @property
    def buttons(self) -> list[str]:
        """What the buttons say, row after row."""
        return [words for row in self.keyboard for words, _ in row]

    def button(self, words: str) -> str:
        """What the button with these words carries."""
        return next(data for row in self.keyboard for said, data in row if said == words)


@dataclass(frozen=True)
class Fault:
    """How to misbehave once (or `times` times); see the makers below."""

    status: int = 200
    body: bytes = b""
    hang: bool = False
    drop: bool = False
    after: bool = False
    """Do what was asked first: the answer alone is lost."""
    cut: bool = False
    """Hang up in the middle of the answer."""
    slow_s: float = 0.0
    """Do what was asked and answer well, after so long."""
    headers: Mapping[str, str] = field(default_factory=dict)


def says(status: int, description: str, **parameters: Any) -> Fault:
    """An error as Telegram words it."""
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return Fault(status, json.dumps(body).encode())


def too_many(retry_after: float) -> Fault:
    return says(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


CONFLICT = says(
    409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
UNAUTHORIZED = says(401, "Unauthorized")
BLOCKED = says(403, "Forbidden: bot was blocked by the user")
BAD_GATEWAY = Fault(502, b"<html>Bad Gateway</html>")
PORTAL = Fault(403, b"<html>Welcome to our hotel</html>")
GARBAGE = Fault(200, b"{not json")
HANG = Fault(hang=True)
DROP = Fault(drop=True)
LOST_ANSWER = Fault(drop=True, after=True)
CUT = Fault(502, b"<html>", cut=True)
SLOW = Fault(after=True, slow_s=1.5)


class Wrong(Exception):
    """The real server would answer 400 with these words, and `parameters` that say more."""

    def __init__(self, words: str, **parameters: Any) -> None:
        super().__init__(words)
        self.parameters = parameters


class FakeBotApi:
    """Speaks the methods Porchlight uses, as strictly as the real one, and misbehaves when told to."""

    def __init__(self, token: str = MADE_UP_TOKEN, chats: Iterable[int] = (4711,)) -> None:
        self.token = token
        self.chats = set(chats)
        self.calls: list[Call] = []
        self.changed = threading.Condition()
        self.port = 0
        self.connections = 0
        """How many were made so far."""
        self._faults: dict[str, list[Fault]] = {}
        self._always: dict[str, Fault] = {}
        self._updates: list[dict[str, Any]] = []
        self._next_update = 900_000
        self._message_id = 0
        self.shown: dict[tuple[int, int], Shown] = {}
        """What the chats show: (chat, message) -> message."""
        self.topics: dict[int, set[int]] = {}
        """Chats that are forums, with their topics."""
        self.moved: dict[int, int] = {}
        """Groups that have become supergroups: old id -> new id."""
        self.commands: list[dict[str, str]] = []
        self.uploads: dict[str, bytes] = {}
        """Files that people sent: file id -> content."""
        self._presses: dict[str, bool] = {}
        """Presses that wait for their answer; False: Telegram calls them too old."""
        self._poll = 0
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> FakeBotApi:
        self.come_up()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_down()

    @property
    def address(self) -> str:
        """For `telegram.api_base`."""
        return f"http://127.0.0.1:{self.port}"

    # ---- what a test does to it

    def come_up(self) -> None:
        """Listen, on the same port as before when there was one."""
        self._server = _Server(self.port, self)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="fake-bot-api"
        )
        self._thread.start()

    def go_down(self) -> None:
        """Drop every connection and stop listening."""
        if not self._server or not self._thread:
            return
        self._server.closing = True
        with self.changed:
            self.changed.notify_all()
        self._server.shutdown()
        self._server.drop_connections()
        self._server.server_close()
        self._thread.join()
        self._server = None

    def fail(self, method: str, *faults: Fault) -> None:
        """Answer the next calls of a method with these faults, one each."""
        with self.changed:
            self._faults.setdefault(method, []).extend(faults)

    def always(self, method: str, fault: Fault | None) -> None:
        """Answer every call of a method with a fault, until told None."""
        with self.changed:
            if fault:
                self._always[method] = fault
            else:
                self._always.pop(method, None)
            self.changed.notify_all()

    def say(self, chat: int, text: str, **more: Any) -> int:
        """Someone writes to the bot; returns the update's number. `more` goes into the message."""
        return self.post({"text": text, **more}, chat)

    def post(self, message: Mapping[str, Any], chat: int) -> int:
        """Any message to the bot."""
        kind = "private" if chat > 0 else "supergroup"
        whole = {"message_id": 1, "date": int(time.time()), "chat": {"id": chat, "type": kind}, **message}
        return self.update({"message": whole})

    def say_in_topic(self, chat: int, topic: int, text: str, **more: Any) -> int:
        """Someone writes in a topic of a forum."""
        return self.say(chat, text, message_thread_id=topic, is_topic_message=True, **more)

    def press(self, chat: int, message: int, words: str = "", *, data: str | None = None, stale: bool = False) -> str:
        """Someone presses the button with these words, or a program sends `data` in its place; returns the press."""
        shown = self.shown[chat, message]
        if data is None:
            data = shown.button(words)
        query = f"q{self._next_update}"
        self._presses[query] = not stale
        below: dict[str, Any] = {"message_id": message, "date": 1, "chat": {"id": chat, "type": "private"}}
        if shown.topic is not None:
            below |= {"message_thread_id": shown.topic, "is_topic_message": True}
        person = {"id": 1, "is_bot": False, "first_name": "Olga"}
        self.update({"callback_query": {"id": query, "from": person, "message": below, "data": data}})
        return query

    @property
    def unanswered(self) -> list[str]:
        """Presses on which Telegram still shows a clock."""
        with self.changed:
            return list(self._presses)

    def upgrade(self, chat: int, new: int, *, tell: bool = True) -> None:
        """A group becomes a supergroup; `tell`: the updates about it, one in each, come as well."""
        with self.changed:
            self.chats = self.chats - {chat} | {new}
            self.moved[chat] = new
        if tell:
            self.post({"migrate_to_chat_id": new, "chat": {"id": chat, "type": "group"}}, chat)
            self.post({"migrate_from_chat_id": chat}, new)

    def delete(self, chat: int, message: int) -> None:
        """Someone deletes a message of ours."""
        del self.shown[chat, message]

    def upload(self, chat: int, content: bytes, caption: str | None = None, **more: Any) -> int:
        """Someone sends a photo; the server makes a smaller size of it, as the real one does."""
        name = f"file{len(self.uploads)}"
        self.uploads |= {name: content, f"{name}s": content[:10]}
        sizes = [{"file_id": f"{name}s", "width": 90, "height": 90}, {"file_id": name, "width": 900, "height": 900}]
        words = {} if caption is None else {"caption": caption}
        return self.post({"photo": sizes, **words, **more}, chat)

    def update(self, content: Mapping[str, Any]) -> int:
        """Any update, also one that makes no sense."""
        with self.changed:
            self._next_update += 1
            self._updates.append({"update_id": self._next_update, **content})
            self.changed.notify_all()
            return self._next_update

    @property
    def waiting_updates(self) -> list[dict[str, Any]]:
        """Updates that nobody confirmed yet."""
        with self.changed:
            return list(self._updates)

    def sent(self, chat: int | None = None) -> list[Call]:
        """Messages and photos that a chat shows, in order."""
        with self.changed:
            shown = [c for c in self.calls if c.done and c.method in ("sendMessage", "sendPhoto")]
        return [c for c in shown if chat is None or c.chat == chat]

    def asked(self, method: str) -> list[Call]:
        """Every request for a method, also those that failed."""
        with self.changed:
            return [c for c in self.calls if c.method == method]

    def wait_for(self, condition: Callable[[], object], seconds: float = PATIENCE_S) -> None:
        """Wait until something holds that changes with a request."""
        deadline = time.monotonic() + seconds
        while not condition():
            with self.changed:
                # A condition may also look at what lies behind the request, hence not only on notice.
                self.changed.wait(0.02)
            assert time.monotonic() < deadline, f"waited in vain; requests so far: {[c.method for c in self.calls]}"

    # ---- how it answers

    def answer(self, token: str, method: str, params: dict[str, Any], files: dict[str, bytes]) -> Fault | None:
        """What to answer; None drops the connection."""
        call = Call(method, params, files, time.perf_counter())
        fault = self._take_fault(method)
        if token != self.token:
            fault = UNAUTHORIZED
        if fault and not fault.after:
            self._note(call)
            return self._misbehave(fault)
        try:
            result = self._do(call)
        except Wrong as wrong:
            self._note(call)
            return says(400, f"Bad Request: {wrong}", **wrong.parameters)
        if isinstance(result, Fault):
            return result
        if method != "getUpdates":
            self._note(Call(method, params, files, call.at, done=True))
        good = Fault(200, json.dumps({"ok": True, "result": result}).encode())
        return self._misbehave(fault, good) if fault else good

    def _take_fault(self, method: str) -> Fault | None:
        with self.changed:
            queued = self._faults.get(method)
            return queued.pop(0) if queued else self._always.get(method)

    def _misbehave(self, fault: Fault, good: Fault | None = None) -> Fault | None:
        server = self._server
        if (fault.hang or fault.slow_s) and server:
            with self.changed:
                self.changed.wait_for(lambda: server.closing, fault.slow_s or None)
        if fault.slow_s:
            return good
        return None if fault.drop or fault.hang else fault

    def _note(self, call: Call) -> None:
        with self.changed:
            self.calls.append(call)
            self.changed.notify_all()

    def _do(self, call: Call) -> Any:
        methods: dict[str, Callable[[Call], Any]] = {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "editMessageText": self._edit_text,
            "editMessageCaption": self._edit_caption,
            "editMessageMedia": self._edit_media,
            "editMessageReplyMarkup": self._edit,
            "answerCallbackQuery": self._answer_press,
            "getFile": self._get_file,
            "setMyCommands": self._set_commands,
            "deleteWebhook": lambda call: True,
        }
        if call.method not in methods:
            self._note(call)
            return says(404, "Not Found: method not found")
        return methods[call.method](call)

    def _get_me(self, call: Call) -> dict[str, Any]:
        return {"id": 123456, "is_bot": True, "first_name": "Porch", "username": "PorchBot"}

    def _get_updates(self, call: Call) -> Any:
        timeout, server = float(call.params.get("timeout", 0)), self._server
        assert server
        with self.changed:
            self._note(call)  # a long poll is seen when it begins
            self._poll += 1
            mine = self._poll
            offset = int(call.params.get("offset", 0))
            self._updates = [u for u in self._updates if u["update_id"] >= offset]
            self.changed.wait_for(
                lambda: self._updates or self._poll != mine or server.closing or "getUpdates" in self._always, timeout
            )
            if self._poll != mine:
                return CONFLICT
            return [dict(u) for u in self._updates[: int(call.params.get("limit", 100))]]

    def _send_message(self, call: Call) -> dict[str, Any]:
        return self._message(call, text=_checked_text(call))

    def _send_photo(self, call: Call) -> dict[str, Any]:
        if _units(call.text) > 1024:
            raise Wrong("message caption is too long")
        if "photo" not in call.files:
            raise Wrong("there is no photo in the request")
        _check_photo(call.files["photo"])
        return self._message(call, caption=call.text)

    def _message(self, call: Call, **content: Any) -> dict[str, Any]:
        try:
            chat = int(call.params["chat_id"])
        except (KeyError, ValueError):
            raise Wrong("chat_id is empty") from None
        self._check_chat(chat)
        if "parse_mode" in call.params:
            raise Wrong("can't parse entities")  # names from outside are not markup
        topic = call.params.get("message_thread_id")
        if topic is not None and int(topic) not in self.topics.get(chat, ()):
            raise Wrong("message thread not found")
        keyboard = _keyboard(call)
        with self.changed:
            self._message_id += 1
            number = self._message_id
            words = content.get("text", content.get("caption", ""))
            self.shown[chat, number] = Shown(
                words, call.files.get("photo"), keyboard, None if topic is None else int(topic)
            )
            return {"message_id": number, "date": int(time.time()), "chat": {"id": chat}, **content}

    def _check_chat(self, chat: int) -> None:
        if chat in self.moved:
            raise Wrong("group chat was upgraded to a supergroup chat", migrate_to_chat_id=self.moved[chat])
        if chat not in self.chats:
            raise Wrong("chat not found")

    # ---- what is changed afterwards

    def _edit(self, call: Call, **changes: Any) -> dict[str, Any]:
        if "message_thread_id" in call.params:
            raise Wrong("an edit names no topic")
        try:
            where = int(call.params["chat_id"]), int(call.params["message_id"])
        except (KeyError, ValueError):
            raise Wrong("message identifier is not specified") from None
        self._check_chat(where[0])
        with self.changed:
            if where not in self.shown:
                raise Wrong("message to edit not found")
            before = self.shown[where]
            after = replace(before, keyboard=_keyboard(call), **changes)
            if after == before:
                raise Wrong(
                    "message is not modified: specified new message content and reply markup are exactly the same"
                )
            self.shown[where] = after
            return {"message_id": where[1], "chat": {"id": where[0]}}

    def _edit_text(self, call: Call) -> dict[str, Any]:
        if self._is_photo(call):
            raise Wrong("there is no text in the message to edit")
        return self._edit(call, words=_checked_text(call))

    def _edit_caption(self, call: Call) -> dict[str, Any]:
        if _units(call.text) > 1024:
            raise Wrong("message caption is too long")
        if not self._is_photo(call):
            raise Wrong("there is no caption in the message to edit")
        return self._edit(call, words=call.text)

    def _edit_media(self, call: Call) -> dict[str, Any]:
        media = json.loads(call.params["media"])
        if media["type"] != "photo" or not media["media"].startswith("attach://"):
            raise Wrong("wrong type of the media")
        photo = call.files.get(media["media"].removeprefix("attach://"))
        if photo is None:
            raise Wrong("can't parse media: attached file not found")
        if _units(media.get("caption", "")) > 1024:
            raise Wrong("message caption is too long")
        _check_photo(photo)
        return self._edit(call, words=media.get("caption", ""), photo=photo)

    def _is_photo(self, call: Call) -> bool:
        shown = self.shown.get((int(call.params["chat_id"]), int(call.params["message_id"])))
        return shown is not None and shown.photo is not None

    def _answer_press(self, call: Call) -> bool:
        if len(str(call.params.get("text", ""))) > 200:
            raise Wrong("MESSAGE_TOO_LONG")
        with self.changed:
            if not self._presses.pop(str(call.params.get("callback_query_id")), False):
                raise Wrong("query is too old and response timeout expired or query ID is invalid")
        return True

    def _set_commands(self, call: Call) -> bool:
        for one in call.params["commands"]:
            if not re.fullmatch("[a-z0-9_]{1,32}", one["command"]) or not 1 <= len(one["description"]) <= 256:
                raise Wrong("BOT_COMMAND_INVALID")
        self.commands = call.params["commands"]
        return True

    def _get_file(self, call: Call) -> dict[str, Any]:
        name = call.params.get("file_id")
        if name not in self.uploads:
            raise Wrong("wrong file_id or the file is temporarily unavailable")
        return {"file_id": name, "file_path": f"photos/{name}.jpg"}

    def file(self, token: str, path: str) -> bytes | None:
        """What getFile led to."""
        return self.uploads.get(Path(path).stem) if token == self.token else None


def _checked_text(call: Call) -> str:
    text = call.params.get("text", "")
    if not isinstance(text, str) or not text.strip():
        raise Wrong("message text is empty")
    if _units(text) > 4096:
        raise Wrong("message is too long")
    return text


def _keyboard(call: Call) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The inline buttons of a request, checked as Telegram checks them."""
    markup = call.params.get("reply_markup") or {}
    markup = json.loads(markup) if isinstance(markup, str) else markup
    if not isinstance(markup, dict) or not markup.keys() <= {"inline_keyboard", "force_reply", "selective"}:
        raise Wrong("can't parse reply keyboard markup JSON object")
    rows = markup.get("inline_keyboard", [])
    for button in (button for row in rows for button in row):
        if not str(button.get("text", "")).strip():
            raise Wrong("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        if not 1 <= len(button["callback_data"].encode()) <= 64:
            raise Wrong("BUTTON_DATA_INVALID")
    return tuple(tuple((button["text"], button["callback_data"]) for button in row) for row in rows)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _check_photo(photo: bytes) -> None:
    if len(photo) > 10 * 1024 * 1024:
        raise Wrong("file is too big")
    try:
        with Image.open(io.BytesIO(photo)) as image:
            image.load()
            width, height = image.size
    except OSError:
        raise Wrong("IMAGE_PROCESS_FAILED") from None
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise Wrong("PHOTO_INVALID_DIMENSIONS")


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    allow_reuse_address = True

    def __init__(self, port: int, api: FakeBotApi) -> None:
        self.api = api
        self.closing = False
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._connections.add(connection)
        self.api.connections += 1
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def drop_connections(self) -> None:
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        params, files = self._parameters()
        _, token, method = [*self.path.split("/"), "", ""][:3]
        answer = self.server.api.answer(token.removeprefix("bot"), method, params, files)
        if answer is None or self.server.closing:
            self.close_connection = True
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer.body) + answer.cut))
        self.end_headers()
        self.wfile.write(answer.body)
        self.close_connection |= answer.cut

    def do_GET(self) -> None:
        if not self.path.startswith("/file/bot"):
            self.do_POST()
            return
        token, _, path = self.path.removeprefix("/file/bot").partition("/")
        content = self.server.api.file(token, path)
        self.send_response(200 if content is not None else 404)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        self.wfile.write(content or b"")

    def _parameters(self) -> tuple[dict[str, Any], dict[str, bytes]]:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        kind, options = parse_options_header(self.headers.get("Content-Type", ""))
        if kind == "application/json":
            return dict(json.loads(body)), {}
        _, form, files = FormDataParser().parse(io.BytesIO(body), kind, length, options)
        return dict(form), {name: _content(file) for name, file in files.items()}

    def log_message(self, *_: object) -> None:
        """Quiet: the calls are recorded."""


def _content(file: FileStorage) -> bytes:
    with file.stream as stream:
        return stream.read()


# ---- MQTT


class Mosquitto:
    """A real mosquitto with a configuration of its own, on a free port that it keeps over restarts.

    `users` are name -> password (empty: anybody may connect), `tls` encrypts with a certificate made for this run
    (`ca_file` trusts it), `acl` is the text of an ACL file. `persistent`: what it has taken survives a kill.
    """

    def __init__(
        self, users: Mapping[str, str] | None = None, *, tls: bool = False, acl: str = "", persistent: bool = False
    ) -> None:
        self.port = free_port()
        self._users = dict(users or {})
        self._tls = tls
        self._acl = acl
        self._persistent = persistent
        self._folder = Path()
        self._process: subprocess.Popen[str] | None = None

    @staticmethod
    def program() -> str | None:
        """Where mosquitto is; Debian puts it where a user's PATH does not look."""
        return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")

    @property
    def ca_file(self) -> str:
        return str(self._folder / "ca.pem")

    def __enter__(self) -> Mosquitto:
        self._folder = Path(tempfile.mkdtemp(prefix="porchlight-mosquitto-"))
        self._configure()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def start(self) -> None:
        """Start, and return when it takes connections."""
        program = self.program()
        assert program, "mosquitto is not installed"
        command = [program, "-c", str(self._folder / "mosquitto.conf"), "-v"]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        assert self._process.stderr
        said = []
        for line in self._process.stderr:
            said.append(line)
            if " running" in line:
                break
        else:
            raise AssertionError("".join(said))
        self._drain = threading.Thread(target=self._process.stderr.read, name="mosquitto-log", daemon=True)
        self._drain.start()

    def stop(self) -> None:
        """End it properly."""
        self._end(lambda process: process.terminate())

    def kill(self) -> None:
        """As a power cut would."""
        self._end(lambda process: process.kill())

    def send_signal(self, signal: int) -> None:
        """Freeze it (SIGSTOP) or let it go on (SIGCONT)."""
        if self._process:
            self._process.send_signal(signal)

    def restart(self) -> None:
        """Kill and start: nothing retained survives unless it is persistent."""
        self.kill()
        self.start()

    def listen(self, topic: str = "#", **options: Any) -> Inbox:
        """Somebody who subscribes now."""
        if self._users and "user" not in options:
            options["user"] = next(iter(self._users.items()))
        return Inbox(self.port, topic, ca_file=self.ca_file if self._tls else "", **options)

    def _end(self, how: Callable[[subprocess.Popen[str]], None]) -> None:
        if self._process is None:
            return
        for _ in range(50):
            how(self._process)
            with suppress(subprocess.TimeoutExpired):  # it forgets a SIGTERM that comes while it still starts
                self._process.wait(0.2)
                break
        self._drain.join()
        assert self._process.stderr
        self._process.stderr.close()
        self._process = None

    def _configure(self) -> None:
        lines = [f"listener {self.port} 127.0.0.1", "log_dest stderr"]
        if self._persistent:
            saved = ["persistence true", f"persistence_location {self._folder}/"]
            lines += [*saved, "autosave_on_changes true", "autosave_interval 1"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            lines.append("user root")  # it would give up the right to read its own files
        lines.append(f"allow_anonymous {'false' if self._users else 'true'}")
        if self._users:
            lines.append(f"password_file {self._passwords()}")
        if self._acl:
            (self._folder / "acl").write_text(self._acl)
            lines.append(f"acl_file {self._folder / 'acl'}")
        if self._tls:
            make_certificates(self._folder)
            lines += [f"certfile {self._folder / 'server.pem'}", f"keyfile {self._folder / 'server.key'}"]
        (self._folder / "mosquitto.conf").write_text("\n".join(lines) + "\n")

    def _passwords(self) -> Path:
        file = self._folder / "passwords"
        file.touch(mode=0o600)
        for name, password in self._users.items():
            subprocess.run(["mosquitto_passwd", "-b", str(file), name, password], check=True, capture_output=True)
        return file


@dataclass(frozen=True)
class Mail:
    """One message as a subscriber sees it."""

    topic: str
    payload: bytes
    retained: bool
    qos: int

    @property
    def text(self) -> str:
        return self.payload.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.payload)


class Inbox:
    """An independent subscriber: keeps every message with its retain flag.

    With a `session` the broker keeps for it what comes while it is away.
    """

    def __init__(
        self,
        port: int,
        topic: str = "#",
        *,
        user: tuple[str, str] | None = None,
        ca_file: str = "",
        session: str = "",
    ) -> None:
        self.mails: list[Mail] = []
        self._changed = threading.Condition()
        self._subscribed = threading.Event()
        self._topic = topic
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=session, clean_session=not session)
        self._client.on_connect = lambda client, *_: client.subscribe(self._topic, qos=1)
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._keep
        if user:
            self._client.username_pw_set(*user)
        if ca_file:
            self._client.tls_set(ca_certs=ca_file)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self._subscribed.wait(PATIENCE_S)

    def __enter__(self) -> Inbox:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        del self._client  # it is not part of a circle any more, so its sockets are closed now

    def of(self, topic: str) -> list[Mail]:
        """What came to a topic, in order."""
        with self._changed:
            return [m for m in self.mails if m.topic == topic]

    def wait(self, topic: str, count: int = 1) -> Mail:
        """The `count`th message of a topic, waited for."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self.of(topic)) >= count, PATIENCE_S)
            assert arrived, f"no {topic} among {[m.topic for m in self.mails]}"
        return self.of(topic)[count - 1]

    def wait_last(self, topic: str, text: str) -> None:
        """Wait until the newest message of a topic says so."""
        with self._changed:
            said = self._changed.wait_for(lambda: self.of(topic)[-1:] and self.of(topic)[-1].text == text, PATIENCE_S)
            assert said, f"{topic}: {[m.text for m in self.of(topic)]}"

    def publish(self, topic: str, payload: str, *, retain: bool = False) -> None:
        """Say something, and return when the broker has it."""
        self._client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(PATIENCE_S)

    def _keep(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        with self._changed:
            self.mails.append(Mail(message.topic, bytes(message.payload), message.retain, message.qos))
            self._changed.notify_all()


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class TcpServer:
    """Takes connections on a free port and has `serve` talk to each, one after the other."""

    def __init__(self) -> None:
        self.closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, name=type(self).__name__)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def serve(self, connection: socket.socket) -> None:
        """Talk; an OSError ends this connection only."""
        raise NotImplementedError

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.settimeout(PATIENCE_S)
                with connection, suppress(OSError):
                    self.serve(connection)


class OldBroker(TcpServer):
    """A broker of 2014: speaks MQTT 3.1.1 only, and refuses MQTT 5 with a word or by hanging up."""

    def __init__(self, *, polite: bool) -> None:
        super().__init__()
        self.published: list[str] = []
        self._polite = polite

    def serve(self, connection: socket.socket) -> None:
        """One client after the other."""
        with connection.makefile("rwb") as wire:
            self._converse(wire)

    def _converse(self, wire: Any) -> None:
        while packet := self._read(wire):
            kind, body = packet
            if kind == 0x10 and body[6] == 5:
                wire.write(b"\x20\x02\x00\x01" if self._polite else b"")
                return
            if kind == 0x10:
                wire.write(b"\x20\x02\x00\x00")
            elif kind & 0xF0 == 0x30:
                end = 2 + int.from_bytes(body[:2], "big")
                self.published.append(body[2:end].decode())
                wire.write(b"\x40\x02" + body[end : end + 2])
            elif kind == 0x82:
                wire.write(b"\x90\x03" + body[:2] + b"\x01")
            wire.flush()

    def _read(self, wire: Any) -> tuple[int, bytes] | None:
        kind, size, shift = wire.read(1), 0, 0
        while kind and (byte := wire.read(1)):
            size |= (byte[0] & 0x7F) << shift
            shift += 7
            if byte[0] < 0x80:
                return kind[0], wire.read(size)
        return None


@contextmanager
def black_hole() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def make_certificates(folder: Path) -> None:
    """ca.pem, and server.pem with server.key for localhost, valid for a day."""
    import datetime  # noqa: PLC0415
    import ipaddress  # noqa: PLC0415

    from cryptography import x509  # noqa: PLC0415  -- a tenth of a second, for the few tests with TLS
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    now = datetime.datetime.now(datetime.UTC)
    keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("Test CA", "localhost")}
    names = {name: x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in keys}
    hosts = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    for name, file in (("Test CA", "ca.pem"), ("localhost", "server.pem")):
        is_ca = name == "Test CA"
        certificate = (
            x509.CertificateBuilder()
            .subject_name(names[name])
            .issuer_name(names["Test CA"])
            .public_key(keys[name].public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
            .sign(keys["Test CA"], hashes.SHA256())
        )
        (folder / file).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        keys["localhost"].private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
