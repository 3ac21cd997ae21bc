"""The values of mutual aid in the reader's language, for its pages and those of matching."""

from datetime import datetime, time, timedelta

from flask_babel import gettext

from civic.kernel.clock import TOWN_TIME
from civic.kernel.errors import N_
from civic.mutual_aid.rules import Category, ConsentMode, DayPart, OfferState, RequestState, Slot, Urgency
from civic.mutual_aid.wishes import Language, Wish
from civic.web.languages import (
    deadline_in_words,
    decimal_number,
    instant_in_words,
    near_day_in_words,
    time_in_words,
)

CATEGORIES = {
    Category.SHOPPING: N_("Courses"),
    Category.MEDICINE: N_("Pharmacie"),
    Category.MEALS: N_("Repas"),
    Category.VISITS: N_("Visites et appels"),
    Category.TRANSPORT: N_("Trajets et transport"),
    Category.CHILDCARE: N_("Garde d’enfants"),
    Category.PETS: N_("Animaux"),
    Category.REPAIRS: N_("Petites réparations"),
    Category.ONLINE_PROCEDURES: N_("Démarches et papiers"),
    Category.LOANS: N_("Prêts et partage"),
}

ICONS = {
    Category.SHOPPING: "basket",
    Category.MEDICINE: "plus",
    Category.MEALS: "coffee",
    Category.VISITS: "heart",
    Category.TRANSPORT: "car",
    Category.CHILDCARE: "users",
    Category.PETS: "leaf",
    Category.REPAIRS: "tool",
    Category.ONLINE_PROCEDURES: "laptop",
    Category.LOANS: "refresh",
}

URGENCIES = {
    Urgency.FLEXIBLE: N_("Quand cela arrange"),
    Urgency.TODAY: N_("Dans la journée"),
    Urgency.URGENT: N_("Urgent"),
}

OFFER_STATES = {
    OfferState.ACTIVE: ("published", N_("En ligne")),
    OfferState.PAUSED: ("pending", N_("En pause")),
    OfferState.ENDED: ("closed", N_("Terminée")),
}

REQUEST_STATES = {
    RequestState.DRAFT: ("scheduled", N_("Prévue")),
    RequestState.AWAITING_CONSENT: ("pending", N_("Accord à recueillir")),
    RequestState.IN_REVIEW: ("pending", N_("La mairie relit")),
    RequestState.OPEN: ("open", N_("Ouverte")),
    RequestState.DISPATCHING: ("invited", N_("On cherche quelqu’un")),
    RequestState.ESCALATED: ("pending", N_("La mairie prend le relais")),
    RequestState.FILLED: ("matched", N_("Quelqu’un vient")),
    RequestState.IN_PROGRESS: ("matched", N_("En cours")),
    RequestState.DONE_CLAIMED: ("pending", N_("À confirmer")),
    RequestState.CLOSED: ("done", N_("Terminée")),
    RequestState.CANCELLED: ("cancelled", N_("Annulée")),
    RequestState.EXPIRED: ("expired", N_("L’heure est passée")),
    RequestState.SUSPENDED: ("pending", N_("Mise de côté")),
    RequestState.REDIRECTED: ("closed", N_("Un service s’en occupe")),
    RequestState.DUPLICATE: ("closed", N_("Déjà demandée")),
}
"""The colour of the badge, and the words."""

LANGUAGES = {
    Language.ENGLISH: N_("anglais"),
    Language.ARABIC: N_("arabe"),
    Language.SPANISH: N_("espagnol"),
    Language.PORTUGUESE: N_("portugais"),
    Language.TURKISH: N_("turc"),
    Language.UKRAINIAN: N_("ukrainien"),
    Language.SIGNS: N_("langue des signes"),
}

WISHES = {
    Wish.WOMAN: (N_("Une femme, de préférence"), N_("une femme, de préférence")),
    Wish.STAIRS: (N_("Il y a des escaliers à monter"), N_("des escaliers à monter")),
    Wish.STEP_FREE: (N_("Il faut un passage sans marche"), N_("un passage sans marche")),
    Wish.ANIMAL: (N_("Il y a un animal chez moi"), N_("un animal à la maison")),
    Wish.HEAVY: (N_("Il y a du lourd à porter"), N_("du lourd à porter")),
    Wish.CAR: (N_("Il faut une voiture"), N_("une voiture est utile")),
    Wish.SLOWLY: (N_("Il faut parler fort et lentement"), N_("parler fort et lentement")),
}
"""As a person ticks it, then as a volunteer reads it."""

DAYS = {
    1: N_("lundi"),
    2: N_("mardi"),
    3: N_("mercredi"),
    4: N_("jeudi"),
    5: N_("vendredi"),
    6: N_("samedi"),
    7: N_("dimanche"),
}

PARTS = {
    DayPart.MORNING: N_("matin"),
    DayPart.AFTERNOON: N_("après-midi"),
    DayPart.EVENING: N_("soir"),
}

NEXT_DOOR_METRES = 1_500
SHORTEST_RUN_OF_DAYS = 3


def category_in_words(category: Category) -> str:
    return gettext(CATEGORIES[category])


def category_icon(category: Category) -> str:
    return ICONS[category]


def urgency_in_words(urgency: Urgency) -> str:
    return gettext(URGENCIES[urgency])


