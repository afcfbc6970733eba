"""`porchlight-headless --check`: every part is tried, without a station."""

from __future__ import annotations

from collections.abc import Iterator

from receiver.broker import what_uses
from receiver.errors import Rejected, StationError
from receiver.notifiers.apprise import AppriseNotifier
from receiver.notifiers.mqtt import MqttNotifier
from receiver.notifiers.telegram import TelegramNotifier
from receiver.settings import Settings
from receiver.station_lock import station_runs
from receiver.store import Store
from receiver.workers import WorkerPool


def self_check(settings: Settings) -> Iterator[tuple[str, bool, str]]:
    """Try every part without starting a station: (part, whether it works, in words)."""
    yield "settings", True, "valid"
    for part, attempt in (
        ("store", _check_store),
        ("recognition", _check_engine),
        ("telegram", _check_telegram),
        ("apprise", _check_apprise),
        ("mqtt", _check_mqtt),
    ):
        try:
            yield part, True, attempt(settings)
        except (StationError, OSError) as error:
            yield part, False, " ".join(str(error).split())


def _check_store(settings: Settings) -> str:
    Store(settings.data_dir / "station.sqlite3").close()
    return f"{settings.data_dir} opens"


def _check_engine(settings: Settings) -> str:
    chosen = settings.recognition
    pool = WorkerPool(chosen.engine, cluster=chosen.cluster, models=settings.models, detector=chosen.detector)
    try:
        pool.load()
        return ". ".join(filter(None, (f"the engine {chosen.engine} loads", pool.remark)))
    finally:
        pool.stop()


def _check_telegram(settings: Settings) -> str:
    return TelegramNotifier(settings.telegram).check() if settings.telegram.enabled else "off"


def _check_apprise(settings: Settings) -> str:
    return AppriseNotifier(settings.apprise).check() if settings.apprise.addresses else "off"


def _check_mqtt(settings: Settings) -> str:
    chosen = settings.mqtt
    if chosen.broker == "off":
        return "off"
    if chosen.broker == "external":
        return MqttNotifier(chosen).check()
    trouble = what_uses(settings.receiver.host, chosen.port)
    if not trouble:
        return f"the built-in broker can listen on port {chosen.port}"
    if station_runs(settings.data_dir):
        return f"port {chosen.port} is in use, as it should be while the station runs"
    raise Rejected("The built-in broker cannot listen", trouble)
