"""Other services through Apprise, against a server that speaks ntfy and a mail server with STARTTLS."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from receiver.digest import Digest
from receiver.errors import NotifierError, Rejected, TryLater
from receiver.models import Message, PartState
from receiver.notifiers import Speaker
from receiver.notifiers.apprise import AppriseNotifier
from receiver.outbox import Outbox
from receiver.settings import AppriseSettings
from receiver.store import Store
from tests.receiver.channels import FakeNtfy, Postbox, mail_server
from tests.receiver.made_up import PATIENCE_S, Clock, Host, conclude, delivery, face, picture, ring, states, visit
from tests.waiting import wait_until

Make = Callable[..., AppriseNotifier]

pytestmark = pytest.mark.expects_log("Session.login_data is deprecated")
"""aiosmtpd's own word about itself, whoever lets somebody in."""


@pytest.fixture
def ntfy() -> Iterator[FakeNtfy]:
    with FakeNtfy() as server:
        yield server


@pytest.fixture
def postbox(tmp_path: Path) -> Iterator[Postbox]:
    with mail_server(tmp_path) as server:
        yield server


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[AppriseNotifier] = []

    def notifier(*urls: str, clock: Callable[[], float] | None = None) -> AppriseNotifier:
        settings = AppriseSettings(urls=" ".join(urls))
        made.append(AppriseNotifier(settings, clock=clock) if clock else AppriseNotifier(settings))
        return made[-1]

    yield notifier
    for one in made:
        one.stop()


def told(notifier: AppriseNotifier, kind: str, which: int = 0):
    return delivery("apprise", kind, notifier.targets()[which])


def test_ntfy_gets_the_text_and_then_the_photo_with_the_verdict(ntfy: FakeNtfy, make: Make, tmp_path: Path) -> None:
    """The title says who, the line below where and when; the photo is a file with the same words."""
    notifier = make(ntfy.url)
    notifier.send(told(notifier, "text"), visit())
    notifier.send(told(notifier, "photo"), visit(picture(tmp_path / "a.jpg", (2592, 1944)), face("Anna")))
    text, photo = ntfy.notes
    assert (text.topic, text.title, text.attachment) == ("secret-topic", "Someone is at the door", b"")
    assert text.message.startswith("Front door, ")
    assert (photo.topic, photo.title, photo.filename) == ("secret-topic", "Anna is at the door", "visit.jpg")
    with Image.open(io.BytesIO(photo.attachment)) as image:
        assert (image.format, image.size) == ("JPEG", (1280, 960))


def test_mail_goes_out_encrypted_with_the_photo_attached(postbox: Postbox, make: Make, tmp_path: Path) -> None:
    """After STARTTLS and a login; the verdict is the subject."""
    notifier = make(postbox.url())
    notifier.send(told(notifier, "text"), visit())
    notifier.send(told(notifier, "photo"), visit(picture(tmp_path / "a.jpg"), face("Zoë")))
    text, photo = postbox.mails
    assert postbox.encrypted == [True, True]
    assert (text["Subject"], photo["Subject"]) == ("Someone is at the door", "Zoë is at the door")
    assert photo["To"] is not None and "anna@example.org" in photo["To"]
    (attached,) = photo.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("image/jpeg", "visit.jpg")
    assert attached.get_content().startswith(b"\xff\xd8")
    assert list(text.iter_attachments()) == []


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (500, TryLater, "cannot take messages now"),
        (429, TryLater, "it says 429"),
        (408, TryLater, "it says 408"),
        (401, Rejected, "does not let us in"),
        (403, Rejected, "does not let us in"),
        (404, Rejected, "refuses the message"),
        (400, Rejected, "refuses the message"),
    ],
)
def test_what_http_says_decides_whether_it_is_tried_again(
    ntfy: FakeNtfy, make: Make, status: int, kind: type[NotifierError], words: str
) -> None:
    """Apprise says False for all of them; its log tells which."""
    notifier = make(ntfy.url)
    ntfy.faults = [(status, {"code": status * 100 + 1, "error": "its own words: secret-topic"})]
    with pytest.raises(kind, match=words) as caught:
        notifier.send(told(notifier, "text"), visit())
    assert "secret-topic" not in str(caught.value)
    notifier.send(told(notifier, "text"), visit())
    assert len(ntfy.notes) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("451 try again", TryLater), ("452 no space", TryLater), ("550 no such user", Rejected), ("554 spam", Rejected)],
)
def test_what_the_mail_server_says_decides_too(
    postbox: Postbox, make: Make, answer: str, kind: type[NotifierError]
) -> None:
    """SMTP's 4xx pass, its 5xx do not."""
    notifier = make(postbox.url())
    postbox.answers = [answer]
    with pytest.raises(kind, match=answer[:3]):
        notifier.send(told(notifier, "text"), visit())


