"""SVG drawn by the server: plain shapes and text, no script, no style sheet, nothing from elsewhere.

Presentation attributes are used instead of styles, so that the same drawing stands in a page (whose policy forbids
inline styles), in a file of its own, and in a PDF.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

__all__ = ["FONT", "INK", "LINE", "QUIET", "Drawing", "clean", "text_width", "wrapped"]

INK, QUIET, LINE = "#171a2b", "#4f5a68", "#b5bcc6"
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
#: Mean width of a character as share of the size of the letters; generous, so that estimated texts fit.
_MEAN_WIDTH = 0.54


def text_width(text: str, size: float) -> float:
    """Estimate the width of a text in the unit of its size."""
    return len(text) * size * _MEAN_WIDTH


def wrapped(text: str, size: float, width: float) -> list[str]:
    """Lines of a text that fit a width; a word that is too long for a line is cut."""
    most = max(4, int(width / (size * _MEAN_WIDTH)))
    lines: list[str] = []
    line = ""
    for word in text.split():
        while len(word) > most:
            if line:
                lines.append(line)
            line = ""
            lines.append(word[:most])
            word = word[most:]  # noqa: PLW2901 - cut piece by piece
        if line and len(line) + 1 + len(word) > most:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line] if line else lines


def clean(text: str) -> str:
    """Text without what XML cannot hold."""
    return "".join(each for each in text if each in "\t\n\r" or unicodedata.category(each) not in ("Cc", "Cs", "Cn"))


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


class Drawing:
    """A picture of ``width`` × ``height`` units; what is drawn later lies above what was drawn before."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []
        self._definitions: list[str] = []

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str, *, stroke: str = "none", name: str = ""
    ) -> None:
        """Draw a rectangle; ``name`` is shown by browsers when a pointer rests on it."""
        at = f'x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" height="{_number(height)}"'
        self._add("rect", f'{at} fill="{fill}" stroke="{stroke}"', name)

    def line(self, start: tuple[float, float], end: tuple[float, float], stroke: str = LINE, width: float = 1) -> None:
        """Draw a straight line."""
        at = f'x1="{_number(start[0])}" y1="{_number(start[1])}" x2="{_number(end[0])}" y2="{_number(end[1])}"'
        self._add("line", f'{at} stroke="{stroke}" stroke-width="{_number(width)}"')

    def polyline(self, points: Iterable[tuple[float, float]], stroke: str, width: float = 2) -> None:
        """Draw a line through points."""
        at = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
        self._add("polyline", f'points="{at}" fill="none" stroke="{stroke}" stroke-width="{_number(width)}"')

    def circle(
        self, x: float, y: float, radius: float, fill: str, *, edge: str = "", opacity: float = 1, name: str = ""
    ) -> None:
        """Draw a circle."""
        at = f'cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}"'
        stroke = f' stroke="{edge}"' if edge else ""
        seen = f' fill-opacity="{opacity:.2f}"' if opacity < 1 else ""
        self._add("circle", f'{at} fill="{fill}"{seen}{stroke}', name)

    def path(
        self, d: str, *, fill: str = "none", stroke: str = "none", width: float = 1, dash: str = "", opacity: float = 1,
        name: str = "",
    ) -> None:  # fmt: skip
        """Draw a path of SVG commands, holes by the even-odd rule."""
        extra = f' stroke-dasharray="{dash}"' if dash else ""
        extra += f' opacity="{opacity:.2f}"' if opacity < 1 else ""
        look = f'fill="{fill}" fill-rule="evenodd" stroke="{stroke}" stroke-width="{_number(width)}"'
        self._add("path", f'd="{d}" {look} stroke-linejoin="round"{extra}', name)

    def text(
        self, x: float, y: float, text: str, *, size: float = 12, fill: str = INK, anchor: str = "start",
        bold: bool = False, halo: str = "",
    ) -> None:  # fmt: skip
        """Write one line; ``y`` is its base line. ``halo`` is the colour of an edge that lifts it off the ground."""
        weight = ' font-weight="700"' if bold else ""
        if halo:  # drawn below the letters: not every program knows paint-order
            edge = f'stroke="{halo}" stroke-width="{_number(size / 5)}" stroke-linejoin="round" aria-hidden="true"'
            look = f'font-size="{_number(size)}" fill="{halo}" text-anchor="{anchor}"{weight} {edge}'
            self._parts.append(f'<text x="{_number(x)}" y="{_number(y)}" {look}>{escape(clean(text))}</text>')
        look = f'font-size="{_number(size)}" fill="{fill}" text-anchor="{anchor}"{weight}'
        at = f'x="{_number(x)}" y="{_number(y)}"'
        self._parts.append(f"<text {at} {look}>{escape(clean(text))}</text>")

    def lines(self, x: float, y: float, lines: Sequence[str], *, size: float = 12, fill: str = INK) -> float:
        """Write several lines below each other; return the base line below the last one."""
        for number, each in enumerate(lines):
            self.text(x, y + number * size * 1.35, each, size=size, fill=fill)
        return y + len(lines) * size * 1.35

    def hatching(self) -> str:
        """Define the pattern of areas without a value, once; return what to fill with."""
        if not self._definitions:
            self._definitions.append(
                '<pattern id="no-value" width="6" height="6" patternUnits="userSpaceOnUse">'
                '<rect width="6" height="6" fill="#f6f6f4"/><path d="M0 6L6 0" stroke="#a9a9a2"/></pattern>'
            )
        return "url(#no-value)"

    def place(self, other: Drawing, x: float, y: float, *, scale: float = 1) -> None:
        """Put another drawing into this one; what reaches beyond its edges is cut off."""
        self._definitions += [each for each in other._definitions if each not in self._definitions]
        wide, high = _number(other.width * scale), _number(other.height * scale)
        at = f'x="{_number(x)}" y="{_number(y)}" width="{wide}" height="{high}"'
        box = f' viewBox="0 0 {_number(other.width)} {_number(other.height)}"' if scale != 1 else ""
        self._parts.append(f'<svg {at}{box} overflow="hidden">{"".join(other._parts)}</svg>')

    def svg(self, *, title: str, description: str = "") -> str:
        """Whole picture as SVG text, named and described for readers who do not see it."""
        label = quoteattr(clean(f"{title}. {description}".strip(". ")))
        box = f'viewBox="0 0 {_number(self.width)} {_number(self.height)}"'
        size = f'width="{_number(self.width)}" height="{_number(self.height)}"'
        defined = f"<defs>{''.join(self._definitions)}</defs>" if self._definitions else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {box} {size} role="img" aria-label={label} '
            f'font-family="{FONT}">{defined}{"".join(self._parts)}</svg>'
        )

    def _add(self, tag: str, attributes: str, name: str = "") -> None:
        told = f"<title>{escape(clean(name))}</title>" if name else ""
        self._parts.append(f"<{tag} {attributes}>{told}</{tag}>" if told else f"<{tag} {attributes}/>")
