"""The result in one line, and the lines that no result is shown without."""

from dataclasses import dataclass

from flask_babel import gettext, ngettext

from civic.voting.explain.count import Count
from civic.voting.explain.shares import list_endowments
from civic.voting.telling.charts import chart_kind, spending_of
from civic.voting.telling.numbers import labels, money, number
from civic.voting.telling.options import EQUAL_SHARES, tell_option


@dataclass(frozen=True)
class Headline:
    """What is read first. ``title`` is the one answer or the one number; ``labels`` are several answers, when there are."""

    eyebrow: str
    title: str
    labels: tuple[str, ...] = ()
    text: str = ""


def tell_headline(count: Count, *, draws_no_lots: bool = False) -> Headline | None:
    """Return the result in one line; None when no ballot was counted, or nothing won.

    Args:
        draws_no_lots: the rules that were frozen tell no equals apart: they come first together.
    """
    if chart_kind(count.method) == "projects":
        return _tell_funded(count)
    if not count.winners:
        return None
    equals = equals_first(count) if draws_no_lots else ()
    if equals:
        named = tuple(count.label(option) for option in equals)
        return Headline(gettext("Résultat"), gettext("À égalité"), named, tell_option(count, equals[0])[0])
    if len(count.winners) == 1:
        winner = count.winners[0]
        return Headline(gettext("Arrivée en tête"), count.label(winner), (), tell_option(count, winner)[0])
    named = tuple(count.label(option) for option in count.winners)
    title = ngettext("%(num)s réponse l’emporte", "%(num)s réponses l’emportent", len(named))
    return Headline(gettext("Arrivées en tête"), title, named)


def equals_first(count: Count) -> tuple[str, ...]:
    """Return the options between which nothing but the order of the list decides who comes first."""
    first = count.winners[:1]
    ties = [tie for tie in count.tally.ties if tie.get("decisive") and set(first) & set(tie["options"])]
    return tuple(sorted(ties[0]["options"], key=list(count.options).index)) if ties else ()


def tell_equals(count: Count, equals: tuple[str, ...]) -> str:
    """Tell who came first together, where the rules that were frozen tell no equals apart."""
    return gettext(
        "%(options)s arrivent en tête ensemble : les règles figées de ce scrutin ne les départagent pas.",
        options=labels(count, equals),
    )


def _tell_funded(count: Count) -> Headline:
    spending = spending_of(count)
    title = ngettext("%(num)s projet retenu", "%(num)s projets retenus", spending.funded)
    text = ngettext(
        "Sur %(offered)s projet proposé. Il coûte %(spent)s, pour un budget de %(budget)s : il reste %(left)s.",
        "Sur %(offered)s projets proposés. Les projets retenus coûtent %(spent)s, pour un budget de %(budget)s : il reste %(left)s.",
        spending.offered,
        offered=number(spending.offered),
        spent=money(spending.spent_cents),
        budget=money(spending.budget_cents),
        left=money(spending.left_cents),
    )
    return Headline(gettext("Résultat du budget"), title, (), text)


def tell_endowments(count: Count) -> list[str]:
    """Tell what each voter had to spend, by equal shares."""
    if count.method != EQUAL_SHARES:
        return []
    told = []
    for endowment in list_endowments(count).values():
        if not endowment.voters:
            continue
        sentence = ngettext(
            "Au dernier tour, %(voters)s votant avait %(each)s à dépenser.",
            "Au dernier tour, chacun des %(voters)s votants avait %(each)s à dépenser.",
            endowment.voters,
            voters=number(endowment.voters),
            each=money(endowment.each),
        )
        if endowment.envelope:
            sentence = gettext("%(name)s : %(sentence)s", name=endowment.envelope, sentence=sentence)
        told.append(sentence)
    return told
