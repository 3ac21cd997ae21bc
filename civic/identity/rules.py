"""The colours that a town may choose, and the shades derived from them.

Contrast is WCAG 2.2's (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio, with relative luminance as it defines it for sRGB). Lightness, chroma
and hue are those of OKLCH (Björn Ottosson, « A perceptual color space for image processing », 2020): the same hue made darker or
lighter there still looks like the same hue.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

LEAST_CONTRAST = 4.5
"""Of text on its ground (WCAG 2.2, 1.4.3, level AA)."""

LIGHTNESS_STEP = 0.004
"""How finely a lightness that passes is looked for, on OKLCH's scale from 0 to 1: too little for an eye to see."""

SIMILAR_DISTANCE = 0.08
"""Two colours nearer than this in OKLab are hard to tell apart side by side."""

_TYPED = re.compile(r"^#?([0-9a-f]{3}|[0-9a-f]{6})$", re.I)


class Half(StrEnum):
    PARTICIPATION = "participation"
    SOLIDARITY = "solidarity"


@dataclass(frozen=True)
class Theme:
    """What lies under and over the town's colours, in light or in the dark: tokens.css and tokens-dark.css, and a test compares them."""

    paper: str
    surface: str
    sunken: str
    ink: str
    ink_soft: str
    danger: str
    on_accent: str
    sun_soft: str
    success_soft: str
    info_soft: str
    warning_soft: str
    danger_soft: str

    @property
    def grounds(self) -> tuple[str, ...]:
        """Whatever a link or a quiet button may stand on: the page, cards and wells, the banner, each tone of a message."""
        tones = (self.success_soft, self.info_soft, self.warning_soft, self.danger_soft)
        return (self.paper, self.surface, self.sunken, self.sun_soft, *tones)


LIGHT = Theme(
    paper="#fbf7ef",
    surface="#fffefb",
    sunken="#f3ebdd",
    ink="#1c2b30",
    ink_soft="#4c5a5e",
    danger="#a51c2b",
    on_accent="#fffefb",
    sun_soft="#fbefd2",
    success_soft="#e0f0e1",
    info_soft="#e1ecf7",
    warning_soft="#fcefcf",
    danger_soft="#fbe3e2",
)
DARK = Theme(
    paper="#121a1c",
    surface="#1a2527",
    sunken="#0d1416",
    ink="#f0e9dd",
    ink_soft="#b9b8ae",
    danger="#ff9f9b",
    on_accent="#0c1a1c",
    sun_soft="#3b2f16",
    success_soft="#16331f",
    info_soft="#172f47",
    warning_soft="#3a2b0d",
    danger_soft="#471d20",
)

ORIGINAL = {Half.PARTICIPATION: "#0a5a60", Half.SOLIDARITY: "#a43c1a"}
"""The colours of a town that has chosen none."""


@dataclass(frozen=True)
class Shades:
    """A colour in one theme: itself, a stronger one (under the pointer, and for text on the soft one), and a soft ground."""

    accent: str
    strong: str
    soft: str


# Reading and measuring


def read_colour(typed: str) -> str | None:
    """Return a colour as ``#rrggbb`` from what was typed (with or without #, three or six digits), or None."""
    found = _TYPED.match(typed.strip())
    if found is None:
        return None
    digits = found.group(1).lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def _channels(colour: str) -> tuple[float, float, float]:
    """Return the linear light of red, green and blue, from 0 to 1."""
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return _linear(red), _linear(green), _linear(blue)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    red, green, blue = _channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def weakest_contrast(colour: str) -> float:
    """Return the lowest contrast of a chosen colour where pages use it: as text on each ground, and as a button under its label."""
    return min(contrast(colour, ground) for ground in (*LIGHT.grounds, LIGHT.on_accent))


def is_readable(colour: str) -> bool:
    return weakest_contrast(colour) >= LEAST_CONTRAST


def are_similar(one: str, other: str) -> bool:
    return math.dist(_oklab(one), _oklab(other)) < SIMILAR_DISTANCE


# OKLCH


