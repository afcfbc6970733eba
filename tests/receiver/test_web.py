"""What doors, browsers, scripts and strangers get over HTTP; the station behind it is a fake."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from itsdangerous import URLSafeTimedSerializer, timed
from werkzeug.test import TestResponse

from receiver.errors import NotAJpeg, StoreError, UploadRefused
from receiver.intake import RECEIVED_AT, Receipt, Upload
from receiver.models import (
    Box,
    Delivery,
    DeliveryState,
    Face,
    Match,
    Quality,
    Snapshot,
    SnapshotState,
    Trigger,
    Verdict,
    Visit,
    VisitState,
)
from receiver.settings import ReceiverSettings
from receiver.visit_json import visit_to_json
from receiver.web import create_app

JPEG = b"\xff\xd8\xff picture \xff\xd9"
TOKEN = "a secret of the owner"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SCRIPT = {"Accept": "application/json"}
QUALITY = Quality(eye_distance=40, sharpness=200, brightness=120, contrast=50, yaw=0.1, score=1.0)


def a_visit(folder: Path = Path(), **changes: Any) -> Visit:
    snapshot = Snapshot("s1", "v1", "front", SnapshotState.RECEIVED, folder / "s1.jpg", 1_000.0, 640, 480)
    face = Face(7, "s1", Box(1, 40, 50, 2), QUALITY, Verdict.KNOWN, "", Match("Anna", 0.31, "Bob", 0.7))
    sent = Delivery(1, "v1", "telegram", "text", "42", DeliveryState.DELIVERED, 1, 1_000.0, 1_000.0, 1_000.1, "")
    visit = Visit(
        id="v1",
        door="front",
        door_name="Front door",
        trigger=Trigger.RING,
        started_at=1_000.0,
        state=VisitState.RECEIVED,
        verdict=None,
        reason="",
        concluded_at=None,
        snapshots=(snapshot,),
        faces=(face,),
        best_snapshot="s1",
        deliveries=(sent,),
        timings_ms={"received": 2.5},
    )
    return replace(visit, **changes)


class Station:
    """The backend, saying what the test wants."""

    def __init__(self, folder: Path) -> None:
        self.uploads: list[Upload] = []
        self.known: dict[str, Visit] = {"v1": a_visit(folder)}
        self.error: Exception | None = None
        self.asked: list[tuple[int, str | None]] = []

    def accept(self, upload: Upload) -> Receipt:
        if self.error:
            raise self.error
        self.uploads.append(upload)
        visit = self.known["v1"]
        return Receipt(visit, visit.snapshots[0])

    def visit(self, visit: str) -> Visit:
        return self.known[visit]

    def visits(self, limit: int, before: str | None) -> Sequence[Visit]:
        self.asked.append((limit, before))
        if before not in (None, *self.known):
            raise KeyError(before)
        return list(self.known.values())[:limit]

    def health(self) -> Mapping[str, Any]:
        if isinstance(self.error, ZeroDivisionError):
            raise self.error
        return {"status": "ok", "version": "0.1.0"}


@pytest.fixture
def station(tmp_path: Path) -> Station:
    (tmp_path / "s1.jpg").write_bytes(b"\x00" + JPEG)
    return Station(tmp_path)


Connect = Callable[..., FlaskClient]


@pytest.fixture
def connect(station: Station) -> Connect:
    def client(address: str = "127.0.0.1", **chosen: Any) -> FlaskClient:
        app = create_app(station, ReceiverSettings(**chosen))
        made = app.test_client()
        made.environ_base["REMOTE_ADDR"] = address
        return made

    return client


@pytest.fixture
def client(connect: Connect) -> FlaskClient:
    return connect()


def token_of(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/").text)
    assert found
    return found[1]


def form_body(token: str | None, photo: bytes | None) -> bytes:
    """A form as browsers write it; the test client's own would leave a temporary file open."""
    parts = b""
    if token is not None:
        parts += b'--cut\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n%s\r\n' % token.encode()
    if photo is not None:
        head = b'--cut\r\nContent-Disposition: form-data; name="photo"; filename="me.jpg"\r\n'
        parts += head + b"Content-Type: image/jpeg\r\n\r\n%s\r\n" % photo
    return parts + b"--cut--\r\n"


