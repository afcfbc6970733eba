"""What doors, browsers and scripts see over HTTP: thin, every decision is the station's.

A door with a key signs what it sends, one without posts a bare JPEG. A browser posts a form, must carry the page's
CSRF token, and follows its own picture by a signed ticket. Reading visits is for this computer, or for whoever holds
the token of the settings.
"""

from __future__ import annotations

import hmac
import ipaddress
import logging
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import wraps
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import IO, Any, ParamSpec, Protocol

from flask import Flask, Request, Response, jsonify, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge, UnsupportedMediaType

from receiver import jpeg
from receiver.errors import NotAJpeg, Replayed, StationError, UploadRefused
from receiver.full_test import HEADER
from receiver.intake import RECEIVED_AT, Receipt, Upload
from receiver.language import _, current, mark, phrase, shown
from receiver.models import Trigger, Visit, VisitState
from receiver.settings import ReceiverSettings
from receiver.signatures import KEY_BYTES, Claim
from receiver.signed_doors import Greeting
from receiver.signed_requests import (
    Hello,
    read_age,
    read_claim,
    read_hello,
    read_ring_number,
    read_snapshot,
    read_trigger,
)
from receiver.updates import Manifest
from receiver.visit_json import visit_to_json
from receiver.wording import headline

_log = logging.getLogger(__name__)

_MEGABYTE = 1024 * 1024
_FORM_BYTES = 64 * 1024
_TICKET_S = 3600
_MOST_VISITS = 500
_PICTURE_TYPES = {"image/jpeg", "image/jpg", "image/pjpeg", "application/octet-stream"}
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "Porchlight",
}

_P = ParamSpec("_P")


class Backend(Protocol):
    """What the web needs of the station."""

    def accept(self, upload: Upload) -> Receipt:
        """Take a picture; durable once this returns. Raises UploadRefused."""

    def expects_test(self, word: str) -> bool:
        """Whether a picture with this word is the station's own full test."""

    def hello(self, hello: Hello) -> Greeting:
        """A paired door begins. Raises UploadRefused."""

    def take_ring(self, claim: Claim, trigger: Trigger, pressed_at: float) -> Visit:
        """A signed press; durable once this returns. Raises UploadRefused."""

    def take_snapshot(
        self, claim: Claim, ring: int | None, trigger: Trigger, body: bytes, received_at: float
    ) -> Receipt:
        """A signed picture; durable once this returns. Raises UploadRefused."""

    def update_manifest(self, claim: Claim) -> Manifest:
        """What the firmware consists of. Raises UploadRefused."""

    def update_file(self, claim: Claim, name: str) -> bytes:
        """One file of the firmware. Raises UploadRefused."""

    def visit(self, visit: str) -> Visit:
        """One visit; KeyError for an unknown id."""

    def visits(self, limit: int, before: str | None) -> Sequence[Visit]:
        """Newest first; KeyError when `before` is unknown."""

    def health(self) -> Mapping[str, Any]:
        """How the station is doing, without secrets."""


