"""Search, in what does not need a database."""

import re
from dataclasses import dataclass

from civic.kernel.errors import N_
from civic.kernel.text import fold

LONGEST_QUERY = 200
MOST_WORDS = 8
EXCERPT_LENGTH = 220


_MARKS_OF_LINE = re.compile(r"^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+|\d+[.)]\s+|(?:[-*_]\s*){3,}$)", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]\n]{0,200})\]\([^)\s]{0,500}\)")
_EMPHASIS = re.compile(r"\*{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)|~~|`+")
LONGEST_READ = 4 * EXCERPT_LENGTH
"""As much of a text as an excerpt needs, its marks included."""


def excerpt_of(text: str) -> str:
    """Return the beginning of a Markdown text without its marks, on one line, cut between words."""
    plain = _LINK.sub(r"\1", _MARKS_OF_LINE.sub("", text[:LONGEST_READ]))
    line = " ".join(_EMPHASIS.sub("", plain).split())
    if len(line) <= EXCERPT_LENGTH:
        return line
    return line[:EXCERPT_LENGTH].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


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
    SitePage(N_("Conseils de quartier"), "councils.list_councils", "conseil conseils quartier seance reunion compte rendu"),
    SitePage(N_("Les quartiers"), "territories.list_neighbourhoods", "quartier quartiers carte plan"),
    SitePage(N_("Mon compte"), "accounts.show_account", "compte mot passe courriel email adresse quartier nom langue"),
    SitePage(N_("Copier mes données"), "accounts.show_own_data", "donnees copier copie telecharger supprimer effacer compte"),
    SitePage(N_("Vos données"), "pages.show_privacy", "donnees personnelles vie privee confidentialite rgpd"),
    SitePage(N_("Créer un compte"), "accounts.show_sign_up", "creer compte inscription inscrire"),
    SitePage(N_("Mot de passe oublié"), "accounts.show_forgotten_password", "mot passe oublie perdu connexion connecter"),
    SitePage(N_("Les règles, et comment on modère"), "moderation.show_charter", "regle regles charte moderation signaler recours"),
    SitePage(N_("En mots simples"), "pages.show_plain_words", "mots simples facile lire falc comprendre"),
    SitePage(N_("Accessibilité"), "pages.show_accessibility", "accessibilite handicap lecteur ecran rgaa"),
    SitePage(N_("Mentions légales"), "pages.show_legal_notice", "mentions legales editeur hebergeur directeur publication"),
)  # fmt: skip

SMALL_WORDS = frozenset(
    [
        "a",
        "au",
        "aux",
        "ce",
        "comment",
        "d",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
        "ma",
        "mes",
        "mon",
        "ou",
        "par",
        "pour",
        "sur",
        "un",
        "une",
        "vos",
        "votre",
    ]
)
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