def _oklab(colour: str) -> tuple[float, float, float]:
    red, green, blue = _channels(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def to_oklch(colour: str) -> tuple[float, float, float]:
    """Return lightness (0 to 1), chroma (0 to about 0.32) and hue (radians)."""
    lightness, a, b = _oklab(colour)
    return lightness, math.hypot(a, b), math.atan2(b, a)


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """Return the colour, its chroma lowered as far as a screen needs to show that lightness."""
    inside, outside = 0.0, chroma
    if _is_shown(_rgb(lightness, chroma, hue)):
        inside = chroma
    else:
        for _ in range(12):
            between = (inside + outside) / 2
            if _is_shown(_rgb(lightness, between, hue)):
                inside = between
            else:
                outside = between
    return "#" + "".join(f"{_byte(channel):02x}" for channel in _rgb(lightness, inside, hue))


def _rgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _is_shown(channels: tuple[float, float, float]) -> bool:
    return all(-0.0001 <= channel <= 1.0001 for channel in channels)


def _byte(channel: float) -> int:
    channel = min(1.0, max(0.0, channel))
    curved = 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
    return round(255 * curved)


# What passes, and what is derived


def _first_that(
    passes: Callable[[str], bool], *, start: float, step: float, chroma: float, hue: float
) -> str:
    """Return the first colour of this hue that passes, from a lightness on, towards black (a negative step) or white."""
    lightness = start
    while 0 < lightness < 1:
        colour = from_oklch(lightness, chroma, hue)
        if passes(colour):
            return colour
        lightness += step
    return "#000000" if step < 0 else "#ffffff"


@lru_cache(maxsize=256)
def nearest_readable(colour: str) -> str:
    """Return the colour itself when it is readable, else the lightest one of the same hue that is."""
    if is_readable(colour):
        return colour
    lightness, chroma, hue = to_oklch(colour)
    return _first_that(is_readable, start=lightness, step=-LIGHTNESS_STEP, chroma=chroma, hue=hue)


def _is_ground_for(theme: Theme, *texts: str) -> Callable[[str], bool]:
    wanted = (*texts, theme.ink, theme.ink_soft, theme.danger)
    return lambda ground: all(contrast(text, ground) >= LEAST_CONTRAST for text in wanted)


@lru_cache(maxsize=64)
def light_shades(accent: str) -> Shades:
    """Return the shades of a readable colour in light."""
    lightness, chroma, hue = to_oklch(accent)
    is_very_dark = lightness < 0.24
    strong = _first_that(
        is_readable,
        start=lightness + 0.1 if is_very_dark else lightness * 0.77,
        step=-LIGHTNESS_STEP,
        chroma=chroma * 0.85,
        hue=hue,
    )
    soft = _first_that(
        _is_ground_for(LIGHT, accent, strong),
        start=0.935,
        step=LIGHTNESS_STEP,
        chroma=min(chroma * 0.27, 0.034),
        hue=hue,
    )
    return Shades(accent, strong, soft)


@lru_cache(maxsize=64)
def dark_shades(colour: str) -> Shades:
    """Return the shades, in the dark, of the colour that was chosen in light."""
    _, chroma, hue = to_oklch(colour)

    def is_readable_in_the_dark(candidate: str) -> bool:
        return all(contrast(candidate, other) >= LEAST_CONTRAST for other in (*DARK.grounds, DARK.on_accent))

    accent = _first_that(
        is_readable_in_the_dark, start=0.79, step=LIGHTNESS_STEP, chroma=min(chroma, 0.11), hue=hue
    )
    strong = _first_that(
        is_readable_in_the_dark, start=0.87, step=LIGHTNESS_STEP, chroma=min(chroma, 0.08), hue=hue
    )
    soft = _first_that(
        _is_ground_for(DARK, accent, strong),
        start=0.32,
        step=-LIGHTNESS_STEP,
        chroma=min(chroma * 0.5, 0.05),
        hue=hue,
    )
    return Shades(accent, strong, soft)


def shades_of(colour: str, theme: Theme) -> Shades:
    return light_shades(colour) if theme is LIGHT else dark_shades(colour)