def create_app(backend: Backend, settings: ReceiverSettings, *, clock: Callable[[], float] = time.time) -> Flask:
    """The web application of one station; `clock` returns Unix seconds, where the server does not say when."""
    app = Flask("receiver")
    app.request_class = _BoundedRequest
    most_bytes = settings.max_upload_mb * _MEGABYTE
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME="porchlight",
        SESSION_COOKIE_SAMESITE="Strict",
        MAX_CONTENT_LENGTH=most_bytes + _FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=4 * _FORM_BYTES,  # the parser's own buffer of 64 KB counts as well
        MAX_FORM_PARTS=8,
        WTF_CSRF_CHECK_DEFAULT=False,  # boards cannot carry a token: `_upload` decides who needs one
        WTF_CSRF_TIME_LIMIT=None,  # as long as the browser's session: a page may stay open for days
    )
    app.jinja_env.globals.update(_=_, language=current)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    tickets = URLSafeTimedSerializer(app.config["SECRET_KEY"], "verdict")
    site = _Site(backend, settings, CSRFProtect(app), tickets, clock)
    app.add_url_rule("/", "page", site.page, methods=["GET"])
    app.add_url_rule("/", "upload", site.upload, methods=["POST"])
    app.add_url_rule("/verdict/<ticket>", "verdict", site.verdict)
    app.add_url_rule("/v1/hello", "hello", site.hello, methods=["POST"])
    app.add_url_rule("/v1/rings", "ring", site.ring, methods=["POST"])
    app.add_url_rule("/v1/snapshots", "signed_snapshot", site.signed_snapshot, methods=["POST"])
    app.add_url_rule("/v1/updates", "update", site.update, methods=["POST"])
    app.add_url_rule("/v1/health", "health", site.health)
    app.add_url_rule("/v1/visits", "visits", site.for_readers(site.visits))
    app.add_url_rule("/v1/visits/<visit_id>", "visit", site.for_readers(site.visit))
    app.add_url_rule("/v1/visits/<visit_id>/snapshot.jpg", "snapshot", site.for_readers(site.snapshot))
    app.register_error_handler(StationError, _explain_refusal)
    app.register_error_handler(HTTPException, _explain_http)
    app.register_error_handler(Exception, _explain_fault)
    app.after_request(_secure)
    return app


class _BoundedRequest(Request):
    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """The body is in memory already, and bounded: no second copy of a visitor's picture in /tmp."""
        return BytesIO()


