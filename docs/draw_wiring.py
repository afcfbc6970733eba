"""Draws docs/pictures/wiring.svg: what goes to which pin of a door's board.

    python docs/draw_wiring.py [--into FILE]

The pins are read from firmware/board.py, so the picture cannot say anything else than the program does. The standard
library is all it needs, and the same pins always make the same bytes.
"""

from __future__ import annotations

import argparse
import ast
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

CHECKOUT = Path(__file__).resolve().parents[1]
BOARD = CHECKOUT / "firmware" / "board.py"
PICTURE = CHECKOUT / "docs" / "pictures" / "wiring.svg"

LEFT = ("GP0", "GP1", "GND", "GP2", "GP3", "GP4", "GP5", "GND", "GP6", "GP7",
        "GP8", "GP9", "GND", "GP10", "GP11", "GP12", "GP13", "GND", "GP14", "GP15")  # fmt: skip
RIGHT = ("VBUS", "VSYS", "GND", "3V3_EN", "3V3", "ADC_VREF", "GP28", "AGND", "GP27", "GP26",
         "RUN", "GP22", "GND", "GP21", "GP20", "GP19", "GP18", "GND", "GP17", "GP16")  # fmt: skip
"""The board's pins as one sees them from above with the USB connector on top: 1 to 20, and 40 down to 21."""
ETHERNET = ("GP16", "GP17", "GP18", "GP19", "GP20", "GP21")
"""Taken by the Ethernet chip, on the board itself."""

WIDTH, HEIGHT = 1190, 1096
_PITCH, _FIRST = 36, 168
_BOARD = (630, 122, 250, 880)
"""Left, top, width, height."""
_MODULE = (132, 292)
"""Left edge of the modules, and their width."""
_RAILS = {"GND": 40, "3V3": 70, "5V": 100}
_OVER = {"3V3": 98, "5V": 72}
"""How high the wires from the board's right side pass over it."""

INK, MUTED, PAPER, CARD = "#1f2933", "#667380", "#fbfaf6", "#ffffff"
COLOURS = {
    "GND": "#30363d", "3V3": "#d3302f", "5V": "#e8750e", "SDA": "#0b8a83", "SCL": "#7d7a12", "SCK": "#c77700",
    "MOSI": "#1d63c4", "MISO": "#2c8a3d", "CS": "#7a3fb0", "BUTTON": "#8d5524", "RELAY": "#b5357f", "BUZZER": "#50619b",
}  # fmt: skip
_NAMES_IN_BOARD = {
    "SDA": "_SDA", "SCL": "_SCL", "SCK": "_SCK", "MOSI": "_MOSI", "MISO": "_MISO", "CS": "_CAMERA_SELECT",
    "BUTTON": "_BUTTON", "RELAY": "_RELAY", "BUZZER": "_BUZZER", "LED": "_LED",
}  # fmt: skip


def pins(source: Path = BOARD) -> dict[str, int]:
    """Our name of a wire -> the number of its GP pin, as firmware/board.py has it; KeyError if one is missing there."""
    known: dict[str, int] = {}
    for statement in ast.parse(source.read_text("utf-8")).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Tuple):
            values = statement.value.elts if isinstance(statement.value, ast.Tuple) else []
            for name, value in zip(statement.targets[0].elts, values, strict=True):
                if isinstance(name, ast.Name) and isinstance(value, ast.Call):
                    known[name.id] = ast.literal_eval(value.args[0])
    return {wire: known[name] for wire, name in _NAMES_IN_BOARD.items()}


# ---- what hangs on the board


@dataclass(frozen=True)
class Module:
    """A box at the left: `signals` (wire, name on the module) at its right side, `power` (rail, name) at its left."""

    title: str
    remark: str
    top: int
    height: int
    signals: tuple[tuple[str, str, int], ...]
    """(wire, name printed on the module, where on the picture)."""
    power: tuple[tuple[str, str, int], ...]
    optional: bool = False


