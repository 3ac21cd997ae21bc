"""French words as they are compared: folded, without the small ones, and brought to a stem that their forms share.

Done here rather than in the database, so that the same words are found on SQLite and on PostgreSQL.
"""

import re
from functools import lru_cache

from civic.kernel.text import fold

LONGEST_WORD = 40

SMALL_WORDS = frozenset(
    [
        "a",
        "afin",
        "ai",
        "ainsi",
        "alors",
        "apres",
        "as",
        "au",
        "aucun",
        "aucune",
        "aussi",
        "autour",
        "autre",
        "autres",
        "aux",
        "avant",
        "avec",
        "avoir",
        "avons",
        "ayant",
        "c",
        "ca",
        "car",
        "ce",
        "ceci",
        "cela",
        "celle",
        "celles",
        "celui",
        "ces",
        "cet",
        "cette",
        "ceux",
        "chaque",
        "chez",
        "comme",
        "comment",
        "contre",
        "d",
        "dans",
        "de",
        "dehors",
        "depuis",
        "des",
        "donc",
        "dont",
        "du",
        "elle",
        "elles",
        "en",
        "encore",
        "entre",
        "es",
        "est",
        "et",
        "etaient",
        "etait",
        "etant",
        "ete",
        "etes",
        "etre",
        "eu",
        "eux",
        "faire",
        "fait",
        "faut",
        "il",
        "ils",
        "j",
        "je",
        "jusqu",
        "jusque",
        "l",
        "la",
        "laquelle",
        "le",
        "lequel",
        "les",
        "lesquels",
        "leur",
        "leurs",
        "lors",
        "lui",
        "m",
        "ma",
        "mais",
        "me",
        "meme",
        "memes",
        "mes",
        "moi",
        "moins",
        "mon",
        "n",
        "ne",
        "ni",
        "non",
        "nos",
        "notre",
        "nous",
        "on",
        "ont",
        "ou",
        "par",
        "parce",
        "pas",
        "pendant",
        "peu",
        "peut",
        "peuvent",
        "plus",
        "pour",
        "pourquoi",
        "pourrait",
        "qu",
        "quand",
        "que",
        "quel",
        "quelle",
        "quelles",
        "quels",
        "qui",
        "quoi",
        "s",
        "sa",
        "sans",
        "se",
        "sera",
        "seraient",
        "serait",
        "ses",
        "si",
        "soient",
        "soit",
        "son",
        "sont",
        "sous",
        "sur",
        "t",
        "ta",
        "tant",
        "te",
        "tes",
        "toi",
        "ton",
        "tous",
        "tout",
        "toute",
        "toutes",
        "tres",
        "trop",
        "tu",
        "un",
        "une",
        "vers",
        "voir",
        "vont",
        "vos",
        "votre",
        "vous",
        "y",
    ]
)

_PLURALS = (("eaux", "eau", 1), ("aux", "al", 2), ("oux", "ou", 1), ("eux", "eu", 1), ("ails", "al", 3))
_ENDINGS = (
    ("issement", "", 3), ("isseur", "", 4), ("ibilite", "", 4), ("abilite", "", 4), ("isation", "", 4), ("ivement", "", 4), ("ication", "", 3),
    ("ateuse", "", 4), ("atrice", "", 4), ("icite", "", 3), ("ateur", "", 4), ("ation", "", 3), ("ition", "", 4), ("ement", "", 3),
    ("issant", "", 4), ("euse", "", 3), ("iere", "", 4), ("iste", "", 4), ("isme", "", 4), ("able", "", 4), ("ible", "", 4),
    ("ante", "", 4), ("ance", "", 4), ("ente", "", 5), ("ence", "", 4), ("ique", "", 4), ("iser", "", 4), ("isee", "", 4),
    ("erait", "", 4), ("ment", "", 4), ("uelle", "u", 3), ("nelle", "n", 3), ("relle", "r", 3), ("ielle", "i", 3), ("ical", "", 3),
    ("aient", "", 3), ("rait", "r", 4), ("eur", "", 3), ("ive", "", 4), ("ite", "", 4), ("age", "", 5), ("ise", "", 4), ("ier", "", 4),
    ("eau", "el", 3), ("ail", "al", 3), ("ant", "", 4), ("ent", "", 5), ("uel", "u", 3), ("nel", "n", 3), ("rel", "r", 3), ("iel", "i", 4),
    ("ees", "", 3), ("ait", "", 4), ("if", "", 4), ("ic", "", 4), ("ez", "", 3), ("er", "", 3), ("ee", "", 3), ("ir", "", 4), ("eu", "", 5),
)  # fmt: skip
_ENDINGS_BY_LENGTH = tuple(sorted(_ENDINGS, key=lambda ending: -len(ending[0])))


def words_of(text: str) -> list[str]:
    """Return the words of a text in their order, folded, the small ones left out."""
    return [word[:LONGEST_WORD] for word in fold(text).split() if word not in SMALL_WORDS]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return what the forms of a folded word have in common: plural, feminine, the usual endings of verbs and of nouns.

    A light stem, not a dictionary: it may join two words that a reader would tell apart (never mistake it for a meaning).
    """
    if len(word) <= 3 or any(letter.isdigit() for letter in word):
        return word
    word = _singular(word)
    for ending, instead, least in _ENDINGS_BY_LENGTH:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            word = word[: len(word) - len(ending)] + instead
            break
    return _finished(_finished(word))


def _singular(word: str) -> str:
    for ending, instead, least in _PLURALS:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: len(word) - len(ending)] + instead
    return word[:-1] if word[-1] in "sx" and word[-2] != "s" else word


def _finished(word: str) -> str:
    """Without a mute e, an s left, or one of two same consonants."""
    if len(word) > 3 and word[-1] == "e":
        word = word[:-1]
    word = re.sub(r"([bcdfglmnprst])\1$", r"\1", word)
    return word[:-1] if len(word) > 3 and word[-1] == "s" else word
