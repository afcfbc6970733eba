"""Other channels: ntfy, e-mail and some hundred services more, through the library Apprise, one address for each.

An address carries passwords and tokens, and Apprise's log speaks of addresses: nothing that it logs leaves this module,
and a delivery's target names the service and a digest only.
"""

from __future__ import annotations

import hashlib
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from receiver import wording
from receiver.errors import NotifierError, Rejected, TryLater
from receiver.language import _, in_a_row, mark, phrase
from receiver.models import Delivery, PartState, Visit
from receiver.notifiers import Host
from receiver.notifiers.pictures import of_visit

if TYPE_CHECKING:
    from receiver.settings import AppriseSettings

LATE = 60.0
"""Seconds after which a message says how old it is."""

_APP = "Porchlight"
_SCHEME = re.compile(r"([A-Za-z0-9+_.-]{1,32})://.+")
_HTTP = re.compile(r"error=(\d{3})")
"""As Apprise logs an answer that is not 2xx; ntfy's own codes (42901) begin with HTTP's."""
_SMTP = re.compile(r"\((\d{3}), b|refused: (\d{3}) ")
"""As smtplib's errors write themselves, or Apprise those of one recipient."""
_TALKERS = (
    "apprise",
    *(f"urllib3.{name}" for name in ("connectionpool", "poolmanager", "connection", "response", "util.retry")),
)
_PASSING = (408, 425, 429)
"""Of HTTP's 4xx: the same message may go through later."""
_TOO_MUCH = (400, 413, 415)
"""It may have been the photo."""


class AppriseNotifier:
    """Tells every address of the settings. `clock` returns Unix seconds."""

    name = "apprise"
    alert_kind = "text"
    verdict_kind = "photo"
    lanes: tuple[tuple[str, ...], ...] = ()

    def __init__(self, settings: AppriseSettings, *, clock: Callable[[], float] = time.time) -> None:
        self._addresses = {_target(address): address for address in settings.addresses}
        self._clock = clock
        self._host: Host | None = None
        self._stopped = threading.Event()
        self._opening = threading.Lock()
        self._services: dict[str, Any] = {}
        self._ailing: dict[str, str] = {}
        """Target -> what is wrong there, since its last message."""
        self._loader = threading.Thread(target=self._load, name="apprise-loader", daemon=True)

    def targets(self) -> tuple[str, ...]:
        """One for each address; names its service, never the address."""
        return tuple(self._addresses)

    def start(self, host: Host) -> None:
        """Load the library, which takes half a second, in a thread of its own."""
        self._host = host
        if not self._addresses:
            host.report(PartState.OFF, "")
            return
        host.report(PartState.STARTING, "")
        self._loader.start()

    def stop(self) -> None:
        """Nothing is sent any more."""
        self._stopped.set()
        if self._loader.ident is not None:
            self._loader.join(2.0)

    def send(self, delivery: Delivery, visit: Visit) -> None:
        """Send the text, or the verdict with its photo where the service takes pictures. Raises TryLater or Rejected.

        A photo that cannot be made, or is not to the service's liking, loses the photo and not the words.
        """
        with self._noting(delivery.target):
            self._hand_over(delivery, visit)

    def say(self, target: str, text: str) -> None:
        """Send a text that belongs to no visit, with its first line as the title. Raises TryLater or Rejected."""
        title, _, body = text.partition("\n")
        with self._noting(target):
            _tell(self._service(target), *((title, body) if body else (_APP, title)))

    def check(self) -> str:
        """Read every address; whether a service takes a message, only a message could tell. Raises NotifierError."""
        if not self._addresses:
            raise Rejected("There is no address", "give one in the settings")
        names = [_title(self._service(target)) for target in self._addresses]
        told = mark("{names}: the addresses are well formed; nothing was sent to try them")
        return phrase(told, names=wording.together(names))

    # ---- inside

    @contextmanager
    def _noting(self, target: str) -> Iterator[None]:
        """Remember, and report, how it went with a target."""
        if self._stopped.is_set():
            raise TryLater("Porchlight is stopping")
        try:
            yield
        except NotifierError as error:
            self._ailing[target] = error.source
            raise
        else:
            self._ailing.pop(target, None)
        finally:
            self._tell()

    def _load(self) -> None:
        for target in self._addresses:
            try:
                self._service(target)
            except Rejected as error:
                self._ailing[target] = error.source
        self._tell()

    def _tell(self) -> None:
        if self._host is None or self._stopped.is_set():
            return
        ailing = dict(self._ailing)
        if ailing:
            state = PartState.FAILED if len(ailing) == len(self._addresses) else PartState.WAITING
            self._host.report(state, in_a_row(dict.fromkeys(ailing.values())))
        else:
            names = [_title(service) for service in list(self._services.values())]
            ready = mark("{names} are set up") if len(names) > 1 else mark("{names} is set up")
            self._host.report(PartState.WORKING, phrase(ready, names=wording.together(names)))

    def _service(self, target: str) -> Any:
        """Apprise's object for a target. Raises Rejected for an address that it cannot read."""
        with self._opening:
            if target not in self._services:
                self._services[target] = _open(self._address(target))
            return self._services[target]

    def _address(self, target: str) -> str:
        if target not in self._addresses:
            raise Rejected("This address is not in the settings any more")
        return self._addresses[target]

    def _hand_over(self, delivery: Delivery, visit: Visit) -> None:
        service = self._service(delivery.target)
        if delivery.kind == self.alert_kind:
            _tell(service, *self._words(visit, wording.first_words))
            return
        words = self._words(visit, wording.headline)
        jpeg = of_visit(visit) if service.attachment_support else None
        if jpeg is not None:
            try:
                _tell(service, *words, jpeg=jpeg)
            except _PhotoRefused:
                jpeg = None
        if jpeg is None:
            _tell(service, *words)

    def _words(self, visit: Visit, sentence: wording.Sentence) -> tuple[str, str]:
        now = self._clock()
        late = now - visit.started_at
        told = sentence(visit, late if late >= LATE else None)
        return " ".join(told.split()), f"{visit.door_name}, {wording.moment(visit.started_at, now)}"