def modules(pin: dict[str, int]) -> tuple[Module, ...]:
    """All of them, from above; the camera's pins lie level with the board's."""
    at = {wire: level(f"GP{number}") for wire, number in pin.items() if wire != "LED"}
    camera = [(wire, wire, at[wire]) for wire in ("SDA", "SCL", "SCK", "MOSI", "MISO", "CS")]
    return (
        Module("Bell button", "", 258, 68, (("BUTTON", "leg 1", 304),), (("GND", "leg 2", 304),)),
        Module(
            "Text display", "SSD1306, or HD44780 + PCF8574", 342, 102,
            (("SDA", "SDA", 403), ("SCL", "SCL", 427)), (("3V3", "VCC", 403), ("GND", "GND", 427)), optional=True,
        ),
        Module(
            "ArduCAM Mini 2MP Plus", "go by the names printed on it", 460, 312, tuple(camera),
            (("3V3", "VCC", 636), ("GND", "GND", 672)),
        ),
        Module(
            "Relay module", "on by high, 3.3 V logic", 800, 122, (("RELAY", "IN", 868),),
            (("5V", "VCC", 868), ("GND", "GND", 900)), optional=True,
        ),
        Module(
            "Buzzer", "active, on by high", 946, 104, (("BUZZER", "I/O", 1012),),
            (("3V3", "VCC", 1012), ("GND", "GND", 1036)),
        ),
    )  # fmt: skip


def level(name: str) -> int:
    """How far down a pin is; the first of that name at the left, else at the right."""
    side = LEFT if name in LEFT else RIGHT
    return _FIRST + _PITCH * side.index(name)


# ---- drawing


@dataclass
class Drawing:
    """Lines of SVG."""

    lines: list[str] = field(default_factory=list)

    def add(self, tag: str, text: str = "", **attributes: object) -> None:
        """One element; an underscore in an attribute's name is a hyphen."""
        said = "".join(f' {name.rstrip("_").replace("_", "-")}="{value}"' for name, value in attributes.items())
        self.lines.append(f"<{tag}{said}>{escape(text)}</{tag}>" if text else f"<{tag}{said}/>")

    def box(self, left: float, top: float, width: float, height: float, **looks: object) -> None:
        """A rectangle with round corners."""
        self.add("rect", x=left, y=top, width=width, height=height, **({"rx": 8} | looks))

    def words(self, x: float, y: float, text: str, kind: str = "name", **looks: object) -> None:
        """Text; `y` is the middle of its line."""
        self.add("text", text, x=x, y=y + 5, class_=kind, **looks)

    def wire(self, name: str, points: list[tuple[float, float]], optional: bool = False) -> None:
        """A wire along these points, with a light edge so that it stands out where it crosses another."""
        path = " ".join(f"{'M' if i == 0 else 'L'}{x} {y}" for i, (x, y) in enumerate(points))
        dashes = {"stroke_dasharray": "9 6"} if optional else {}
        self.add("path", d=path, class_="edge")
        self.add("path", d=path, class_="wire", stroke=COLOURS[name], **dashes)

    def dot(self, x: float, y: float, name: str) -> None:
        """Two wires are joined here."""
        self.add("circle", cx=x, cy=y, r=5.5, fill=COLOURS[name])

    def tag(self, x: float, y: float, text: str, name: str) -> None:
        """The name of a wire, on it."""
        width = 12 + 9.4 * len(text)
        self.box(x - width / 2, y - 11, width, 22, rx=11, fill=PAPER, stroke=COLOURS[name], stroke_width=1.5)
        self.words(x, y, text, "tag", style=f"fill:{COLOURS[name]}")


def draw(pin: dict[str, int]) -> str:
    """The whole picture."""
    drawing = Drawing()
    drawing.box(1, 1, WIDTH - 2, HEIGHT - 2, rx=18, fill=PAPER, stroke="#c9ced6", stroke_width=2)
    drawing.words(32, 36, "Wiring of a Porchlight door", "heading")
    parts = modules(pin)
    _draw_rails(drawing, parts)
    _draw_signals(drawing, parts, pin)
    _draw_board(drawing, pin)
    for part in parts:
        _draw_module(drawing, part)
    _draw_legend(drawing, pin)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        ' role="img" aria-label="Wiring of a Porchlight door: the same connections stand in the table below it">'
    )
    return "\n".join([head, f"<style>{_STYLE}</style>", *drawing.lines, "</svg>", ""])


