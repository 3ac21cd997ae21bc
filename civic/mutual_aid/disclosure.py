"""What somebody wrote in a request that its readers need not know. It warns, and never refuses: she may have her reasons. Pure."""

import re

TITLES = r"(?:Mme|Mlle|Mr|M\.|Madame|Mademoiselle|Monsieur|Dr|Docteur)"
WAYS = r"(?:rue|avenue|boulevard|allée|allee|impasse|chemin|place|quai|cours|route|square)"
HEALTH = (
    r"(?:cancer|chimio|diabèt|diabet|insuline|alzheimer|parkinson|avc\b|infarctus|dépressi|depressi|dialyse|épilep|epilep"
    r"|sclérose|sclerose|démence|demence|vih\b|sida\b|séropositi|handicap|fauteuil roulant|hospitalis|opérée?\b|chirurgi"
    r"|fracture|maladie|malade\b|enceinte\b|entorse|kiné|kine\b|kinési|ostéo|orthophon|psychiatr|psychologue|médecin\b|medecin\b"
    r"|cardiolog|ophtalmo|dentiste|infirmi|hôpital|hopital|hôpitaux|clinique|urgences\b|radiothérap|ordonnance|perfusion)"
)
STREETS = (
    r"(?:rue|avenue|boulevard|allée|allee|impasse|chemin|quai)\s+(?:de\s|du\s|des\s|d[’']|(?-i:[A-ZÀ-Ý]))"
)

PRIVATE = (
    re.compile(r"(?:\+33\s?|\b0)[1-9](?:[\s.\-]?\d{2}){4}\b"),
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w"),
    re.compile(rf"(?<!\w){TITLES}\s+[A-ZÀ-Ý][\w’'-]+"),
    re.compile(rf"\b\d+\s?(?:bis|ter)?,?\s+{WAYS}\b[^,.\n]*", re.IGNORECASE),
    re.compile(rf"\b{STREETS}[^,.\n]*", re.IGNORECASE),
    re.compile(
        r"\b(?:digicode|interphone|boîte à clés?|code)\b[^.\n]{0,20}?\b[A-Z]?\d{3,6}[A-Z]?\b", re.IGNORECASE
    ),
    re.compile(r"\b(?:digicode|interphone|boîte à clés?|sonne[rz] \w+ coups?)", re.IGNORECASE),
    re.compile(rf"\b{HEALTH}\w*", re.IGNORECASE),
)
"""A telephone number, an e-mail address, somebody's name, a street, what opens a door, an illness."""


def find_private(*texts: str) -> list[str]:
    """Return the words, as they were written and in their order, that look like a name, a contact, a street, a code or an illness.

    >>> find_private("Courses pour Mme Bellanger", "Appelez le 06 00 00 00 01.")
    ['Mme Bellanger', '06 00 00 00 01']
    """
    found: list[str] = []
    for text in texts:
        spans = sorted((match.span() for kind in PRIVATE for match in kind.finditer(text)), key=_order)
        end = 0
        for first, last in spans:
            if first >= end:
                found.append(text[first:last].strip())
                end = last
    return list(dict.fromkeys(found))


def _order(span: tuple[int, int]) -> tuple[int, int]:
    return span[0], -span[1]
