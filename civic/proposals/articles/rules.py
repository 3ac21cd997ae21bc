"""A text is cut into articles, at its titles."""

import re
from dataclasses import dataclass

from civic.kernel.errors import N_

MOST_ARTICLES = 60
LONGEST_TITLE, LONGEST_BODY = 140, 10_000

_MARKED = re.compile(r" {0,3}#{1,3}[ \t]+(\S.*)")
_NUMBERED = re.compile(r"\s*(?:\*\*)?(art(?:icle|\.) ?(?:\d{1,3}|premier|unique|1er)\b.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Article:
    title: str
    body: str


def split_text(source: str) -> tuple[list[Article], str]:
    """Cut a text at its titles: a line that begins with « # », or with « Article 3 ».

    Returns:
        The articles, and what stands before the first title.
    """
    before: list[str] = []
    found: list[tuple[str, list[str]]] = []
    for line in source.splitlines():
        title = _title_in(line)
        if title is not None:
            found.append((title, []))
        else:
            (found[-1][1] if found else before).append(line)
    articles = [Article(title, "\n".join(lines).strip()) for title, lines in found]
    return articles, "\n".join(before).strip()


def _title_in(line: str) -> str | None:
    if found := _MARKED.fullmatch(line):
        return found[1].strip(" *#")
    if len(line) <= LONGEST_TITLE and (found := _NUMBERED.fullmatch(line)):
        return found[1].strip(" *")
    return None


def problems_of(source: str) -> list[tuple[str, dict[str, object]]]:
    """Return what stands against a text, as French sentences and what fills them; none when it can be published."""
    articles, before = split_text(source)
    problems: list[tuple[str, dict[str, object]]] = []
    if before:
        problems.append(
            (N_("Le texte commence avant le premier titre : donnez un titre à ce début, ou mettez-le dans la présentation."), {})
        )  # fmt: skip
    if len(articles) > MOST_ARTICLES:
        problems.append(
            (N_("Soixante articles, au plus : ce texte en a %(count)s."), {"count": len(articles)})
        )
    for number, article in enumerate(articles, start=1):
        if not article.body:
            problems.append(
                (N_("L’article %(number)s (« %(title)s ») n’a pas de texte sous son titre."), _named(number, article))
            )  # fmt: skip
        if len(article.title) > LONGEST_TITLE:
            problems.append(
                (N_("Le titre de l’article %(number)s dépasse 140 caractères : « %(title)s »."), _named(number, article))
            )  # fmt: skip
        if len(article.body) > LONGEST_BODY:
            problems.append(
                (N_("L’article %(number)s (« %(title)s ») dépasse 10 000 caractères : coupez-le en deux."), _named(number, article))
            )  # fmt: skip
    return problems


def _named(number: int, article: Article) -> dict[str, object]:
    title = (
        article.title
        if len(article.title) <= LONGEST_TITLE // 2
        else f"{article.title[: LONGEST_TITLE // 2]}…"
    )
    return {"number": number, "title": title}
