"""Who may come in, and to which topics."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

STATION = "station"
"""The station's own user name; it is let in at its own port only."""
_DOOR_SAYS = ("status", "health", "screen", "receipt")
_DOOR_HEARS = ("command",)


@dataclass(frozen=True, slots=True)
class Account:
    """Someone who is in. `publishes` and `subscribes` are the topics they may use; None: every one."""

    name: str
    password: bytes = field(repr=False)
    is_door: bool
    publishes: frozenset[str] | None
    subscribes: frozenset[str] | None

    def may_publish(self, topic: str) -> bool:
        """Whether a topic is theirs to write to. The broker's own ($SYS and the like) are nobody's."""
        return not topic.startswith("$") if self.publishes is None else topic in self.publishes

    def may_subscribe(self, topic_filter: str) -> bool:
        """Whether they may hear what a filter lets through; a door may not use wildcards."""
        return self.subscribes is None or topic_filter in self.subscribes


class Access:
    """The list at the entrance.

    `door_password` gives the password of a door, None for one that is not let in; it is asked anew each time. `owner`
    is (name, password) of the one account besides, which may do everything; without both there is none.
    """

    def __init__(
        self,
        base_topic: str,
        door_password: Callable[[str], str | None],
        *,
        station: str,
        owner: tuple[str, str] = ("", ""),
    ) -> None:
        self._base = base_topic
        self._door_password = door_password
        self._station = station.encode()
        self._owner = owner if all(owner) else None

    def admit(self, user: str, password: bytes, *, inside: bool) -> Account | None:
        """The account of a user who knows their password, or None. `inside`: they came to the station's own port."""
        if inside:
            return _everything(STATION, password) if user == STATION and _same(password, self._station) else None
        if self._owner and user == self._owner[0] and _same(password, self._owner[1].encode()):
            return _everything(user, password)
        return self._door(user, password)

    def still_admits(self, account: Account) -> bool:
        """Whether a door that is in would be let in again."""
        return not account.is_door or self._door(account.name, account.password) is not None

    def _door(self, user: str, password: bytes) -> Account | None:
        right = self._door_password(user)
        if right is None or not _same(password, right.encode()):
            return None
        topics = f"{self._base}/{user}"
        return Account(
            user,
            password,
            True,
            frozenset(f"{topics}/{last}" for last in _DOOR_SAYS),
            frozenset(f"{topics}/{last}" for last in _DOOR_HEARS),
        )


def _everything(name: str, password: bytes) -> Account:
    return Account(name, password, False, None, None)


def _same(one: bytes, other: bytes) -> bool:
    """Takes the same time wherever they differ."""
    return hmac.compare_digest(one, other)
