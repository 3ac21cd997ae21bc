"""What people write is shown as they meant it, and runs nothing."""

import re

import nh3
import pytest

from civic.kernel.text import clean_line, clean_lines, fold, is_safe_address, markdown_to_html

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java\u200bscript:alert(1))",
    "[a](\x01javascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "[a](//evil.example)",
    "[a](/\\evil.example)",
    "[a](https:evil)",
    "![x](https://evil.example/pixel.png)",
    "<a href='javascript:123'>x</a>",
    '<svg/onload=alert(1)><iframe src="//evil.example">',
    '<https://example.org/"onmouseover=alert(1)>',
    "```\n</code></pre><script>alert(1)</script>\n```",
    "| a |\n|---|\n| <b onclick=x>y</b> |",
]


@pytest.mark.parametrize("source", ATTACKS)
def test_no_attack_leaves_a_tag_a_handler_or_an_address_that_acts(source: str) -> None:
    html = markdown_to_html(source)

    assert not re.search(r"<(script|img|svg|iframe|style|form|input|object)", html, re.I)
    assert not re.search(r"<[^>]*\son\w+\s*=", html, re.I)
    for address in re.findall(r'href="([^"]*)"', html):
        assert re.match(r"(https?://[^/]|mailto:|tel:|/(?![/\\])|#)", address), address
    assert nh3.clean(html, link_rel="nofollow noopener").count("<") == html.count(
        "<"
    )  # another cleaner finds nothing to take away


def test_what_a_councillor_writes_is_kept() -> None:
    html = markdown_to_html(
        "## Le square\n\n« Bonjour » : 3 < 4, **oui**.\n\n- [plan](https://example.org/a?b=1&c=2)\n- [règles](/regles)\n"
    )

    assert "<h2>Le square</h2>" in html
    assert "« Bonjour » : 3 &lt; 4, <strong>oui</strong>." in html
    assert 'href="https://example.org/a?b=1&amp;c=2" rel="nofollow noopener"' in html
    assert 'href="/regles"' in html


def test_cleaning_twice_changes_nothing() -> None:
    text = "  L’été\u00a0!\r\n\r\n\r\n\r\nUne\tligne\u200b \x00 fin  "

    assert clean_lines(clean_lines(text)) == clean_lines(text)
    assert clean_line(clean_line(text)) == clean_line(text)
    assert "\x00" not in clean_lines(text)


def test_texts_are_compared_without_accents_case_or_punctuation() -> None:
    assert fold("  Œuvre d’ÉTÉ : l’Île ! ") == "oeuvre d ete l ile"


@pytest.mark.parametrize(
    "address", ["javascript:123", "//evil", "/\\evil", " https://a.fr", "https:evil", "ht\ttp://a", "data:x"]
)
def test_an_address_that_is_not_plainly_safe_is_refused(address: str) -> None:
    assert not is_safe_address(address)
