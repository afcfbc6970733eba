"""Whom else a photo is like: a hint for the owner, never a reason to keep a photo out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from receiver.fusion import Fused
from receiver.matching import STRANGERS, Rule
from receiver.models import Likeness

if TYPE_CHECKING:
    from receiver.matching import People
    from receiver.models import Embedding

_ALIKE = 0.6
"""From here on a photo is like somebody: one photo in two hundred comes so near to a person it does not show."""
_ANY_RULE = Rule(_ALIKE, STRANGERS["normal"])
"""Distances do not depend on it."""


def likeness(people: People, embedding: Embedding) -> Likeness | None:
    """The person a face is like, if any."""
    match = people.match(Fused(embedding, 0.0), _ANY_RULE)
    if match.identity is None or match.distance is None or match.distance > _ALIKE:
        return None
    return Likeness(match.identity, match.distance)


def look_alike(people: People, embedding: Embedding, name: str) -> Likeness | None:
    """Somebody else whom a photo of `name` is like, or at least more like than the other photos of `name`."""
    match = people.match(Fused(embedding, 0.0), _ANY_RULE)
    other, distance = match.identity, match.distance
    nearer = other != name and name in people.names
    if other == name:
        other, distance = match.runner_up, match.runner_up_distance
    if other is None or distance is None or (distance > _ALIKE and not nearer):
        return None
    return Likeness(other, distance)