_STYLE = (
    f"text{{font-family:'DejaVu Sans',Verdana,'Segoe UI',Arial,sans-serif;fill:{INK}}}"
    ".heading{font-size:25px;font-weight:700}.title{font-size:18px;font-weight:700}"
    ".name{font-size:16px}.strong{font-size:16px;font-weight:700}"
    f".small{{font-size:14px;fill:{MUTED}}}.pin{{font-size:13px;fill:{MUTED}}}"
    ".tag{font-size:14px;font-weight:700;text-anchor:middle}.shown{font:14px monospace;fill:#8ef0a8}"
    ".onboard{font-size:14px;fill:#fff}.quiet{font-size:14px;fill:#a9c5b8}.used{font-size:15px;font-weight:700;fill:#fff}"
    f".wire{{fill:none;stroke-width:4.5;stroke-linejoin:round}}.edge{{fill:none;stroke:{PAPER};stroke-width:9}}"
)


def _draw_rails(drawing: Drawing, parts: tuple[Module, ...]) -> None:
    """Power: from the board over the top to three rails at the left, and from these into each module."""
    left, _, width, _ = _BOARD
    taps = {rail: [y for part in parts for tapped, _, y in part.power if tapped == rail] for rail in _RAILS}
    for pin_name, rail, turn in (("VBUS", "5V", left + width + 70), ("3V3", "3V3", left + width + 46)):
        y = level(pin_name)
        corners = [(left + width, y), (turn, y), (turn, _OVER[rail]), (_RAILS[rail], _OVER[rail])]
        drawing.wire(rail, [*corners, (_RAILS[rail], max(taps[rail]))], optional=rail == "5V")
    ground = level("GND")
    drawing.wire("GND", [(left, ground), (_RAILS["GND"], ground), (_RAILS["GND"], max(taps["GND"]))])
    for part in parts:
        for rail, _, y in part.power:
            drawing.wire(rail, [(_RAILS[rail], y), (_MODULE[0], y)], optional=part.optional)
    for part in parts:
        for rail, _, y in part.power:
            drawing.dot(_RAILS[rail], y, rail)
    for rail, words in (("5V", "5 V"), ("3V3", "3.3 V")):
        drawing.tag(500, _OVER[rail], words, rail)
    drawing.tag(500, ground, "GND", "GND")


_TAGS = {"BUTTON": (520, 304), "RELAY": (500, 868), "BUZZER": (500, 1012)}
"""Where the names of wires stand that do not go straight."""


def _draw_signals(drawing: Drawing, parts: tuple[Module, ...], pin: dict[str, int]) -> None:
    """From each pin to its module; what the display shares with the camera branches off."""
    edge, pin_edge = sum(_MODULE), _BOARD[0]
    lanes = {"BUTTON": 586, "SDA": 456, "SCL": 480, "RELAY": 562, "BUZZER": 586}
    done: dict[str, int] = {}
    ordered = sorted(parts, key=lambda part: part.optional)
    for part in ordered:
        for wire, _, y in part.signals:
            start = done.get(wire)
            if start is None:
                start = done[wire] = level(f"GP{pin[wire]}")
                lane = lanes.get(wire, edge)
                points = [(pin_edge, start), (lane, start), (lane, y), (edge, y)] if start != y else []
                drawing.wire(wire, points or [(pin_edge, y), (edge, y)], part.optional)
            else:
                drawing.wire(wire, [(lanes[wire], start), (lanes[wire], y), (edge, y)], part.optional)
                drawing.dot(lanes[wire], start, wire)
    for wire, y in done.items():
        drawing.tag(*_TAGS.get(wire, (532, y)), wire.lower() if wire in _TAGS else wire, wire)