def wish_in_words(wish: Wish) -> str:
    return gettext(WISHES[wish][0])


def language_in_words(language: Language) -> str:
    return gettext(LANGUAGES[language])


def to_know_in_words(languages: tuple[Language, ...], wishes: tuple[Wish, ...]) -> str:
    """« des escaliers à monter, du lourd à porter ; parle arabe »: what to know before one says yes."""
    parts = [", ".join(gettext(WISHES[wish][1]) for wish in wishes)]
    if languages:
        spoken = ", ".join(language_in_words(language) for language in languages)
        parts.append(gettext("parle %(languages)s", languages=spoken))
    return gettext(" ; ").join(part for part in parts if part)


def skill_names_in_words(names: tuple[str, ...]) -> str:
    """« indispensable : Permis B et voiture »: what nobody is asked without; nothing when a request asks for no skill."""
    if not names:
        return ""
    return gettext("indispensable : %(skills)s", skills=", ".join(gettext(name) for name in names))


def offer_state_in_words(state: OfferState) -> tuple[str, str]:
    look, words = OFFER_STATES[state]
    return look, gettext(words)


CONSENT_MODES = {
    ConsentMode.ORAL: N_("de vive voix"),
    ConsentMode.PAPER: N_("par écrit"),
    ConsentMode.SMS: N_("par un code reçu par SMS"),
}


def wait_in_words(state: RequestState) -> str | None:
    """Say, once a request is sent, what it waits for before volunteers are asked; None when it waits for nothing."""
    said = {
        RequestState.IN_REVIEW: N_(
            "La demande est enregistrée : la mairie la relit, puis nous cherchons quelqu’un."
        ),
        RequestState.AWAITING_CONSENT: N_(
            "La demande attend l’accord de la personne : l’appel est dans votre liste."
        ),
    }
    return gettext(said[state]) if state in said else None


def consent_mode_in_words(mode: ConsentMode) -> str:
    return gettext(CONSENT_MODES[mode])


def request_state_in_words(state: RequestState) -> tuple[str, str]:
    look, words = REQUEST_STATES[state]
    return look, gettext(words)


def weekday_in_words(weekday: int) -> str:
    return gettext(DAYS[weekday])


def day_part_in_words(part: DayPart) -> str:
    return gettext(PARTS[part])


def slots_in_words(slots: tuple[Slot, ...]) -> list[str]:
    """« du lundi au vendredi : matin », « mardi, jeudi : soir »: a line for the days that have the same moments.

    Nothing for an offer that holds at any time.
    """
    days_of: dict[tuple[DayPart, ...], list[int]] = {}
    for weekday in DAYS:
        kept = {slot.part for slot in slots if slot.weekday == weekday}
        parts = tuple(part for part in DayPart if part in kept)
        if parts:
            days_of.setdefault(parts, []).append(weekday)
    return [
        gettext(
            "%(day)s : %(parts)s",
            day=_days_in_words(days),
            parts=", ".join(day_part_in_words(part) for part in parts),
        )
        for parts, days in days_of.items()
    ]


def _days_in_words(days: list[int]) -> str:
    """« du lundi au vendredi » for days that follow one another, three at least; else each of them."""
    if len(days) == len(DAYS):
        return gettext("tous les jours")
    first, last = weekday_in_words(days[0]), weekday_in_words(days[-1])
    if len(days) >= SHORTEST_RUN_OF_DAYS and days[-1] - days[0] == len(days) - 1:
        return gettext("du %(first)s au %(last)s", first=first, last=last)
    return ", ".join(weekday_in_words(day) for day in days)


def window_in_words(starts_at: datetime, ends_at: datetime) -> str:
    """« lundi 3 mars, de 14 h à 18 h », or from one instant to another."""
    first, last = starts_at.astimezone(TOWN_TIME), ends_at.astimezone(TOWN_TIME)
    if first.date() != (last - timedelta(seconds=1)).date():
        return gettext(
            "du %(start)s au %(end)s", start=instant_in_words(starts_at), end=deadline_in_words(ends_at)
        )
    end = gettext("minuit") if last.time() == time(0) else time_in_words(ends_at)
    return gettext(
        "%(day)s, de %(start)s à %(end)s",
        day=near_day_in_words(starts_at),
        start=time_in_words(starts_at),
        end=end,
    )


def area_distance_in_words(metres: int | None) -> str:
    """How far, between neighbourhoods: what one person's place is cannot be told from it."""
    if metres is None:
        return gettext("dans la commune")
    if metres == 0:
        return gettext("dans votre quartier")
    if metres < NEXT_DOOR_METRES:
        return gettext("dans un quartier voisin")
    return gettext("à environ %(count)s km de votre quartier", count=round(metres / 1_000))


def kilometres_in_words(metres: int) -> str:
    return gettext("%(count)s km", count=decimal_number(metres / 1_000))


GLOBALS = (
    consent_mode_in_words,
    language_in_words,
    to_know_in_words,
    wish_in_words,
    skill_names_in_words,
    category_in_words,
    category_icon,
    urgency_in_words,
    offer_state_in_words,
    request_state_in_words,
    weekday_in_words,
    day_part_in_words,
    slots_in_words,
    window_in_words,
    area_distance_in_words,
    kilometres_in_words,
)