def send_form(client: FlaskClient, photo: bytes | None = JPEG, token: str | None = "", **headers: str) -> TestResponse:
    body = form_body(token_of(client) if token == "" else token, photo)
    return client.post(
        "/",
        data=body,
        content_type="multipart/form-data; boundary=cut",
        headers={"Origin": "http://localhost"} | headers,
    )


def is_sentence(response: TestResponse) -> bool:
    answer = response.get_json()
    return set(answer) == {"title", "message"} and bool(answer["title"]) and answer["message"].endswith((".", "/."))


# ---- doors


def test_a_boards_upload_answers_with_the_stored_name(client: FlaskClient, station: Station) -> None:
    """As the original did: 200 and the name as text; no token asked."""
    response = client.post("/", data=JPEG, content_type="image/jpeg", environ_overrides={RECEIVED_AT: 1_234.5})

    assert (response.status_code, response.mimetype, response.text) == (200, "text/plain", "s1.jpg")
    assert station.uploads == [Upload(JPEG, "legacy", "127.0.0.1", 1_234.5)]


def test_a_held_picture_is_202(client: FlaskClient, station: Station) -> None:
    """Durable, but waiting for the owner."""
    station.known["v1"] = a_visit(state=VisitState.HELD)

    assert client.post("/", data=JPEG, content_type="image/jpeg").status_code == 202


@pytest.mark.parametrize("origin", ["http://localhost", "http://evil.example", "null"])
def test_a_bare_upload_by_a_browser_needs_the_token(client: FlaskClient, station: Station, origin: str) -> None:
    """A page somewhere cannot ring the bell through the browser of someone who visits it."""
    headers = {"Origin": origin}

    assert client.post("/", data=JPEG, content_type="image/jpeg", headers=headers).status_code == 400
    assert station.uploads == []
    headers["X-CSRFToken"] = token_of(client)
    assert client.post("/", data=JPEG, content_type="image/jpeg", headers=headers).status_code == 200
    assert station.uploads[0].source == "browser"


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "image/png", ""])
def test_other_types_are_415(client: FlaskClient, kind: str) -> None:
    """With a sentence that says what to send."""
    response = client.post("/", data=JPEG, content_type=kind)

    assert response.status_code == 415
    assert is_sentence(response)


# ---- browsers


def test_the_form_with_its_token_is_taken(client: FlaskClient, station: Station) -> None:
    """A script reads a ticket by which it can follow its own picture."""
    response = send_form(client, **SCRIPT)

    assert response.status_code == 200
    assert station.uploads[0].body == JPEG
    assert station.uploads[0].source == "browser"
    answer = response.get_json()
    assert (answer["state"], answer["final"]) == ("received", False)
    assert client.get(answer["address"], headers=SCRIPT).get_json()["title"] == answer["title"]


@pytest.mark.parametrize("token", [None, "made-up"])
def test_the_form_without_its_token_is_400(client: FlaskClient, station: Station, token: str | None) -> None:
    """And says that the page has to be loaded again."""
    response = send_form(client, token=token)

    assert response.status_code == 400
    assert is_sentence(response)
    assert station.uploads == []


def test_a_token_of_another_browser_is_no_good(connect: Connect, client: FlaskClient) -> None:
    """The token belongs to its session."""
    client.get("/")
    stranger = client.application.test_client()

    assert send_form(client, token=token_of(stranger)).status_code == 400


def test_the_cookie_is_for_this_site_and_not_for_scripts(client: FlaskClient) -> None:
    """SameSite and HttpOnly."""
    cookie = client.get("/").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


