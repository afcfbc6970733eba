"""The other side of Apprise: a server that speaks ntfy's HTTP, and a mail server that wants STARTTLS and a login."""

from __future__ import annotations

import email
import email.policy
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.fakes import free_port, make_certificates


@dataclass(frozen=True)
class Note:
    """A message as ntfy would show it."""

    topic: str
    title: str
    message: str
    attachment: bytes
    filename: str


class FakeNtfy:
    """Takes messages as ntfy's documentation says (as JSON, or a file with its words in the query)."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.requests = 0
        self.faults: list[tuple[int, dict[str, Any]]] = []
        """(status, body) for the next requests."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        return f"ntfy://127.0.0.1:{self._server.server_address[1]}/secret-topic"

    def __enter__(self) -> FakeNtfy:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_down()

    def go_down(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def take(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        self.requests += 1
        if self.faults:
            return self.faults.pop(0)
        parts = urlsplit(path)
        if parts.path == "/":
            said = json.loads(body)
            self.notes.append(Note(said["topic"], said.get("title", ""), said["message"], b"", ""))
        else:
            words = {name: values[0] for name, values in parse_qs(parts.query).items()}
            topic = parts.path.removeprefix("/")
            self.notes.append(
                Note(topic, words.get("title", ""), words.get("message", ""), body, words.get("filename", ""))
            )
        return 200, {"id": "x", "event": "message"}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take: Callable[[str, bytes], tuple[int, dict[str, Any]]] = self.take

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                status, answer = take(self.path, self.rfile.read(int(self.headers["Content-Length"])))
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        return Handler


@dataclass
class Postbox:
    """What a mail server took, and how it shall answer."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    """For the next messages, instead of taking them."""

    def url(self, password: str = "hidden-word") -> str:
        return (
            f"mailto://porch:{password}@127.0.0.1:{self.port}/"
            "?from=porch@example.org&to=anna@example.org&mode=starttls&verify=no"
        )

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        self.encrypted.append(session.ssl is not None)
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(email.message_from_bytes(content, policy=email.policy.default))  # type: ignore[arg-type]
        return "250 OK"


@contextmanager
def mail_server(folder: Path) -> Iterator[Postbox]:
    """A real SMTP server that takes a login only after STARTTLS."""
    make_certificates(folder)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "server.pem", folder / "server.key")

    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and data.password == b"hidden-word"
        return AuthResult(success=good, handled=False) if good else AuthResult(success=False, handled=False)

    postbox = Postbox()
    controller = Controller(
        postbox,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=tls,
        require_starttls=True,
        authenticator=authenticate,
        auth_required=True,
    )
    controller.start()
    postbox.port = controller.port
    try:
        yield postbox
    finally:
        controller.stop()
