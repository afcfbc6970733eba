"""Painted visitors for the pictures of the window: no photo of a person is ever part of this repository."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QLinearGradient, QPainter, QPainterPath, QPen, QRadialGradient

WIDTH, HEIGHT = 960, 720
FACE = QRectF(365, 190, 230, 270)
"""Where a visitor's face is, in pixels of the picture."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What one painted visitor looks like."""

    skin: str
    hair: str
    coat: str
    long_hair: bool = False
    glasses: bool = False
    hat: str = ""
    night: bool = False


ANNA = Figure("#f0c3a0", "#6b3f22", "#3f7d6e", long_hair=True)
BOB = Figure("#b97f57", "#231a16", "#b4552d", glasses=True)
CLEO = Figure("#8d5a3b", "#1b1412", "#6b4fa0", long_hair=True, glasses=True)
COURIER = Figure("#e8b48f", "#4a3a2c", "#7a5a2a", hat="#5a4120")
SHADOW = Figure("#6d4c3a", "#15100d", "#22252c", night=True)


def paint(figure: Figure | None, target: Path) -> Path:
    """Paint a visitor (or an empty porch) as a door's JPEG."""
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _porch(painter, night=bool(figure and figure.night))
    if figure is not None:
        _person(painter, figure)
    painter.end()
    image.save(str(target), "JPEG", 90)
    return target


def portrait(figure: Figure, target: Path, zoom: float = 1.7, shift: float = 0.0) -> Path:
    """Paint a gallery photo of a visitor: nearer, on a plain wall."""
    image = QImage(600, 600, QImage.Format.Format_RGB32)
    wall = QColor(figure.coat).lighter(190)
    image.fill(wall)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(300 + shift, 300)
    painter.scale(zoom, zoom)
    painter.translate(-FACE.center().x(), -FACE.center().y() - 20)
    _person(painter, figure)
    painter.end()
    image.save(str(target), "JPEG", 90)
    return target


def _porch(painter: QPainter, *, night: bool) -> None:
    sky = QLinearGradient(0, 0, 0, HEIGHT)
    for stop, day, dark in ((0, "#cfe3ee", "#10141f"), (0.62, "#eef2ea", "#1b2030"), (1, "#b9c2a6", "#141710")):
        sky.setColorAt(stop, QColor(dark if night else day))
    painter.fillRect(0, 0, WIDTH, HEIGHT, QBrush(sky))
    hedge = QColor("#12190f" if night else "#6f8f5b")
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(hedge)
    for x in range(-40, WIDTH, 90):
        painter.drawEllipse(QPointF(x + 60, 470 + (x * 7) % 30), 95, 80)
    painter.fillRect(0, 500, WIDTH, 220, QColor("#191a1c" if night else "#c9bfae"))
    painter.setBrush(QColor("#2a2422" if night else "#d9cdbb"))
    for x in range(0, WIDTH, 160):
        painter.drawRect(x, 560, 150, 70)
        painter.drawRect(x - 80, 640, 150, 80)
    painter.fillRect(0, 0, 70, HEIGHT, QColor("#2b211a" if night else "#8a5a3a"))
    painter.fillRect(70, 0, 14, HEIGHT, QColor("#1d1611" if night else "#704628"))
    if night:
        glow = QRadialGradient(120, 90, 420)
        glow.setColorAt(0, QColor(255, 190, 90, 120))
        glow.setColorAt(1, QColor(255, 190, 90, 0))
        painter.fillRect(0, 0, WIDTH, HEIGHT, QBrush(glow))


def _person(painter: QPainter, figure: Figure) -> None:
    dim = 0.42 if figure.night else 1.0
    skin, hair, coat = (_dimmed(c, dim) for c in (figure.skin, figure.hair, figure.coat))
    painter.setPen(Qt.PenStyle.NoPen)
    if figure.long_hair:
        painter.setBrush(hair)
        painter.drawRoundedRect(FACE.adjusted(-28, -10, 28, 110), 110, 130)
    body = QPainterPath(QPointF(230, HEIGHT + 40))
    body.cubicTo(240, 560, 330, 520, 420, 505)
    body.lineTo(540, 505)
    body.cubicTo(630, 520, 720, 560, 730, HEIGHT + 40)
    painter.fillPath(body, coat)
    painter.setBrush(_dimmed(figure.skin, dim * 0.9))
    painter.drawRoundedRect(QRectF(432, 420, 96, 120), 40, 40)
    painter.setBrush(_dimmed(figure.coat, dim * 0.8))
    painter.drawPolygon([QPointF(415, 505), QPointF(480, 590), QPointF(440, 600), QPointF(385, 525)])
    painter.drawPolygon([QPointF(545, 505), QPointF(480, 590), QPointF(520, 600), QPointF(575, 525)])
    painter.setBrush(skin)
    painter.drawEllipse(QRectF(348, 305, 40, 60))
    painter.drawEllipse(QRectF(572, 305, 40, 60))
    painter.drawRoundedRect(FACE, 112, 130)
    _hair(painter, figure, hair)
    _features(painter, figure, dim)


def _hair(painter: QPainter, figure: Figure, hair: QColor) -> None:
    top = QPainterPath(QPointF(FACE.left() - 6, FACE.top() + 130))
    top.cubicTo(340, 150, 400, 150, 480, 152)
    top.cubicTo(560, 150, 620, 150, FACE.right() + 6, FACE.top() + 130)
    top.cubicTo(590, 250, 545, 232, 500, 236)
    top.cubicTo(440, 238, 385, 255, FACE.left() - 6, FACE.top() + 130)
    painter.fillPath(top, hair)
    if figure.hat:
        painter.setBrush(QColor(figure.hat))
        painter.drawRoundedRect(QRectF(372, 140, 216, 88), 50, 50)
        painter.drawRoundedRect(QRectF(350, 208, 270, 22), 11, 11)


def _features(painter: QPainter, figure: Figure, dim: float) -> None:
    dark = _dimmed("#2a1d16", dim)
    white = _dimmed("#ffffff", dim)
    for x in (430, 530):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(white)
        painter.drawEllipse(QPointF(x, 322), 21, 14)
        painter.setBrush(_dimmed("#4b3524", dim))
        painter.drawEllipse(QPointF(x, 322), 11, 12)
        painter.setBrush(white)
        painter.drawEllipse(QPointF(x + 4, 318), 3, 3)
        painter.setPen(QPen(_dimmed(figure.hair, dim), 7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(QRectF(x - 28, 284, 56, 34), 35 * 16, 110 * 16)
    painter.setPen(QPen(_dimmed(figure.skin, dim * 0.78), 6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawArc(QRectF(462, 350, 36, 34), 200 * 16, 140 * 16)
    painter.setPen(QPen(_dimmed("#8c3b33", dim), 7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawArc(QRectF(432, 374, 96, 44), 200 * 16, 140 * 16)
    if figure.glasses:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(dark, 5))
        for x in (430, 530):
            painter.drawRoundedRect(QRectF(x - 38, 296, 76, 54), 20, 20)
        painter.drawLine(468, 318, 492, 318)


def _dimmed(color: str, share: float) -> QColor:
    found = QColor(color)
    return QColor.fromRgbF(*(part * share for part in found.getRgbF()[:3]))