@pytest.mark.parametrize("photo", [None, b""])
def test_a_form_without_a_photo_is_said(client: FlaskClient, photo: bytes | None) -> None:
    """Choose one first."""
    response = send_form(client, photo)

    assert response.status_code == 400
    assert "photo" in response.get_json()["message"]


def test_without_javascript_the_answer_is_a_page_that_looks_again(client: FlaskClient, station: Station) -> None:
    """It refreshes itself until the verdict is there, then it stays."""
    waiting = send_form(client, **HTML)
    address = re.search(r'url=([^"]+)"', waiting.text)
    assert waiting.status_code == 200
    assert address

    station.known["v1"] = a_visit(state=VisitState.CONCLUDED, verdict=Verdict.KNOWN)
    concluded = client.get(address[1], headers=HTML)

    assert "Anna is at the door" in concluded.text
    assert "refresh" not in concluded.text


def test_a_name_is_shown_as_text(client: FlaskClient, station: Station) -> None:
    """Whatever somebody called a folder of the gallery."""
    face = replace(a_visit().faces[0], match=Match("<script>alert(1)</script>", 0.1, None, None))
    station.known["v1"] = a_visit(state=VisitState.CONCLUDED, verdict=Verdict.KNOWN, faces=(face,))
    address = send_form(client, **SCRIPT).get_json()["address"]

    assert "<script>" not in client.get(address, headers=HTML).text


def test_a_held_picture_says_what_it_waits_for(client: FlaskClient, station: Station) -> None:
    """And goes on asking."""
    station.known["v1"] = a_visit(state=VisitState.HELD)

    response = send_form(client, **SCRIPT)

    assert response.status_code == 202
    assert response.get_json()["title"] == "Waiting for the owner"
    assert not response.get_json()["final"]


def test_a_picture_the_owner_dropped_is_said(client: FlaskClient, station: Station) -> None:
    """The visit is gone; the page stops asking."""
    address = send_form(client, **SCRIPT).get_json()["address"]
    station.known.clear()

    assert client.get(address, headers=SCRIPT).get_json()["final"]


def test_a_verdict_needs_a_ticket_of_this_station(client: FlaskClient) -> None:
    """Visit ids, foreign tickets and old ones open nothing."""
    secret = client.application.config["SECRET_KEY"]
    tickets = [
        "v1",
        URLSafeTimedSerializer("another secret", "verdict").dumps("v1"),
        URLSafeTimedSerializer(secret, "something else").dumps("v1"),
    ]
    for ticket in tickets:
        response = client.get(f"/verdict/{ticket}")
        assert response.status_code == 404
        assert is_sentence(response)


