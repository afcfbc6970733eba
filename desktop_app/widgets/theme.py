"""One visual language: colours derived from the platform's palette, a spacing scale, a type scale, one style sheet."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from string import Template

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

import resources

AMBER = "#ffb238"
"""The porch light: always a surface with dark writing on it, never writing on white."""

XS, S, M, L, XL, XXL = 4, 8, 12, 16, 24, 32
"""The spacing scale, in device-independent pixels."""

CAPTION, BODY, TITLE, HEADLINE, DISPLAY = 0.92, 1.0, 1.25, 1.75, 2.1
"""The type scale, as multiples of the system's font size."""


@dataclass(frozen=True, slots=True)
class Colors:
    """Every colour of the window; each text colour has at least 4.5:1 on `background`, `card` and `raised`."""

    dark: bool
    background: str
    card: str
    raised: str
    well: str
    """Behind pictures."""
    line: str
    control_line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_text: str
    accent_wash: str
    good: str
    warn: str
    bad: str

    def tone(self, name: str) -> str:
        """The colour of a tone: text, muted, accent, good, warn or bad."""
        return {"accent": self.accent_text}.get(name) or str(getattr(self, name))


def colors() -> Colors:
    """The colours for the platform's present palette."""
    return _of(QApplication.palette().cacheKey())


@lru_cache(maxsize=8)
def _of(_palette: int) -> Colors:
    """Every row that is painted asks several times: a palette is read once."""
    palette = QApplication.palette()
    return _derive(*(palette.color(role).name() for role in (QPalette.ColorRole.Window, QPalette.ColorRole.Base)))


def _derive(window: str, base: str) -> Colors:
    dark = QColor(window).lightness() < 128
    darker, lighter = sorted((window, base), key=lambda name: QColor(name).lightness())
    background = mix(darker, AMBER, 0.025)
    card = mix(lighter, AMBER, 0.02 if dark else 0.0)
    if dark:
        return Colors(
            dark=True,
            background=background,
            card=card,
            raised=mix(card, "#ffffff", 0.06),
            well=mix(background, "#000000", 0.35),
            line=mix(card, "#ffffff", 0.12),
            control_line=mix(card, "#ffffff", 0.42),
            text="#f6f1ea",
            muted="#c8c1b7",
            accent=AMBER,
            on_accent="#241600",
            accent_text="#ffc466",
            accent_wash=mix(card, AMBER, 0.16),
            good="#86d993",
            warn="#ffc466",
            bad="#ffa8a0",
        )
    return Colors(
        dark=False,
        background=background,
        card=card,
        raised=mix(card, "#000000", 0.035),
        well=mix(background, "#000000", 0.05),
        line=mix(card, "#000000", 0.13),
        control_line=mix(card, "#000000", 0.46),
        text="#1f1a14",
        muted="#5e564c",
        accent=AMBER,
        on_accent="#241600",
        accent_text="#834c00",
        accent_wash=mix(card, AMBER, 0.2),
        good="#1a6b2f",
        warn="#834c00",
        bad="#ab1f17",
    )


def mix(one: str, other: str, share: float) -> str:
    """`one` with a share (0 to 1) of `other` stirred in."""
    a, b = QColor(one), QColor(other)
    return QColor.fromRgbF(*(x + (y - x) * share for x, y in zip(a.getRgbF()[:3], b.getRgbF()[:3], strict=True))).name()


def font(scale: float = BODY, *, bold: bool = False) -> QFont:
    """The system's font at a step of the type scale."""
    result = QFont(QApplication.font())
    result.setPointSizeF(points(scale))
    if bold:
        result.setWeight(QFont.Weight.DemiBold)
    return result


def points(scale: float) -> float:
    """Point size of a step of the type scale; small system fonts are lifted to a readable ten."""
    size = QApplication.font().pointSizeF()
    return max(size, 10.0) * scale


def style_sheet() -> str:
    """The window's style sheet, filled with the colours of the present palette."""
    template = Template(resources.path("styles", "porchlight.qss").read_text("utf-8"))
    sizes = {
        f"pt_{name}": f"{points(scale):.1f}pt"
        for name, scale in (("caption", CAPTION), ("body", BODY), ("title", TITLE), ("headline", HEADLINE))
    }
    now = colors()
    ending = f"{'dark' if now.dark else 'light'}.svg"
    arrows = {name: resources.path("styles", f"{name}_{ending}").as_posix() for name in ("arrow", "arrow_up")}
    return template.substitute({k: str(v) for k, v in asdict(now).items()}, **arrows, **sizes)


def set_kind(widget: QWidget, kind: str) -> None:
    """Give a widget one of the style sheet's kinds: card, title, caption, primary, quiet ..."""
    widget.setProperty("kind", kind)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