def test_a_wrong_password_is_told_in_words(postbox: Postbox, make: Make) -> None:
    """And never repeated."""
    notifier = make(postbox.url(password="wrong-word"))
    with pytest.raises(Rejected, match="check the address in the settings") as caught:
        notifier.send(told(notifier, "text"), visit())
    assert "wrong-word" not in str(caught.value)


def test_a_server_that_is_down_is_tried_later(ntfy: FakeNtfy, make: Make) -> None:
    ntfy.go_down()
    notifier = make(ntfy.url)
    with pytest.raises(TryLater, match="cannot be reached"):
        notifier.send(told(notifier, "text"), visit())


def test_a_photo_that_the_service_does_not_like_goes_out_as_text(ntfy: FakeNtfy, make: Make, tmp_path: Path) -> None:
    """413 on the photo costs the photo; the words arrive."""
    notifier = make(ntfy.url)
    ntfy.faults = [(413, {"code": 41301, "error": "attachment too large"})]
    notifier.send(told(notifier, "photo"), visit(picture(tmp_path / "a.jpg"), face("Anna")))
    (note,) = ntfy.notes
    assert (note.title, note.attachment) == ("Anna is at the door", b"")


def test_a_verdict_without_a_picture_goes_out_in_words(ntfy: FakeNtfy, make: Make) -> None:
    notifier = make(ntfy.url)
    notifier.send(told(notifier, "photo"), replace(visit(None, face("Anna")), snapshots=(), best_snapshot=None))
    assert [note.title for note in ntfy.notes] == ["Anna is at the door"]


def test_a_late_alert_says_how_old_it_is(ntfy: FakeNtfy, make: Make) -> None:
    clock = Clock()
    notifier = make(ntfy.url, clock=clock)
    notifier.send(told(notifier, "text"), visit(at=clock() - 3 * 3600))
    assert ntfy.notes[0].title == "Someone was at the door 3 hours ago"


def test_a_deliverys_target_names_no_secret_and_survives_reordering(make: Make) -> None:
    """Targets stand in the database and in the reading API."""
    one, other = "ntfy://user:hunter2@example.org/porch", "json://example.org/hook?key=hunter3"
    targets = make(one, other).targets()
    assert set(make(other, one, one).targets()) == set(targets)
    assert all("hunter" not in target and "example" not in target for target in targets)