def test_a_ticket_expires(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an hour."""
    address = send_form(client, **SCRIPT).get_json()["address"]
    now = timed.time.time()
    monkeypatch.setattr(timed.time, "time", lambda: now + 3_700)

    assert client.get(address).status_code == 404


# ---- refusals


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotAJpeg("The picture was cut off."), 400),
        (UploadRefused(403, "Not let in", "The owner said no."), 403),
        (UploadRefused(429, "Too many", "Wait a minute."), 429),
        (UploadRefused(503, "The disk is full", "Nothing was kept."), 503),
        (StoreError("The database cannot be written", "It is locked."), 503),
    ],
)
@pytest.mark.parametrize("headers", [{}, SCRIPT, HTML])
def test_a_refusal_reaches_the_sender_in_words(
    client: FlaskClient, station: Station, error: Any, status: int, headers: dict[str, str]
) -> None:
    """As JSON, or as a page for a person without JavaScript."""
    station.error = error

    for response in (
        client.post("/", data=JPEG, content_type="image/jpeg", headers=headers),
        send_form(client, **headers),
    ):
        assert response.status_code == status
        assert error.message in response.text
        assert response.is_json is (headers is not HTML)
        assert ("Retry-After" in response.headers) is (status in (429, 503))


@pytest.mark.expects_log("failed")
def test_a_fault_of_ours_is_500_without_its_traceback(
    client: FlaskClient, station: Station, caplog: pytest.LogCaptureFixture
) -> None:
    """The traceback is in the log, where it belongs."""
    station.error = ZeroDivisionError("inner secret")

    response = client.get("/v1/health")

    assert response.status_code == 500
    assert is_sentence(response)
    assert "inner secret" not in response.text
    assert "inner secret" in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("DELETE", "/", 405), ("POST", "/v1/health", 405), ("GET", "/v1/visits/none", 404)],
)
def test_wrong_addresses_and_methods_are_said(client: FlaskClient, method: str, path: str, status: int) -> None:
    """JSON for scripts on every path; a page for a person outside the API."""
    response = client.open(path, method=method)

    assert response.status_code == status
    assert is_sentence(response)
    assert client.open(path, method=method, headers=HTML).is_json is path.startswith("/v1")


def test_a_too_large_picture_is_413(connect: Connect, station: Station) -> None:
    """Bare, as a form's photo, and as a form's other field."""
    client = connect(max_upload_mb=1)
    large = b"x" * (1024 * 1024 + 1)

    assert client.post("/", data=large, content_type="image/jpeg").status_code == 413
    assert send_form(client, large).status_code == 413
    assert send_form(client, token="x" * 500_000).status_code == 413
    assert is_sentence(client.post("/", data=large * 2, content_type="image/jpeg"))
    assert station.uploads == []
    assert client.post("/", data=large[1:], content_type="image/jpeg").status_code == 200
    assert send_form(client, large[1:]).status_code == 200


def test_a_form_of_many_parts_is_413(client: FlaskClient, station: Station) -> None:
    """It would cost more to take apart than it brings."""
    form = {f"field{number}": "x" for number in range(50)}

    assert client.post("/", data=form, content_type="multipart/form-data").status_code == 413


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x"]
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(body=st.binary(max_size=300))
def test_garbled_forms_are_400(client: FlaskClient, kind: str, body: bytes) -> None:
    """Never a fault of ours."""
    response = client.post("/", data=b"--x\r\n" + body, content_type=kind)

    assert response.status_code == 400


# ---- reading


def test_a_visit_as_json(connect: Connect, station: Station) -> None:
    """Exactly the contract's names, boxes as [top, right, bottom, left]."""
    answer = connect().get("/v1/visits/v1").get_json()

    assert answer == visit_to_json(station.known["v1"])
    assert {"id", "door", "trigger", "started_at", "state", "verdict", "reason", "faces", "deliveries"} < set(answer)
    assert answer["timings_ms"] == {"received": 2.5}
    assert answer["faces"][0]["box"] == [1, 40, 50, 2]
    assert answer["faces"][0]["identity"] == "Anna"
    assert answer["faces"][0]["distance"] == 0.31
    assert answer["faces"][0]["quality"]["eye_distance"] == 40
    assert set(answer["deliveries"][0]) == {"notifier", "kind", "state", "attempts", "delivered_at", "error"}


def test_a_face_that_is_not_known_has_no_name(station: Station) -> None:
    """The nearest identity is not an answer."""
    face = replace(a_visit().faces[0], verdict=Verdict.UNCLEAR, reason="the face is too dark")

    assert visit_to_json(a_visit(faces=(face,)))["faces"][0]["identity"] is None


def test_visits_page_by_page(client: FlaskClient, station: Station) -> None:
    """limit and before are passed on; nonsense is said."""
    assert [visit["id"] for visit in client.get("/v1/visits?limit=3&before=v1").get_json()] == ["v1"]
    assert station.asked == [(3, "v1")]
    assert client.get("/v1/visits").status_code == 200
    assert client.get("/v1/visits?before=none").status_code == 404
    for limit in ("0", "-1", "501"):
        assert is_sentence(client.get(f"/v1/visits?limit={limit}"))


def test_the_snapshot_is_served_from_its_first_marker(client: FlaskClient, tmp_path: Path) -> None:
    """Viewers do not forgive the zero byte that boards put before it."""
    response = client.get("/v1/visits/v1/snapshot.jpg")

    assert (response.mimetype, response.data) == ("image/jpeg", JPEG)
    (tmp_path / "s1.jpg").unlink()
    assert client.get("/v1/visits/v1/snapshot.jpg").status_code == 404


READING = ["/v1/visits", "/v1/visits/v1", "/v1/visits/v1/snapshot.jpg", "/v1/visits/none"]


@pytest.mark.parametrize("path", READING)
@pytest.mark.parametrize(
    ("address", "host", "allowed"),
    [
        ("127.0.0.1", "localhost:1066", True),
        ("127.0.0.1", "127.0.0.1:1066", True),
        ("127.0.0.1", "[::1]:1066", True),
        ("::1", "LOCALHOST", True),
        ("127.0.0.1", "evil.example:1066", False),
        ("127.0.0.1", "127.0.0.1.evil.example", False),
        ("127.0.0.1", "localhost.evil.example", False),
        ("192.168.1.9", "localhost", False),
        ("192.168.1.9", "192.168.1.2:1066", False),
    ],
)
def test_without_a_token_only_this_computer_reads(
    connect: Connect, path: str, address: str, host: str, allowed: bool
) -> None:
    """Asked by a name of its own, so that no web page can borrow the owner's browser (DNS rebinding)."""
    response = connect(address).get(path, headers={"Host": host})

    assert (response.status_code != 401) is allowed
    if not allowed:
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert is_sentence(response)


def test_a_proxy_on_this_computer_is_not_this_computer(client: FlaskClient) -> None:
    """It speaks for others, who need the token."""
    assert client.get("/v1/visits", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 401


@pytest.mark.parametrize(
    ("shown", "allowed"),
    [
        (f"Bearer {TOKEN}", True),
        (f"bearer {TOKEN}", True),
        ("Bearer wrong", False),
        ("Bearer ", False),
        (f"Basic {TOKEN}", False),
        ("Bearer \xe9", False),
        ("", False),
    ],
)
def test_with_the_token_one_may_read_from_anywhere(connect: Connect, shown: str, allowed: bool) -> None:
    """Under any host name."""
    client = connect("192.168.1.9", api_token=TOKEN)

    response = client.get("/v1/visits", headers={"Authorization": shown, "Host": "porch.example"})

    assert response.status_code == (200 if allowed else 401)


def test_an_empty_token_opens_nothing(connect: Connect) -> None:
    """No token set means no token fits."""
    response = connect("192.168.1.9").get("/v1/visits", headers={"Authorization": "Bearer "})

    assert response.status_code == 401


def test_health_is_for_everyone(connect: Connect) -> None:
    """It holds no secret."""
    assert connect("192.168.1.9").get("/v1/health").get_json()["status"] == "ok"


@pytest.mark.parametrize("path", ["/", "/v1/health", "/v1/visits", "/nowhere", "/static/page.js"])
def test_every_answer_carries_the_protecting_headers(client: FlaskClient, path: str) -> None:
    """No foreign scripts, no frames, no sniffing; only the static files may be kept."""
    response = client.get(path)
    response.close()
    headers = response.headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Server"] == "Porchlight"
    assert ("no-store" in headers["Cache-Control"]) is not path.startswith("/static")


def test_the_page_needs_nothing_from_elsewhere(client: FlaskClient) -> None:
    """No inline script or style, no foreign address, and its parts exist."""
    page = client.get("/").text

    assert not re.search(r"<style|style=|onclick|<script>|//", page.replace("<!doctype html>", ""))
    parts = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(parts) == 3
    for part in parts:
        response = client.get(part)
        assert response.status_code == 200
        response.close()
