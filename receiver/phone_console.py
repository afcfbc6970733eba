"""`porchlight-headless telegram`: pairing from a shell, while a station runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from receiver import settings
from receiver.chats import Chats, listed, rights_in
from receiver.errors import SettingsError, StationError
from receiver.models import Chat
from receiver.settings import Settings
from receiver.station_lock import station_runs
from receiver.store import Store

_LOOK_S = 0.5


def work(  # noqa: PLR0917
    chosen: Settings, settings_path: Path, action: str, chat: str, rights: str, cancelled: Callable[[], bool]
) -> int:
    """Do what the command line says. Raises StationError with words."""
    if action in ("unpair", "rights") and not chat:
        raise SettingsError("Which chat?", f"porchlight-headless telegram {action} CHAT; `telegram chats` lists them")
    with _chats(chosen) as chats:
        try:
            if action == "pair":
                _pair(chosen, chats, cancelled)
            elif action == "unpair":
                _unpair(chosen, settings_path, chats, chat)
            elif action == "rights":
                chats.set_rights(chat, rights_in(rights))
        except KeyError:
            raise StationError(f"No chat {chat}", "`porchlight-headless telegram chats` lists them") from None
        if found := chats.all():
            print(listed(found))
        for stranger in chats.strangers() if action == "chats" else ():
            print(f"{stranger.target}\tignored\t{stranger.name}")
    return 0


@contextmanager
def _chats(chosen: Settings) -> Iterator[Chats]:
    store = Store(chosen.data_dir / "station.sqlite3")
    try:
        yield Chats(store, lambda: chosen.telegram.chat_ids)
    finally:
        store.close()


def _pair(chosen: Settings, chats: Chats, cancelled: Callable[[], bool]) -> None:
    """Show a code, and wait until somebody has sent it to the bot of the station that runs."""
    if not chosen.telegram.enabled or not chosen.telegram.token.get_secret_value():
        raise SettingsError("Telegram is off", "set telegram.enabled and telegram.token first; @BotFather makes bots")
    if not station_runs(chosen.data_dir):
        raise StationError("No station runs on this computer now", "start `porchlight-headless`, then pair again")
    begun = time.time()
    code = chats.begin_pairing()
    print(code, flush=True)
    print(f"send {code} to your bot within ten minutes; in a group or topic: /pair {code}", file=sys.stderr)
    while not cancelled():
        over = chats.pairing() is None
        paired = next((chat for chat in chats.all() if (chat.paired_at or 0) >= begun), None)
        if paired:
            print(f"paired with {_described(paired)}", file=sys.stderr)
            return
        if over:
            raise StationError("Nobody was paired", "the code was too old, or wrong ones were tried; pair again")
        time.sleep(_LOOK_S)
    chats.end_pairing()
    raise StationError("Interrupted", "the code is void")


def _unpair(chosen: Settings, settings_path: Path, chats: Chats, chat: str) -> None:
    chats.unpair(chat)
    if (others := chats.named_but(chat)) != chosen.telegram.chat_ids:
        settings.save(settings_path, {("telegram", "chat_ids"): others})
        print("a station that is running notices at its next start", file=sys.stderr)


def _described(chat: Chat) -> str:
    return f"{chat.name or 'chat'} ({chat.target})"
