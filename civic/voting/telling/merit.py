"""Majority judgement in words: grades, medians, and what parts two neighbours."""

from flask_babel import gettext, ngettext

from civic.kernel.errors import N_
from civic.voting.explain.count import Count
from civic.voting.explain.merit import MeritFacts, Neighbour, explain_merit
from civic.voting.telling.numbers import number, share
from civic.voting.telling.ties import tell_tie

GRADES = (
    N_("Excellent"),
    N_("Très bien"),
    N_("Bien"),
    N_("Assez bien"),
    N_("Passable"),
    N_("Insuffisant"),
    N_("À rejeter"),
)
NAMED = {
    2: (N_("Pour"), N_("Contre")),
    3: (GRADES[2], GRADES[4], GRADES[6]),
    4: (GRADES[1], GRADES[2], GRADES[4], GRADES[6]),
    5: (GRADES[1], GRADES[2], GRADES[3], GRADES[4], GRADES[6]),
    6: GRADES[1:],
    7: GRADES,
}
"""The names of so many grades, from the best."""


def grade_name(grade: int, grades: int) -> str:
    """Return the name of a grade, 1 being the worst; its number where there are more grades than names."""
    names = NAMED.get(grades)
    return gettext(names[grades - grade]) if names else gettext("mention %(grade)s", grade=grade)


def number_of_grades(count: Count) -> int:
    return (
        len(count.steps("merit")[0]["profile"]) if count.steps("merit") else int(count.terms.get("grades", 0))
    )


def tell_merit(count: Count, option: str) -> list[str]:
    facts = explain_merit(count, option)
    if facts is None:
        return [gettext("Aucun bulletin exprimé : il n’y a pas de mention.")]
    told = [_tell_median(count, facts)]
    if facts.before:
        told.append(_tell_neighbour(count, facts.before, is_before=True))
    if facts.after:
        told.append(_tell_neighbour(count, facts.after, is_before=False))
    if facts.tie:
        told.append(tell_tie(count, facts.tie))
    return told


def _tell_median(count: Count, facts: MeritFacts) -> str:
    grades = len(facts.profile)
    deserving = sum(voters for grade, voters in facts.profile if grade >= facts.median)
    return gettext(
        "Sa mention majoritaire est « %(grade)s » : %(deserving)s votants sur %(expressed)s, soit %(share)s, lui donnent cette mention ou mieux. %(better)s lui donnent mieux, %(worse)s moins bien.",
        grade=grade_name(facts.median, grades),
        deserving=number(deserving),
        expressed=number(count.expressed),
        share=share(count.share(deserving)),
        better=number(facts.better),
        worse=number(facts.worse),
    )


def _tell_neighbour(count: Count, other: Neighbour, *, is_before: bool) -> str:
    label, grades = count.label(other.option), number_of_grades(count)
    if other.removed is None:
        return gettext(
            "« %(label)s » a reçu exactement autant de chaque mention : le départage décide.", label=label
        )
    own, theirs = grade_name(other.grade, grades), grade_name(other.other_grade, grades)
    if other.removed == 0:
        if is_before:
            return gettext(
                "« %(label)s » vient juste avant, avec une meilleure mention majoritaire : « %(theirs)s ».",
                label=label,
                theirs=theirs,
            )
        return gettext(
            "« %(label)s » vient juste après, avec une moins bonne mention majoritaire : « %(theirs)s ».",
            label=label,
            theirs=theirs,
        )
    removed = ngettext(
        "une fois %(num)s bulletin retiré à chacune",
        "une fois %(num)s bulletins retirés à chacune",
        other.removed,
    )
    if is_before:
        return gettext(
            "« %(label)s », juste avant, a la même mention majoritaire ; %(removed)s, la sienne est « %(theirs)s », et celle-ci « %(own)s ».",
            label=label,
            removed=removed,
            theirs=theirs,
            own=own,
        )
    return gettext(
        "« %(label)s », juste après, a la même mention majoritaire ; %(removed)s, la sienne est « %(theirs)s », et celle-ci « %(own)s ».",
        label=label,
        removed=removed,
        theirs=theirs,
        own=own,
    )