class _PhotoRefused(Rejected):
    """The service did not take a message with a photo; it may take one without."""


class _Log(logging.Filter):
    """Hears what Apprise and the libraries below log in threads of ours, and lets none of it through.

    Apprise's word for a failure is False, and only its log tells which one; the lines carry whole addresses.
    """

    def __init__(self) -> None:
        super().__init__()
        self._ours = threading.local()

    @contextmanager
    def listening(self) -> Iterator[_Codes]:
        """What is said in this thread meanwhile."""
        logging.getLogger("apprise").setLevel(logging.DEBUG)
        for name in _TALKERS:
            logging.getLogger(name).addFilter(self)  # a second time changes nothing
        self._ours.codes = codes = _Codes()
        try:
            yield codes
        finally:
            self._ours.codes = None

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the codes, and nothing of the words."""
        codes = getattr(self._ours, "codes", None)
        if codes is not None and record.name == "apprise":
            codes.hear(record.getMessage())
        return codes is None and record.name != "apprise"


class _Codes:
    """The last codes that were logged; 0 without one."""

    def __init__(self) -> None:
        self.http = self.smtp = 0

    def hear(self, said: str) -> None:
        """One line of the log."""
        if found := _HTTP.search(said):
            self.http = int(found[1])
        elif found := _SMTP.search(said):
            self.smtp = int(found[1] or found[2])


_log = _Log()


def _open(address: str) -> Any:
    with _log.listening():
        import apprise  # noqa: PLC0415  -- a third of a second and 25 MB, for those who use it

        # No picture of Apprise's own, which phones would fetch from its pages.
        asset = apprise.AppriseAsset(app_id=_APP, app_desc=_APP, image_url_mask="", secure_logging=True)
        service = apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    if service is None:
        raise Rejected(
            phrase("The address that begins with {scheme}:// cannot be read", scheme=_scheme(address)),
            "its service's page at Apprise tells",
        )
    # It would sleep 5.5 s between the text and the photo; who is told "too many" waits in the outbox.
    service.request_rate_per_sec = 0
    if service.overflow_mode == apprise.OverflowMode.UPSTREAM:
        # A summary may be longer than the service takes, which would refuse it for good.
        service.overflow_mode = apprise.OverflowMode.SPLIT
    return service


def _tell(service: Any, title: str, body: str, jpeg: bytes | None = None) -> None:
    """Send one message. Raises TryLater or Rejected."""
    with _log.listening() as codes:
        import apprise  # noqa: PLC0415
        from apprise.attachment.memory import AttachMemory  # noqa: PLC0415

        attach = None
        if jpeg is not None:
            picture = AttachMemory(content=jpeg, name="visit.jpg", mimetype="image/jpeg")  # type: ignore[no-untyped-call]
            attach = apprise.AppriseAttachment(picture)
        try:
            sent = service.notify(body=body, title=title, attach=attach, body_format=apprise.NotifyFormat.TEXT)
            fault = ""
        except Exception as error:
            sent, fault = False, type(error).__name__
    if not sent:
        raise _trouble(_title(service), codes, fault, with_photo=jpeg is not None)


def _trouble(name: str, codes: _Codes, fault: str, *, with_photo: bool) -> NotifierError:
    """What a failure means for the message: lost for good only where the other side's own code says so."""
    if with_photo and (codes.http in _TOO_MUCH or codes.smtp == 552):
        return _PhotoRefused(phrase("{name} does not take the photo", name=name))
    if codes.http in (401, 403) or codes.smtp in (530, 534, 535):
        return Rejected(
            phrase("{name} does not let us in", name=name),
            phrase("check the address in the settings (it says {code})", code=codes.http or codes.smtp),
        )
    if 400 <= codes.http < 500 and codes.http not in _PASSING:
        return Rejected(phrase("{name} refuses the message", name=name), phrase("it says {code}", code=codes.http))
    if codes.smtp >= 500:
        return Rejected(phrase("{name} refuses the message", name=name), phrase("it says {code}", code=codes.smtp))
    if codes.http or codes.smtp:
        return TryLater(
            phrase("{name} cannot take messages now", name=name),
            phrase("it says {code}", code=codes.http or codes.smtp),
        )
    return TryLater(phrase("{name} cannot be reached", name=name), fault)


def _title(service: Any) -> str:
    return str(service.service_name or _("A service"))


def _scheme(address: str) -> str:
    found = _SCHEME.fullmatch(address)
    return found[1].lower() if found else "…"


def _target(address: str) -> str:
    """The same for the same address, wherever it stands in the settings: messages that wait find it again."""
    return f"{_scheme(address)}-{hashlib.sha256(address.encode()).hexdigest()[:12]}"
