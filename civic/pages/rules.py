"""Search, in what does not need a database."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from civic.kernel.errors import N_
from civic.kernel.text import fold
from civic.kernel.words import SMALL_WORDS, stem, words_of

LONGEST_QUERY = 200
MOST_WORDS = 8
EXCERPT_LENGTH = 220


_MARKS_OF_LINE = re.compile(
    r"^[^\S\n]*(?:#{1,6}\s+|>\s?|[-*+]\s+|\d+[.)]\s+|(?:[-*_][^\S\n]*){3,}$)", re.MULTILINE
)
_LINK = re.compile(r"!?\[([^\]\n]{0,200})\]\([^)\s]{0,500}\)")
_EMPHASIS = re.compile(r"\*{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)|~~|`+")
_END_WITHOUT_STOP = re.compile(r"(?<=[\w»)])[^\S\n]*\n(?:\s*\n\s*|[^\S\n]*(?=[A-ZÀ-ÖØ-ÞŒ0-9«]))")
"""A title, or a line of a list: it ends with no stop, and what follows is not the rest of its sentence."""
LONGEST_READ = 20_000
"""As much of a text as is searched, its marks included: a long consultation, several times over."""


def without_marks(text: str) -> str:
    """Return a Markdown text without its marks, on one line: what began a line of its own stays apart."""
    plain = _LINK.sub(r"\1", _MARKS_OF_LINE.sub("\n", text[:LONGEST_READ]))
    return " ".join(_END_WITHOUT_STOP.sub(" · ", _EMPHASIS.sub("", plain).strip()).split())


@dataclass(frozen=True)
class SitePage:
    """A page of the site itself. ``keywords``: what people type to find it, folded."""

    title: str
    endpoint: str
    keywords: str


SITE_PAGES = (
    SitePage(N_("Demander un coup de main"), "mutual_aid.show_new_request", "demander demande aide coup main besoin courses"),
    SitePage(N_("Proposer mon aide"), "mutual_aid.show_new_offer", "proposer offrir aide aider benevole volontaire voisin"),
    SitePage(N_("L’entraide"), "mutual_aid.show_board", "entraide aide voisin voisins solidarite"),
    SitePage(N_("Comment ça marche, et le téléphone de la mairie"), "pages.show_help", "aide comment marche question probleme mode emploi telephone telephoner appeler numero mairie adresse horaires contact contacter joindre"),
    SitePage(N_("Votes"), "voting.list_polls", "vote votes voter scrutin scrutins bulletin election resultat resultats urne"),
    SitePage(N_("Vérifier un récépissé"), "voting.show_receipt_check", "recepisse verifier bulletin vote"),
    SitePage(N_("Consultations"), "consultations.list_consultations", "consultation consultations avis donner idee idees proposer proposition participer"),
    SitePage(N_("Pétitions"), "petitions.list_petitions", "petition petitions signer signature signatures conseil municipal demander"),
    SitePage(N_("Enquêtes publiques"), "inquiries.list_inquiries", "enquete enquetes publique publiques registre observation commissaire enqueteur dossier plu"),
    SitePage(N_("Conseils de quartier"), "councils.list_councils", "conseil conseils quartier seance reunion compte rendu"),
    SitePage(N_("Conseil municipal"), "records.list_records", "conseil municipal deliberation deliberations proces verbal verbaux pv compte rendu decision decisions"),
    SitePage(N_("Appels à candidatures"), "calls.list_calls", "appel appels candidature candidatures candidat presenter siege sieger place"),
    SitePage(N_("Tirages au sort"), "draws.list_draws", "tirage tirages sort hasard tire panel assemblee citoyenne jury graine refaire"),
    SitePage(N_("Les quartiers"), "territories.list_neighbourhoods", "quartier quartiers carte plan"),
    SitePage(N_("Mon compte"), "accounts.show_account", "compte mot passe courriel email adresse quartier nom langue"),
    SitePage(N_("Mes suivis"), "following.show_follows", "suivre suivi suivis abonner abonnement nouvelles alerte prevenir courriel notification"),
    SitePage(N_("Flux, agenda et intégration"), "feeds.show_feeds", "flux rss atom agenda calendrier ics integration iframe suivre"),
    SitePage(N_("Copier mes données"), "accounts.show_own_data", "donnees copier copie telecharger supprimer effacer compte"),
    SitePage(N_("Vos données"), "pages.show_privacy", "donnees personnelles vie privee confidentialite rgpd"),
    SitePage(N_("Créer un compte"), "accounts.show_sign_up", "creer compte inscription inscrire"),
    SitePage(N_("Mot de passe oublié"), "accounts.show_forgotten_password", "mot passe oublie perdu connexion connecter"),
    SitePage(N_("Les règles, et comment on modère"), "moderation.show_charter", "regle regles charte moderation signaler recours"),
    SitePage(N_("En mots simples"), "pages.show_plain_words", "mots simples facile lire falc comprendre"),
    SitePage(N_("Accessibilité"), "pages.show_accessibility", "accessibilite handicap lecteur ecran rgaa"),
    SitePage(N_("Mentions légales"), "pages.show_legal_notice", "mentions legales editeur hebergeur directeur publication"),
)  # fmt: skip

MOST_SITE_PAGES = 4


def find_site_pages(words: str) -> list[SitePage]:
    """Return the pages of the site that hold every word, or its beginning; small words do not count."""
    asked = fold(words).split()[:MOST_WORDS]
    telling = [word for word in asked if word not in SMALL_WORDS]
    if not telling:
        return []

    def holds(page: SitePage) -> bool:
        known = page.keywords.split() + fold(page.title).split()
        return all(any(each.startswith(word) for each in known) for word in telling)

    return [page for page in SITE_PAGES if holds(page)][:MOST_SITE_PAGES]


# The index

STEM, PLACE = "=", "@"
"""What begins a term that is a stem, or a place, rather than a word."""

OF_TITLE, OF_TEXT = 5, 1
EXACT, SAME_STEM, PREFIX = 4, 3, 2
SHORTEST_BEGINNING = 3
"""A shorter word is taken as it is: too many begin like it."""


class SearchState(StrEnum):
    OPEN = "open"
    COMING = "coming"
    FINISHED = "finished"
    ANSWERED = "answered"


@dataclass(frozen=True)
class Word:
    """A word that somebody looks for. ``is_beginning``: longer words that begin so are found as well."""

    text: str
    stem: str
    is_beginning: bool


def asked_words(words: str) -> list[Word]:
    """Return the words that tell something among those asked, each once."""
    told = dict.fromkeys(words_of(words[:LONGEST_QUERY]))
    return [Word(word, stem(word), len(word) >= SHORTEST_BEGINNING) for word in told][:MOST_WORDS]


def terms_of(title: str, text: str, places: Sequence[int]) -> Mapping[str, int]:
    """Return the terms of a thing, and their weight: its words, their stems, its places."""
    terms: dict[str, int] = {}
    for words, weight in ((words_of(text), OF_TEXT), (words_of(title), OF_TITLE)):
        for word in words:
            terms[word] = terms[STEM + stem(word)] = weight
    return terms | {f"{PLACE}{place}": OF_TEXT for place in places}


# A typing fault

SHORTEST_MENDED = 4
"""A shorter word is near to too many others."""

LONG_WORD = 8
"""From so many letters, two faults are one of somebody who types in a hurry."""

UNDER_ALL = 99


def faults_allowed(word: str) -> int:
    if len(word) < SHORTEST_MENDED or any(letter.isdigit() for letter in word):
        return 0
    return 2 if len(word) >= LONG_WORD else 1


def nearest_word(word: str, known: Mapping[str, int]) -> str | None:
    """Return the known word that somebody probably meant: the fewest faults, then the most often written.

    Args:
        known: words, and in how many things each is written.
    """
    allowed = faults_allowed(word)
    near = ((count_faults(word, each, allowed), -often, each) for each, often in known.items())
    return min((told for told in near if told[0] <= allowed), default=(0, 0, None))[2]


def count_faults(typed: str, meant: str, most: int) -> int:
    """Return how many letters are missing, too many, other, or exchanged with their neighbour; any greater number than ``most`` is one too many."""
    if abs(len(typed) - len(meant)) > most:
        return UNDER_ALL
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for i, letter in enumerate(typed, 1):
        before, last, row = row, before, [i]
        for j, other in enumerate(meant, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == other:
                best = min(best, last[j - 2] + 1)
            row.append(best)
        if min(row) > most and min(before) > most:
            return UNDER_ALL
    return row[-1]


def as_written(word: str, texts: Iterable[str]) -> str:
    """Return a folded word with the accents that it has in the first of these texts that holds it."""
    for text in texts:
        for match in _WORD.finditer(text):
            if fold(match.group()) == word:
                return match.group().lower()
    return word


# Excerpts

BEFORE = 60
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Piece:
    """A part of an excerpt. ``is_found``: it is one of the words looked for."""

    text: str
    is_found: bool = False


def excerpt_of(text: str, words: Sequence[Word] = ()) -> list[Piece]:
    """Return a few lines of a plain text, around the first word looked for, in pieces."""
    found = (
        [match.span() for match in _WORD.finditer(text) if _is_asked(match.group(), words)] if words else []
    )
    start = (
        _beginning_of_word(text, found[0][0] - BEFORE) if found and found[0][0] > EXCERPT_LENGTH // 2 else 0
    )
    end = len(text) if len(text) <= start + EXCERPT_LENGTH else text.rfind(" ", start, start + EXCERPT_LENGTH)
    end = end if end > start else min(len(text), start + EXCERPT_LENGTH)
    pieces = [Piece("… ")] if start else []
    at = start
    for first, last in found:
        if at <= first and last <= end:
            pieces += [Piece(text[at:first]), Piece(text[first:last], is_found=True)]
            at = last
    pieces.append(Piece(text[at:end].rstrip(",;:·. ") + "…" if end < len(text) else text[at:end]))
    return [piece for piece in pieces if piece.text]


def _beginning_of_word(text: str, at: int) -> int:
    return text.find(" ", max(0, at)) + 1


def _is_asked(written: str, words: Sequence[Word]) -> bool:
    folded = fold(written)
    return any(
        folded == word.text
        or (word.is_beginning and folded.startswith(word.text))
        or stem(folded) == word.stem
        for word in words
    )