def _draw_board(drawing: Drawing, pin: dict[str, int]) -> None:
    left, top, width, height = _BOARD
    drawing.box(left, top, width, height, rx=14, fill="#14523f", stroke="#0c3a2c", stroke_width=2)
    middle = left + width / 2
    drawing.box(middle - 38, top - 14, 76, 46, rx=5, fill="#c4cad1", stroke="#8c959f", stroke_width=2)
    drawing.words(middle, top + 9, "USB", "strong", text_anchor="middle")
    drawing.box(middle - 33, 404, 66, 66, rx=5, fill="#1c1f23")
    drawing.words(middle, 437, "RP2040", "onboard", text_anchor="middle")
    drawing.box(middle - 33, 664, 66, 66, rx=5, fill="#1c1f23")
    drawing.words(middle, 697, "W5100S", "onboard", text_anchor="middle")
    drawing.add("circle", cx=middle - 48, cy=206, r=7, fill="#8ef0a8")
    drawing.words(middle - 35, 199, "status light", "onboard", text_anchor="start", style="font-size:12px")
    drawing.words(middle - 35, 215, f"GP{pin['LED']}", "quiet", text_anchor="start", style="font-size:12px")
    drawing.box(middle - 32, 242, 44, 24, rx=5, fill="#e9edf0")
    drawing.words(middle - 10, 279, "BOOTSEL", "quiet", text_anchor="middle", style="font-size:12px")
    drawing.box(middle - 74, 904, 148, 124, rx=6, fill="#c4cad1", stroke="#8c959f", stroke_width=2)
    drawing.words(middle, 950, "Ethernet", "strong", text_anchor="middle")
    drawing.words(middle, 974, "RJ45", "small", text_anchor="middle")
    _draw_pins(drawing, pin)


def _draw_pins(drawing: Drawing, pin: dict[str, int]) -> None:
    left, _, width, _ = _BOARD
    uses = {f"GP{number}": wire for wire, number in pin.items() if wire != "LED"}
    uses |= {"3V3": "3V3", "VBUS": "5V"}
    for side, x, inwards, anchor in ((LEFT, left, 1, "start"), (RIGHT, left + width, -1, "end")):
        for place, name in enumerate(side):
            y = _FIRST + _PITCH * place
            first_ground = side is LEFT and place == LEFT.index("GND")
            wire = "GND" if first_ground else uses.get(name)
            fill = COLOURS[wire] if wire else "#d8b25a"
            drawing.add("circle", cx=x, cy=y, r=9 if wire else 7, fill=fill, stroke="#fff", stroke_width=2)
            taken = name in ETHERNET
            kind = "used" if wire else "quiet"
            drawing.words(x + 18 * inwards, y, name, kind, text_anchor=anchor, **({"opacity": 0.65} if taken else {}))
            number = place + 1 if side is LEFT else 40 - place
            outside = x - 14 * inwards
            if wire:
                drawing.box(outside - (22 if inwards > 0 else 0), y - 22, 22, 17, rx=4, fill=PAPER, opacity=0.9)
            lift = -14 if wire else 0
            drawing.words(
                outside + (-3 if inwards > 0 else 3), y + lift, str(number), "pin",
                text_anchor="end" if inwards > 0 else "start",
            )  # fmt: skip
    drawing.words(left + width + 56, level("GP19") - 10, "taken by the", "small")
    drawing.words(left + width + 56, level("GP19") + 10, "Ethernet chip", "small")
    bracket = left + width + 46
    drawing.add("path", d=f"M{bracket - 4} {level('GP21')} H{bracket} V{level('GP16')} H{bracket - 4}", fill="none",
                stroke=MUTED, stroke_width=1.5)  # fmt: skip


