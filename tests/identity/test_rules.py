"""Whatever colour a town chooses, every pair that the pages show can be read."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.identity.rules import (
    DARK,
    LEAST_CONTRAST,
    LIGHT,
    LIGHTNESS_STEP,
    ORIGINAL,
    Half,
    Theme,
    are_similar,
    contrast,
    from_oklch,
    is_readable,
    nearest_readable,
    read_colour,
    shades_of,
    to_oklch,
    weakest_contrast,
)
from tests.test_architecture import ROOT

colours = st.builds(lambda number: f"#{number:06x}", st.integers(0, 0xFFFFFF))
many = settings(max_examples=50, deadline=None)


def tokens(name: str) -> dict[str, str]:
    sheet = (ROOT / "static" / "css" / name).read_text(encoding="utf-8")
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", sheet.partition("@media print")[0]))


@pytest.mark.parametrize(("theme", "name"), [(LIGHT, "tokens.css"), (DARK, "tokens-dark.css")])
def test_the_rules_know_the_grounds_and_inks_of_the_style_sheets(theme: Theme, name: str) -> None:
    sheet = tokens(name)

    assert theme == Theme(
        **{field: sheet[field.replace("_", "-")] for field in Theme.__dataclass_fields__},
    )
    if theme is LIGHT:
        assert {half: sheet[half] for half in Half} == ORIGINAL


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#777777", "#ffffff") == pytest.approx(
        4.48, abs=0.005
    )  # the well-known grey that just fails
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("#0A5A60", "#0a5a60"),
        ("0a5a60", "#0a5a60"),
        (" #abc ", "#aabbcc"),
        ("rouge", None),
        ("#12345", None),
        ("", None),
    ],
)
def test_a_colour_is_read_as_a_designer_types_it(typed: str, read: str | None) -> None:
    assert read_colour(typed) == read


@many
@given(colours)
def test_a_colour_is_found_again_after_a_turn_through_oklch(colour: str) -> None:
    back = from_oklch(*to_oklch(colour))

    assert all(abs(int(colour[i : i + 2], 16) - int(back[i : i + 2], 16)) <= 1 for i in (1, 3, 5))


@many
@given(colours)
def test_the_nearest_colour_passes_and_a_lighter_one_would_not(colour: str) -> None:
    nearest = nearest_readable(colour)

    assert is_readable(nearest)
    if is_readable(colour):
        assert nearest == colour
    else:
        lightness, chroma, hue = to_oklch(colour)
        lighter = from_oklch(min(lightness, to_oklch(nearest)[0] + 2 * LIGHTNESS_STEP), chroma, hue)
        assert not is_readable(lighter)


@many
@given(colours)
def test_every_pair_of_the_style_sheets_passes_in_light_and_in_the_dark(colour: str) -> None:
    chosen = nearest_readable(colour)
    for theme in (LIGHT, DARK):
        shades = shades_of(chosen, theme)
        texts_on_grounds = [
            (text, ground) for text in (shades.accent, shades.strong) for ground in theme.grounds
        ]
        labels_on_buttons = [(theme.on_accent, button) for button in (shades.accent, shades.strong)]
        texts_on_soft = [
            (text, shades.soft)
            for text in (shades.accent, shades.strong, theme.ink, theme.ink_soft, theme.danger)
        ]
        for text, ground in [*texts_on_grounds, *labels_on_buttons, *texts_on_soft]:
            assert contrast(text, ground) >= LEAST_CONTRAST, (theme, text, ground)


@pytest.mark.parametrize("name", ["tokens.css", "tokens-dark.css"])
@pytest.mark.parametrize("half", list(Half))
def test_the_original_colours_pass_as_a_chosen_one_must(name: str, half: Half) -> None:
    sheet, theme = tokens(name), LIGHT if name == "tokens.css" else DARK
    accent, strong, soft = (sheet[half + suffix] for suffix in ("", "-strong", "-soft"))

    pairs = [(text, ground) for text in (accent, strong) for ground in (*theme.grounds, soft)]
    pairs += [
        (theme.on_accent, accent),
        (theme.on_accent, strong),
        (theme.ink_soft, soft),
        (theme.danger, soft),
    ]
    assert [pair for pair in pairs if contrast(*pair) < LEAST_CONTRAST] == []


def test_a_yellow_is_offered_a_dark_gold_and_not_another_hue() -> None:
    nearest = nearest_readable("#ffd500")

    assert weakest_contrast("#ffd500") < 1.5
    assert abs(to_oklch(nearest)[2] - to_oklch("#ffd500")[2]) < 0.1
    assert 4.5 <= weakest_contrast(nearest) < 4.7


def test_colours_that_look_alike_are_noticed() -> None:
    assert are_similar("#0a5a60", "#0a6068")
    assert not are_similar(*ORIGINAL.values())
    assert all(not are_similar(one, other) for one, other in pairwise(["#0a5a60", "#a43c1a", "#4b2e83"]))
