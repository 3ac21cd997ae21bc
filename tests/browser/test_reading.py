"""What is read of a page without a browser: enough to tell whether a browser must open it."""

import pytest

from tests.browser.reading import Reading

PAGE = '<main class="b a"><p>Bonjour, <a href="../2" aria-label="La page 2">deux</a></p><img src="x"><p>Au revoir</p></main>'


def shape_of(html: str) -> set[str]:
    return Reading(html, "http://ville.example/pages/1").shape


def test_other_words_and_more_of_the_same_are_nothing_new() -> None:
    longer = '<main class="a b"><p>Salut</p><p><a href="/9" aria-label="La page 9">neuf</a></p><img src="y"><p>Fin</p></main>'

    assert shape_of(longer) == shape_of(PAGE)
    assert shape_of(PAGE.replace("Bonjour", "Bonsoir").replace("La page 2", "La suite")) == shape_of(PAGE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('class="b a"', 'class="b a c"'),
        ("<p>Au revoir</p>", "<p hidden>Au revoir</p>"),
        ("<p>Au revoir</p>", '<p role="alert">Au revoir</p>'),
        ("<p>Au revoir</p>", '<p data-live="faits">Au revoir</p>'),
        ("<p>Au revoir</p>", "<div><p>Au revoir</p></div>"),
        ('<img src="x">', '<input type="text">'),
    ],
)
def test_an_element_of_another_kind_or_elsewhere_is_new(old: str, new: str) -> None:
    assert not shape_of(PAGE.replace(old, new)) <= shape_of(PAGE)


def test_links_are_followed_from_where_the_page_is_and_files_left() -> None:
    html = PAGE + '<a href="/carnet" download>Carnet</a><svg><a href="/plan#nord"><circle/></a></svg>'

    assert Reading(html, "http://ville.example/pages/1").links == [
        "http://ville.example/2",
        "http://ville.example/plan#nord",
    ]