def _draw_module(drawing: Drawing, part: Module) -> None:
    left, width = _MODULE
    dashes = {"stroke_dasharray": "9 6"} if part.optional else {}
    drawing.box(left, part.top, width, part.height, fill=CARD, stroke=INK, stroke_width=2, **dashes)
    drawing.words(left + width / 2, part.top + 21, part.title, "title", text_anchor="middle")
    if part.remark:
        drawing.words(left + width / 2, part.top + 41, part.remark, "small", text_anchor="middle")
    for wire, name, y in part.signals:
        drawing.add("circle", cx=left + width, cy=y, r=6, fill=COLOURS[wire], stroke="#fff", stroke_width=1.5)
        drawing.words(left + width - 14, y, name, "strong", text_anchor="end")
    for rail, name, y in part.power:
        drawing.add("circle", cx=left, cy=y, r=6, fill=COLOURS[rail], stroke="#fff", stroke_width=1.5)
        drawing.words(left + 14, y, name, "strong")
    _decorate(drawing, part)


def _decorate(drawing: Drawing, part: Module) -> None:
    middle = _MODULE[0] + _MODULE[1] / 2
    if part.title.startswith("ArduCAM"):
        for radius, fill in ((46, "#dfe4e8"), (34, "#30363d"), (17, "#52606d"), (6, "#9fb3c8")):
            drawing.add("circle", cx=middle - 8, cy=650, r=radius, fill=fill)
    if part.title.startswith("Text"):
        drawing.box(middle - 62, 393, 124, 44, rx=5, fill="#10261f")
        drawing.words(middle, 415, "On my way!", "shown", text_anchor="middle")
    if part.title == "Bell button":
        drawing.add("path", d=f"M{middle - 36} 308 H{middle - 18} L{middle + 14} 292 M{middle + 18} 308 H{middle + 36}",
                    fill="none", stroke=INK, stroke_width=3)  # fmt: skip
    if part.title == "Relay module":
        drawing.words(middle, 884, "10 kΩ between", "small", text_anchor="middle")
        drawing.words(middle, 902, "IN and GND", "small", text_anchor="middle")
    if part.title == "Buzzer":
        drawing.add("circle", cx=middle, cy=1020, r=19, fill="#30363d")
        drawing.add("circle", cx=middle, cy=1020, r=5, fill=PAPER)


def _draw_legend(drawing: Drawing, pin: dict[str, int]) -> None:
    left = 972
    drawing.words(left, 230, "Wires", "title")
    entries = [("3V3", "3.3 V, pin 36"), ("GND", "ground, any GND pin"), ("5V", "5 V, pin 40")]
    named = {"SDA": "I2C data", "SCL": "I2C clock", "SCK": "SPI clock", "MOSI": "to the camera",
             "MISO": "from the camera", "CS": "camera select", "BUTTON": "bell button", "RELAY": "relay",
             "BUZZER": "buzzer"}  # fmt: skip
    entries += [(wire, f"GP{pin[wire]}, {words}") for wire, words in named.items()]
    for place, (wire, words) in enumerate(entries):
        y = 266 + 27 * place
        drawing.add("path", d=f"M{left} {y} h30", stroke=COLOURS[wire], stroke_width=5)
        drawing.words(left + 40, y, words, "small", style=f"fill:{INK}")
    y = 266 + 27 * len(entries)
    drawing.add("path", d=f"M{left} {y} h30", stroke=INK, stroke_width=3, stroke_dasharray="7 4")
    drawing.words(left + 40, y, "dashed: optional", "small", style=f"fill:{INK}")
    _draw_notes(drawing, left)


_NOTES = (
    "Seen from above, with the",
    "USB connector on top. The",
    "small numbers count the",
    "pins; check the names",
    "against the print on",
    "your board.",
    "",
    "No more than 3.3 V may",
    "reach any GP pin.",
)


def _draw_notes(drawing: Drawing, left: int) -> None:
    for place, words in enumerate(_NOTES):
        drawing.words(left, 840 + 20 * place, words, "small")


def main() -> None:
    """Write the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--into", type=Path, default=PICTURE)
    parser.parse_args().into.write_text(draw(pins()), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
