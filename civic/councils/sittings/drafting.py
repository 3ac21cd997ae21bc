"""The words of minutes that are drafted from what happened. In the town's language, whoever's page drafts them."""

from flask_babel import force_locale, gettext, ngettext

from civic.councils.minutes import MINUTES_LANGUAGE, minutes_of, plain_words, secret_minutes_of
from civic.councils.sitting_votes import SittingVoteView
from civic.councils.sittings.models import SittingQuestion
from civic.councils.sittings.recording import ItemRecord, SittingRecord, VoteRecord
from civic.councils.sittings.rules import Presence, QuestionState
from civic.kernel.text import clean_lines
from civic.web.languages import day_in_words, elided, time_in_words


def vote_words(vote: VoteRecord) -> str:
    """Return the result of a vote as minutes hold it."""
    return clean_lines(minutes_of(vote) if isinstance(vote, SittingVoteView) else secret_minutes_of(vote))


def draft_of(record: SittingRecord) -> str:
    """Return the minutes of a sitting: who was there, then each item with its hour, what was asked, what was decided."""
    with force_locale(MINUTES_LANGUAGE):
        parts = [*_head(record), *[part for each in record.items for part in _item(each)], _end(record)]
        return clean_lines("\n\n".join(part for part in parts if part))


def quorum_words(present: int, seats: int, needed: int) -> str:
    """Return, in a sentence, whether there is a quorum. The absent do not count, whatever proxies they gave."""
    there = ngettext("%(num)s présent sur %(seats)s", "%(num)s présents sur %(seats)s", present, seats=seats)
    if needed == 0:
        return gettext("Pas de quorum demandé : %(there)s.", there=there)
    if present >= needed:
        return gettext("Quorum atteint : %(there)s, il en fallait %(needed)s.", there=there, needed=needed)
    return gettext("Quorum non atteint : %(there)s, il en fallait %(needed)s.", there=there, needed=needed)


def _head(record: SittingRecord) -> list[str]:
    return [
        gettext(
            "Le %(day)s, le %(council)s s’est réuni : %(place)s.",
            day=day_in_words(record.opened_at),
            council=plain_words(record.council),
            place=plain_words(record.place),
        ),
        elided(
            gettext(
                "La séance est ouverte à %(hour)s, sous la présidence de %(name)s.",
                hour=time_in_words(record.opened_at),
                name=plain_words(record.presided_by),
            ),
            plain_words(record.presided_by),
        ),
        "\n".join(_presences(record)),
        quorum_words(record.present, record.seats, record.needed),
    ]


def _presences(record: SittingRecord) -> list[str]:
    labels = {
        Presence.PRESENT: gettext("Présents"),
        Presence.EXCUSED: gettext("Excusés"),
        Presence.ABSENT: gettext("Absents"),
    }
    lists = [(label, record.names[said]) for said, label in labels.items()]
    lists += [(gettext("Arrivés en cours de séance"), record.arrived)]
    lists += [(gettext("Partis avant la fin"), record.left)]
    return [f"- {label} : {plain_words(', '.join(names))}" for label, names in lists if names]


def _item(record: ItemRecord) -> list[str]:
    item = record.item
    if item is None:
        return [f"### {gettext('Autres votes')}", *map(vote_words, record.votes)]
    title = f"### {plain_words(item.title)}"
    if item.opened_at is None:
        return [title, gettext("Ce point n’a pas été abordé.")]
    opened = gettext("Point ouvert à %(hour)s", hour=time_in_words(item.opened_at))
    presented = gettext(", présenté par %(name)s", name=plain_words(item.presenter)) if item.presenter else ""
    asked = [gettext("Questions :"), "\n".join(map(_question, record.questions))] if record.questions else []
    return [title, f"{opened}{presented}.", *asked, *map(vote_words, record.votes)]


def _question(question: SittingQuestion) -> str:
    said = f"- « {plain_words(question.text)} »"
    if question.is_from_room:
        said += " " + gettext("(posée dans la salle)")
    if question.supports:
        said += " " + ngettext("(%(num)s soutien)", "(%(num)s soutiens)", question.supports)
    return f"{said}. {_settled(question)}"


def _settled(question: SittingQuestion) -> str:
    words = plain_words(question.words)
    if question.state is QuestionState.ANSWERED:
        return gettext("Réponse : %(words)s", words=words) if words else gettext("Une réponse a été donnée.")
    if question.state is QuestionState.SET_ASIDE:
        return gettext("Écartée : %(reason)s", reason=words)
    return gettext("Restée sans réponse.")


def _end(record: SittingRecord) -> str:
    return gettext("La séance est close à %(hour)s.", hour=time_in_words(record.closed_at))
