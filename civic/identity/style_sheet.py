"""The town's colours as a style sheet of our own: a pure function of the colours, so that its address says all of it."""

import hashlib
from functools import lru_cache

from civic.identity.rules import DARK, LIGHT, Half, Shades, Theme, shades_of

Colours = tuple[tuple[Half, str], ...]
"""The halves that have a colour of the town's own, each with it."""

DARK_SCREEN = "screen and (prefers-color-scheme: dark)"


@lru_cache(maxsize=32)
def write_style_sheet(colours: Colours, *, is_light: bool = True, is_dark: bool = True) -> str:
    """Return the properties that replace those of tokens.css and tokens-dark.css.

    Args:
        is_light, is_dark: the themes that the reader may see; both when her device decides.
    """
    light = _rule(":root", colours, LIGHT)
    dark = _rule(":root", colours, DARK)
    if is_light and is_dark:
        return f"{light}@media {DARK_SCREEN} {{\n{dark}}}\n"
    return light if is_light else f"{light}@media screen {{\n{dark}}}\n"  # on paper, always light


def write_preview(colours: Colours, *, light_tokens: str, dark_tokens: str) -> str:
    """Return both themes, each within a class, so that a page shows them side by side whatever the reader's own is."""
    accent = "".join(
        f"--accent{suffix}: var(--participation{suffix}); " for suffix in ("", "-strong", "-soft")
    )
    return "\n".join(
        (
            light_tokens.replace(":root", ".theme-light"),
            dark_tokens.replace(":root", ".theme-dark"),
            f".theme-dark {{ {accent}}}",
            _rule(".theme-light", colours, LIGHT),
            _rule(".theme-dark", colours, DARK),
        )
    )


def fingerprint(sheet: str) -> str:
    return hashlib.sha256(sheet.encode()).hexdigest()[:12]


def _rule(selector: str, colours: Colours, theme: Theme) -> str:
    lines = [line for half, colour in colours for line in _properties(half, shades_of(colour, theme))]
    return f"{selector} {{\n" + "".join(f"    {line}\n" for line in lines) + "}\n"


def _properties(half: Half, shades: Shades) -> tuple[str, ...]:
    return (
        f"--{half}: {shades.accent};",
        f"--{half}-strong: {shades.strong};",
        f"--{half}-soft: {shades.soft};",
    )