def test_nothing_secret_is_logged_nor_shown(
    ntfy: FakeNtfy, postbox: Postbox, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """Not at any level, not by the libraries below, not in errors or settings."""
    notifier = make(ntfy.url, postbox.url(password="wrong-word"), "slack://hunter2")
    host = Host()
    with caplog.at_level(logging.DEBUG):
        notifier.start(host)
        host.wait_until(PartState.WAITING)
        ntfy.faults = [(500, {"error": "secret-topic"})]
        for which in (0, 0, 1, 2):
            try:
                notifier.send(told(notifier, "text", which), visit())
            except NotifierError as error:
                assert error.__context__ is None and error.__cause__ is None
        notifier.stop()
    said = caplog.text + repr(host.reports) + repr(AppriseSettings(urls=ntfy.url))
    for secret in ("secret-topic", "wrong-word", "hunter2"):
        assert secret not in said


def test_an_address_that_cannot_be_read_is_told_at_once(ntfy: FakeNtfy, make: Make) -> None:
    """By the check, by the part, and by the message that could not go there; the other address works all the same."""
    notifier = make(ntfy.url, "no-such-service://x")
    with pytest.raises(Rejected, match="begins with no-such-service:// cannot be read"):
        notifier.check()
    host = Host()
    notifier.start(host)
    assert "no-such-service" in host.wait_until(PartState.WAITING)
    notifier.send(told(notifier, "text"), visit())
    with pytest.raises(Rejected):
        notifier.send(told(notifier, "text", 1), visit())


def test_the_part_tells_how_it_goes(ntfy: FakeNtfy, make: Make) -> None:
    """Set up, then what is wrong, then well again with the next message that arrives."""
    notifier, host = make(ntfy.url), Host()
    notifier.start(host)
    assert host.wait_until(PartState.WORKING) == "ntfy is set up"
    ntfy.faults = [(500, {})]
    with pytest.raises(TryLater):
        notifier.send(told(notifier, "text"), visit())
    assert host.wait_until(PartState.FAILED) == "ntfy cannot take messages now: it says 500"
    notifier.send(told(notifier, "text"), visit())
    host.wait_until(PartState.WORKING, count=2)


def test_a_digest_and_what_a_full_test_found_arrive_there_too(
    ntfy: FakeNtfy, postbox: Postbox, make: Make, tmp_path: Path
) -> None:
    """By the digest and the outbox of a station, after a server in trouble; the first line is title and subject."""
    notifier = make(ntfy.url, postbox.url())
    assert isinstance(notifier, Speaker)
    store, clock = Store(tmp_path / "station.sqlite3"), Clock(0.0)
    routes = [("apprise", target) for target in notifier.targets()]
    digest = Digest(store, lambda: "20:00", lambda: routes, clock=clock)
    for now in (datetime(2026, 7, 14, 21), datetime(2026, 7, 15, 20)):
        clock.now = now.timestamp()
        digest.look()
    store.add_notices("trouble", "TEST: not everything works.\nmqtt: away", routes)
    ntfy.faults = [(503, {})]
    outbox = Outbox(store, [notifier], lambda change: None, patience=(0.01, 0.02))
    outbox.start()
    try:
        wait_until(lambda: not any(store.next_notice(*route) for route in routes), PATIENCE_S)
    finally:
        outbox.stop()
        store.close()
    told = [("Porchlight", "Nobody came since Tue 20:00."), ("TEST: not everything works.", "mqtt: away")]
    assert [(note.title, note.message) for note in ntfy.notes] == told
    assert [(mail["Subject"], str(mail.get_content()).strip()) for mail in postbox.mails] == told


def test_a_text_longer_than_a_service_takes_comes_in_parts(ntfy: FakeNtfy, make: Make) -> None:
    """A summary may have 4,096 characters; a service that takes fewer would refuse it for good."""
    notifier = make(ntfy.url)
    (target,) = notifier.targets()
    notifier._service(target).body_maxlen = 500
    lines = [f"{hour:02}:00 Anna, Front door" for hour in range(60)]
    notifier.say(target, "\n".join(["Meanwhile there were 60 visits", *lines]))
    assert len(ntfy.notes) > 1
    assert all(line in "\n".join(note.message for note in ntfy.notes) for line in lines)


def test_through_the_outbox_each_arrives_once_and_in_order(ntfy: FakeNtfy, make: Make, tmp_path: Path) -> None:
    """With a server in trouble in between."""
    notifier = make(ntfy.url)
    (target,) = notifier.targets()
    store = Store(tmp_path / "station.sqlite3")
    ntfy.faults = [(500, {}), (503, {})]
    visit_ = conclude(
        store,
        ring(store, tmp_path, [Message("apprise", "text", target)]),
        [Message("apprise", "photo", target)],
    )
    host = Host()
    outbox = Outbox(store, [notifier], lambda change: host.wake(), patience=(0.01, 0.02))
    outbox.start()
    try:
        host.wait_for(lambda: "due" not in states(store, visit_))
    finally:
        outbox.stop()
    store.close()
    assert [bool(note.attachment) for note in ntfy.notes] == [False, True]
    assert ntfy.requests == 4