class _Site:
    """The views."""

    def __init__(
        self,
        backend: Backend,
        settings: ReceiverSettings,
        csrf: CSRFProtect,
        tickets: URLSafeTimedSerializer,
        clock: Callable[[], float],
    ) -> None:
        self._backend = backend
        self._token = settings.api_token.get_secret_value()
        self._most_bytes = settings.max_upload_mb * _MEGABYTE
        self._csrf = csrf
        self._tickets = tickets
        self._clock = clock

    # ---- sending pictures

    def page(self) -> str:
        """The upload page."""
        return render_template("upload.html", most_bytes=self._most_bytes, most_pixels=jpeg.MOST_PIXELS)

    def upload(self) -> Response:
        """A picture from a door (bare) or from a browser (form, or bare with the page's token)."""
        is_form = request.mimetype == "multipart/form-data"
        from_browser = is_form or "Origin" in request.headers
        if from_browser:
            self._csrf.protect()
        body = self._photo_of_form() if is_form else self._bare_picture()
        if len(body) > self._most_bytes:
            raise RequestEntityTooLarge
        word = request.headers.get(HEADER)
        is_test = word is not None and self._backend.expects_test(word)
        receipt = self._backend.accept(
            Upload(
                body,
                "test" if is_test else "browser" if from_browser else "legacy",
                request.remote_addr or "unknown",
                self._received_at(),
            )
        )
        return self._receipt(receipt)

    def _photo_of_form(self) -> bytes:
        photo = request.files.get("photo")
        body = photo.read() if photo else b""
        if not body:
            raise NotAJpeg("Choose or take a photo first.")
        return body

    def _bare_picture(self) -> bytes:
        if request.mimetype not in _PICTURE_TYPES:
            raise UnsupportedMediaType
        return request.get_data(cache=False)

    def _receipt(self, receipt: Receipt) -> Response:
        """As the sender can read it: a page, JSON for the page's script, or the stored name as the original did."""
        status = HTTPStatus.ACCEPTED if receipt.held else HTTPStatus.OK
        wanted = request.accept_mimetypes.best_match(["text/plain", "text/html", "application/json"], "text/plain")
        if wanted == "text/plain":
            return Response(receipt.snapshot.path.name, status, mimetype="text/plain")
        address = url_for("verdict", ticket=self._tickets.dumps(receipt.visit.id))
        news = _news(receipt.visit)
        if wanted == "text/html":
            return make_response(render_template("verdict.html", news=news, address=address), status)
        return make_response(jsonify(news | {"address": address}), status)

    def verdict(self, ticket: str) -> Response:
        """What became of one's own picture, and of no other."""
        try:
            news = _news(self._backend.visit(self._tickets.loads(ticket, max_age=_TICKET_S)))
        except BadData:
            raise UploadRefused(404, "This page is too old", "Send the photo again to see its verdict.") from None
        except KeyError:
            news = _gone()
        if _wants_page():
            return make_response(render_template("verdict.html", news=news, address=request.path))
        return jsonify(news)

    # ---- doors with a key

    def hello(self) -> Response:
        """A door opens a session."""
        greeting = self._backend.hello(read_hello(request.method, _path_as_signed(), _json_body()))
        return make_response(jsonify(asdict(greeting)), HTTPStatus.CREATED)

    def ring(self) -> Response:
        """A signed press."""
        claim = read_claim(request.method, _path_as_signed(), _json_body())
        trigger = read_trigger(request.args.get("trigger", Trigger.RING))
        pressed_at = self._received_at() - read_age(request.args.get("age", "0"))
        visit = self._backend.take_ring(claim, trigger, pressed_at)
        return make_response(jsonify(visit=visit.id), HTTPStatus.CREATED)

    def signed_snapshot(self) -> Response:
        """A signed picture: the JPEG and, behind it, its signature."""
        body = self._bare_picture()
        if len(body) > self._most_bytes + KEY_BYTES:
            raise RequestEntityTooLarge
        claim = read_snapshot(request.method, _path_as_signed(), request.headers, len(body))
        number = request.args.get("ring")
        ring = None if number is None else read_ring_number(number)
        trigger = read_trigger(request.args.get("trigger", Trigger.LOOK if ring is None else Trigger.RING))
        receipt = self._backend.take_snapshot(claim, ring, trigger, body, self._received_at())
        return make_response(jsonify(visit=receipt.visit.id, snapshot=receipt.snapshot.id), HTTPStatus.CREATED)

    def update(self) -> Response:
        """The list of the firmware's files, or one of them."""
        claim = read_claim(request.method, _path_as_signed(), _json_body())
        if "file" in request.args:
            return Response(self._backend.update_file(claim, request.args["file"]), mimetype="application/octet-stream")
        return jsonify(asdict(self._backend.update_manifest(claim)))

    # ---- reading

    def health(self) -> Response:
        """How the station is doing."""
        return jsonify(dict(self._backend.health()))

    def visits(self) -> Response:
        """Visits, newest first."""
        limit = request.args.get("limit", 50, type=int)
        if not 1 <= limit <= _MOST_VISITS:
            raise UploadRefused(400, "Not that many", phrase("limit is 1 to {most}.", most=_MOST_VISITS))
        try:
            found = self._backend.visits(limit, request.args.get("before"))
        except KeyError:
            raise NotFound from None
        return jsonify([visit_to_json(visit) for visit in found])

    def visit(self, visit_id: str) -> Response:
        """One visit."""
        return jsonify(visit_to_json(self._find(visit_id)))

    def snapshot(self, visit_id: str) -> Response:
        """The picture that carries the verdict, as it arrived."""
        picture = self._find(visit_id).picture
        try:
            body = Path(picture.path).read_bytes() if picture else None
        except OSError:
            body = None
        if body is None:
            raise NotFound
        return Response(jpeg.without_padding(body), mimetype="image/jpeg")

    def _find(self, visit_id: str) -> Visit:
        try:
            return self._backend.visit(visit_id)
        except KeyError:
            raise NotFound from None

    def _received_at(self) -> float:
        return float(request.environ.get(RECEIVED_AT) or self._clock())

    def for_readers(self, view: Callable[_P, Response]) -> Callable[_P, Response]:
        """The view for those who may read visits; the others get 401."""

        @wraps(view)
        def guarded(*args: _P.args, **kwargs: _P.kwargs) -> Response:
            if self._holds_token() or _is_this_computer():
                return view(*args, **kwargs)
            refused = _error(401, "Not for everyone", "Read from this computer, or with the API token of the settings.")
            refused.headers["WWW-Authenticate"] = "Bearer"
            return refused

        return guarded

    def _holds_token(self) -> bool:
        kind, _, shown = request.headers.get("Authorization", "").partition(" ")
        return (
            bool(self._token)
            and kind.lower() == "bearer"
            and hmac.compare_digest(shown.strip().encode(), self._token.encode())
        )


