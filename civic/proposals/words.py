"""How the pages name what somebody proposed: an idea, a question to the elected, an article of the town hall's text. French source texts, whole sentences."""

from dataclasses import dataclass, replace

from civic.consultations.templates import QUESTIONS
from civic.kernel.errors import N_


@dataclass(frozen=True)
class Words:
    is_supported: str
    may_support: str
    flag: str
    becomes: str
    discussed: str
    is_hidden: str
    is_withdrawn: str
    is_own: str
    withdraw: str
    signed: str
    stop_signing: str
    all_on_map: str
    titles: str
    sorted: str
    none_match: str
    all: str
    none: str
    read: str
    read_and_support: str
    finished: str
    lead: str
    lead_unnamed: str
    edit: str
    edit_signed: str
    body: str
    title_help: str
    publish: str
    done: str
    done_unnamed: str


PROPOSAL = Words(
    is_supported=N_("Vous soutenez cette proposition."),
    may_support=N_("Les habitants des lieux concernés peuvent la soutenir."),
    flag=N_("Signaler cette proposition"),
    becomes=N_("Ce que devient cette proposition"),
    discussed=N_("Débattue et soutenue"),
    is_hidden=N_("Votre proposition est masquée"),
    is_withdrawn=N_("Vous avez retiré cette proposition"),
    is_own=N_("C’est votre proposition"),
    withdraw=N_("Retirer cette proposition ? Personne d’autre ne la verra plus."),
    signed=N_("Vous signez cette proposition"),
    stop_signing=N_("Ne plus signer cette proposition ? Votre nom n’y sera plus."),
    all_on_map=N_("Toutes les propositions sur la carte"),
    titles=N_("Les propositions"),
    sorted=N_("Trier et filtrer les propositions"),
    none_match=N_("Aucune proposition ne correspond"),
    all=N_("Toutes les propositions"),
    none=N_("Aucune proposition pour le moment"),
    read=N_("Lire les propositions"),
    read_and_support=N_("Lire et soutenir les propositions"),
    finished=N_(
        "Merci à celles et ceux qui y ont pris part. Les propositions et les réponses de la mairie restent à lire ici."
    ),
    lead=N_(
        "Trois lignes suffisent. Votre proposition est publiée aussitôt, sous votre nom ; la mairie y répondra par écrit."
    ),
    lead_unnamed=N_(
        "Trois lignes suffisent. Votre proposition est publiée aussitôt ; la mairie y répondra par écrit."
    ),
    edit=N_("Modifier ma proposition"),
    edit_signed=N_("Modifier la proposition que vous signez"),
    body=N_("Votre idée"),
    title_help=N_("Ce que vous voulez, en une phrase. Par exemple : Un banc à l’ombre devant le lavoir."),
    publish=N_("Publier ma proposition"),
    done=N_(
        "Votre proposition est publiée aussitôt, avec votre nom. Tout le monde peut la lire ; les habitants peuvent la soutenir et en discuter."
    ),
    done_unnamed=N_(
        "Votre proposition est publiée aussitôt, avec votre nom si vous ne cochez pas la case. Tout le monde peut la lire ; les habitants peuvent la soutenir et en discuter."
    ),
)

QUESTION = Words(
    is_supported=N_("Vous soutenez cette question."),
    may_support=N_("Les habitants des lieux concernés peuvent la soutenir."),
    flag=N_("Signaler cette question"),
    becomes=N_("Ce que devient cette question"),
    discussed=N_("Soutenue"),
    is_hidden=N_("Votre question est masquée"),
    is_withdrawn=N_("Vous avez retiré cette question"),
    is_own=N_("C’est votre question"),
    withdraw=N_("Retirer cette question ? Personne d’autre ne la verra plus."),
    signed=N_("Vous signez cette question"),
    stop_signing=N_("Ne plus signer cette question ? Votre nom n’y sera plus."),
    all_on_map=N_("Toutes les questions sur la carte"),
    titles=N_("Les questions"),
    sorted=N_("Trier et filtrer les questions"),
    none_match=N_("Aucune question ne correspond"),
    all=N_("Toutes les questions"),
    none=N_("Aucune question pour le moment"),
    read=N_("Lire les questions"),
    read_and_support=N_("Lire et soutenir les questions"),
    finished=N_(
        "Merci à celles et ceux qui y ont pris part. Les questions et les réponses des élus restent à lire ici."
    ),
    lead=N_(
        "Trois lignes suffisent. Votre question est publiée aussitôt, sous votre nom ; les élus y répondront par écrit."
    ),
    lead_unnamed=N_(
        "Trois lignes suffisent. Votre question est publiée aussitôt ; les élus y répondront par écrit."
    ),
    edit=N_("Modifier ma question"),
    edit_signed=N_("Modifier la question que vous signez"),
    body=N_("Votre question, en détail"),
    title_help=N_("Votre question, en une phrase. Par exemple : Quand la passerelle sera-t-elle rouverte ?"),
    publish=N_("Publier ma question"),
    done=N_(
        "Votre question est publiée aussitôt, avec votre nom. Tout le monde peut la lire, et les habitants peuvent la soutenir."
    ),
    done_unnamed=N_(
        "Votre question est publiée aussitôt, avec votre nom si vous ne cochez pas la case. Tout le monde peut la lire, et les habitants peuvent la soutenir."
    ),
)

ARTICLE = replace(
    PROPOSAL,
    is_supported=N_("Vous soutenez cet article."),
    may_support=N_("Les habitants des lieux concernés peuvent le soutenir."),
    flag=N_("Signaler cet article"),
)


def words_of(template: str | None, article_number: int | None = None) -> Words:
    """Return the words of what residents propose in a consultation that began from a template; of an article of the town hall, its own."""
    if article_number is not None:
        return ARTICLE
    return QUESTION if template == QUESTIONS else PROPOSAL


def kind_of(template: str | None, article_number: int | None = None) -> str:
    """Return what it is called among other things."""
    if article_number is not None:
        return N_("Article d’un texte de la mairie")
    return N_("Question aux élus") if template == QUESTIONS else N_("Proposition")
