"""How Word text looks: run, then paragraph style, then what that is based on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from lading.cv.engine.document import Hidden
from lading.cv.engine.extract.package import w

_WHITE = 255 - 24
_TINY = 4.0
#: a chain of styles that is longer goes in a circle
_DEEPEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a run looks; None is not said."""

    size: float | None = None
    bold: bool | None = None
    vanish: bool | None = None
    #: RRGGBB
    colour: str | None = None
    #: shading behind the text, RRGGBB
    ground: str | None = None
    #: 1 to 6 for a heading
    heading: int = 0
    listed: bool = False

    def over(self, below: Look) -> Look:
        """Return this look, and where it says nothing the one below."""
        return Look(
            size=below.size if self.size is None else self.size,
            bold=below.bold if self.bold is None else self.bold,
            vanish=below.vanish if self.vanish is None else self.vanish,
            colour=below.colour if self.colour is None else self.colour,
            ground=below.ground if self.ground is None else self.ground,
            heading=self.heading or below.heading,
            listed=self.listed or below.listed,
        )

    @property
    def hidden(self) -> Hidden:
        """Why a person does not see it."""
        if self.vanish:
            return Hidden.MARKED
        if self.size is not None and 0 < self.size < _TINY:
            return Hidden.TINY
        if self.colour and (self.colour == self.ground or (not self.ground and _is_white(self.colour))):
            return Hidden.COLOUR
        return Hidden.NO


def look_of(properties: Element | None) -> Look:
    """Return what an `rPr` says."""
    if properties is None:
        return Look()
    size = value_of(properties, "sz")
    return Look(
        size=int(size) / 2 if size and size.isdigit() else None,
        bold=_switch(properties, "b"),
        vanish=_switch(properties, "vanish"),
        colour=_colour(value_of(properties, "color")),
        ground=_shade(properties),
    )


def paragraph_look(properties: Element | None) -> Look:
    """Return what a `pPr` says by itself: outline level, list, shading."""
    if properties is None:
        return Look()
    level = value_of(properties, "outlineLvl")
    number = properties.find(f"{w('numPr')}/{w('numId')}")
    return Look(
        heading=int(level) + 1 if level and level.isdigit() and int(level) < 6 else 0,  # noqa: PLR2004 - 9 is body text
        listed=number is not None and number.get(w("val")) != "0",
        ground=_shade(properties),
    )


def value_of(properties: Element, name: str) -> str | None:
    """Return the `val` of a property, or None."""
    found = properties.find(w(name))
    return None if found is None else found.get(w("val"))


class Styles:
    """The styles of one document."""

    def __init__(self, root: Element | None) -> None:
        self._styles = {style.get(w("styleId"), ""): style for style in _all(root, "style")}
        default = root.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}") if root is not None else None
        self._default = look_of(default)
        self._normal = next(
            (key for key, s in self._styles.items() if s.get(w("default")) == "1" and s.get(w("type")) == "paragraph"),
            "",
        )

    def look(self, style: str | None) -> Look:
        """Return the look of a style with all that it is based on; None is the default paragraph style."""
        look, name = Look(), style or self._normal
        for _ in range(_DEEPEST):
            element = self._styles.get(name)
            if element is None:
                break
            own = look_of(element.find(w("rPr"))).over(paragraph_look(element.find(w("pPr"))))
            look = look.over(replace(own, heading=own.heading or _heading(element)))
            name = value_of(element, "basedOn") or ""
        return look.over(self._default)


def _heading(style: Element) -> int:
    """Return the level of a built-in heading style, by its name in the file, which Word never translates."""
    name = (value_of(style, "name") or "").lower()
    if name == "title":
        return 1
    kind, _, level = name.partition(" ")
    return int(level) if kind == "heading" and level in set("123456") else 0


def _all(root: Element | None, name: str) -> list[Element]:
    return [] if root is None else root.findall(w(name))


def _switch(properties: Element, name: str) -> bool | None:
    found = properties.find(w(name))
    return None if found is None else found.get(w("val")) not in {"0", "false", "off", "none"}


def _shade(properties: Element) -> str | None:
    shade = properties.find(w("shd"))
    return None if shade is None else _colour(shade.get(w("fill")))


def _colour(text: str | None) -> str | None:
    return None if not text or text.lower() == "auto" else text.upper()


def _is_white(colour: str) -> bool:
    try:
        return all(int(colour[at : at + 2], 16) >= _WHITE for at in (0, 2, 4))
    except ValueError:
        return False