def _path_as_signed() -> str:
    query = request.query_string.decode("ascii", "replace")
    return f"{request.path}?{query}" if query else request.path


def _json_body() -> bytes:
    if request.mimetype != "application/json":
        raise UploadRefused(415, "Not JSON", "Send a JSON object, with Content-Type: application/json.")
    return request.get_data(cache=False)


def _news(visit: Visit) -> dict[str, Any]:
    """Where a picture stands, for whoever sent it."""
    if visit.state is VisitState.HELD:
        return {
            "state": "held",
            "final": False,
            "title": _("Waiting for the owner"),
            "detail": _("This is the first time something comes from here. The owner sees the photo and decides."),
        }
    if visit.verdict is None:
        return {
            "state": "received",
            "final": False,
            "title": _("Your photo has arrived"),
            "detail": _("Looking at it now. This takes a few seconds."),
        }
    return {"state": "concluded", "final": True, "title": headline(visit), "detail": "", "verdict": visit.verdict}


def _gone() -> dict[str, Any]:
    return {
        "state": "gone",
        "final": True,
        "title": _("The owner did not keep this photo"),
        "detail": _("It was deleted or not let in."),
    }


def _is_this_computer() -> bool:
    """From this computer, by a name of this computer.

    A page that made its own name point here (DNS rebinding) shows that name as Host; a proxy on this computer speaks
    for others.
    """
    if any(name in request.headers for name in _FORWARDED):
        return False
    return _is_loopback(request.remote_addr or "") and _is_loopback(_without_port(request.host))


def _without_port(host: str) -> str:
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name.lower() == "localhost"


def _wants_page() -> bool:
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def _error(status: int, title: str, message: str) -> Response:
    """An error in words: to a person in the owner's language, as a page or for the page's script; else as JSON."""
    if request.path.startswith("/v1/"):
        return make_response(jsonify(title=title, message=message), status)
    title, message = shown(title), shown(message)
    if _wants_page():
        return make_response(render_template("error.html", title=title, message=message), status)
    return make_response(jsonify(title=title, message=message), status)


def _explain_refusal(error: StationError) -> Response:
    status = error.status if isinstance(error, UploadRefused) else HTTPStatus.SERVICE_UNAVAILABLE
    answer = _error(status, error.what, error.why)
    if isinstance(error, Replayed) and error.visit:
        answer = make_response(jsonify(title=error.what, message=error.why, visit=error.visit), status)
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        answer.headers["Retry-After"] = "60"
    return answer


_SENTENCES = {
    404: (mark("Nothing here"), mark("Check the address; the upload page is at /.")),
    405: (mark("Not that way"), mark("This address does not take this kind of request.")),
    413: (mark("The picture is too large"), mark("Send a smaller one, or raise max_upload_mb in the settings.")),
    415: (mark("Not a picture"), mark("Send a JPEG, with Content-Type: image/jpeg.")),
}

_NOT_UNDERSTOOD = (mark("Not understood"), mark("The request is not what this address expects."))


def _explain_http(error: HTTPException) -> Response:
    if isinstance(error, CSRFError):
        return _error(400, mark("The page is too old"), mark("Reload the page, then send the photo again."))
    status = error.code or 500
    title, message = _SENTENCES.get(
        status, (mark("Not understood"), mark("The request is not what this address expects."))
    )
    answer = _error(status, title, message)
    if allowed := error.get_response().headers.get("Allow"):
        answer.headers["Allow"] = allowed
    return answer


def _explain_fault(error: Exception) -> Response:
    _log.error("%s %s failed", request.method, request.path, exc_info=error)
    return _error(500, mark("Something went wrong here"), mark("It is in the log. Please try again."))


def _secure(answer: Response) -> Response:
    for name, value in _HEADERS.items():
        answer.headers[name] = value
    if request.endpoint != "static":
        answer.headers["Cache-Control"] = "no-store"
    return answer
