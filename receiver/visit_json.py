"""A visit as JSON: what readers of the API get, and what is exported."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from receiver.models import Face, Visit
from receiver.wording import headline


def visit_to_json(visit: Visit) -> dict[str, Any]:
    """A visit as the reading API gives it; times are Unix seconds, boxes [top, right, bottom, left] in pixels."""
    return {
        "id": visit.id,
        "door": visit.door,
        "door_name": visit.door_name,
        "trigger": visit.trigger,
        "started_at": visit.started_at,
        "state": visit.state,
        "verdict": visit.verdict,
        "reason": visit.reason,
        "telling": visit.telling,
        "hushed": visit.hushed,
        "headline": headline(visit),
        "faces": [_face_to_json(face) for face in visit.faces],
        "deliveries": [
            {
                "notifier": delivery.notifier,
                "kind": delivery.kind,
                "state": delivery.state,
                "attempts": delivery.attempts,
                "delivered_at": delivery.delivered_at,
                "error": delivery.error,
            }
            for delivery in visit.deliveries
        ],
        "timings_ms": dict(visit.timings_ms),
    }


def _face_to_json(face: Face) -> dict[str, Any]:
    return {
        "box": [face.box.top, face.box.right, face.box.bottom, face.box.left],
        "verdict": face.verdict,
        "reason": face.reason,
        "identity": face.identity,
        "distance": face.match.distance,
        "line": face.match.line,
        "probability": face.match.probability,
        "snapshot": face.snapshot,
        "quality": asdict(face.quality),
    }
