"""Where names stand beside the rectangles they belong to, so that they cover neither each other nor a face."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF

_GAP = 6.0
_EDGE = 4.0
_COVERS_A_NAME = 4.0
"""How much worse it is to cover another name than to cover as much of a face."""
_LINES = 6
"""So many lines further up or down is a place looked for, when there are crowds."""


def places(boxes: Sequence[QRectF], sizes: Sequence[QSizeF], area: QRectF) -> list[QRectF]:
    """A rectangle in `area` for the name of each box; the lower a box, the earlier it chooses."""
    taken: dict[int, QRectF] = {}
    for which in sorted(range(len(boxes)), key=lambda number: -boxes[number].bottom()):
        found = _candidates(boxes[which], sizes[which], area)
        taken[which] = min(found, key=lambda place: _covered(place, taken.values(), boxes))
    return [taken[which] for which in range(len(boxes))]


def _candidates(box: QRectF, size: QSizeF, area: QRectF) -> Iterator[QRectF]:
    """Below, above, then beside and further away; the earlier, the better the eye finds it."""
    below, above = box.bottom() + _GAP, box.top() - _GAP - size.height()
    lefts = (box.left(), box.right() - size.width(), box.center().x() - size.width() / 2)
    for step in range(_LINES):
        further = step * (size.height() + 3)
        for top in (below + further, above - further):
            yield from (_inside(QRectF(QPointF(left, top), size), area) for left in lefts)
        if step == 0:
            for left in (box.right() + _GAP, box.left() - _GAP - size.width()):
                yield _inside(QRectF(QPointF(left, box.bottom() - size.height()), size), area)


def _inside(place: QRectF, area: QRectF) -> QRectF:
    left = min(max(place.left(), area.left() + _EDGE), area.right() - place.width() - _EDGE)
    top = min(max(place.top(), area.top() + _EDGE), area.bottom() - place.height() - _EDGE)
    return QRectF(QPointF(left, top), place.size())


def _covered(place: QRectF, names: Iterable[QRectF], boxes: Iterable[QRectF]) -> float:
    """How much of something else a name there would cover, in pixels."""
    return _COVERS_A_NAME * sum(_common(place, name) for name in names) + sum(_common(place, box) for box in boxes)


def _common(one: QRectF, other: QRectF) -> float:
    shared = one.intersected(other)
    return shared.width() * shared.height() if shared.isValid() else 0.0
