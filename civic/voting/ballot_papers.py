"""What a ballot paper shows of each question, and how a question is answered and counted, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext

from civic.kernel.sealing import keyed_digest
from civic.voting.answers import MAY_SHARE_PLACES, most_named
from civic.voting.asking import JUDGMENT, QuestionPlan
from civic.voting.ballot_forms import BLANK_VALUE, box_of, is_one_choice
from civic.voting.methods.ballots import BallotKind
from civic.voting.service.reading import PollView
from civic.voting.telling.asked import tell_question
from civic.voting.telling.merit import grade_name
from civic.voting.telling.methods import RuleWords
from civic.voting.telling.numbers import money
from civic.web.forms import Form

LONGEST_POINTS = 8


@dataclass(frozen=True)
class PaperOption:
    """An option as it is read on the paper. ``cost`` is in words, "" where there is none."""

    key: str
    box: str
    label: str
    text: str
    cost: str
    cost_cents: int
    envelope: str


@dataclass(frozen=True)
class Paper:
    """A question on the paper.

    Attributes:
        kind: ``one``, ``several``, ``grades``, ``ranks`` or ``points``.
        how: how it is answered, in sentences.
        scale: (value, words) of what may be given to an option: grades from the best, or ranks.
        most: how many options may be named.
        limit_cents: what the options named may cost together; None where nothing is said.
        most_sum: how many points may be given in all; None where nothing is said.
    """

    position: int
    box: str
    text: str
    kind: str
    options: tuple[PaperOption, ...]
    how: tuple[str, ...]
    scale: tuple[tuple[int, str], ...]
    most: int
    limit_cents: int | None
    most_sum: int | None

    @property
    def cards(self) -> list[dict[str, Any]]:
        """Return the options as ``vote_choice`` takes them, the blank ballot last where one alone is chosen."""
        cards = [
            {
                "value": one.key,
                "label": one.label,
                "text": one.text,
                "cost": one.cost,
                "cents": one.cost_cents,
            }
            for one in self.options
        ]
        return [*cards, blank_card()] if self.kind == "one" else cards

    @property
    def has_sum(self) -> bool:
        return self.limit_cents is not None or self.most_sum is not None


def blank_card() -> dict[str, Any]:
    return {
        "value": BLANK_VALUE,
        "label": gettext("Vote blanc"),
        "text": gettext("Vous participez sans choisir : votre bulletin compte dans la participation."),
    }


def papers_of(
    poll_id: int, questions: Sequence[QuestionPlan], *, reader_id: int | None = None
) -> list[Paper]:
    """Return the ballot paper of a poll.

    Args:
        reader_id: whose it is, where options come in an order of her own; None for the order of the list.
    """
    return [
        _paper(position, question, f"{poll_id}:{position}:{reader_id}" if reader_id is not None else "")
        for position, question in enumerate(questions, start=1)
    ]


def _paper(position: int, question: QuestionPlan, order: str) -> Paper:
    options = [
        PaperOption(
            key=option.id,
            box=box_of(position, option.id),
            label=choice.label,
            text=choice.text,
            cost=money(choice.cost_cents) if choice.cost_cents else "",
            cost_cents=choice.cost_cents,
            envelope=choice.envelope,
        )
        for option, choice in zip(question.options, question.choices, strict=True)
    ]
    if question.is_shuffled and order:
        options.sort(key=lambda one: keyed_digest("voting.order", f"{order}:{one.key}"))
    return Paper(
        position=position,
        box=box_of(position),
        text=question.text,
        kind=_kind_of(question),
        options=tuple(options),
        how=tuple(how_to_answer(question)),
        scale=tuple(_scale_of(question)),
        most=most_named(question),
        limit_cents=question.terms.most_cost_cents,
        most_sum=question.terms.most_sum,
    )


def _kind_of(question: QuestionPlan) -> str:
    if is_one_choice(question):
        return "one"
    if question.method == JUDGMENT:
        return "grades"
    return {BallotKind.CHOICES: "several", BallotKind.RANKING: "ranks", BallotKind.POINTS: "points"}[
        question.kind
    ]


def _scale_of(question: QuestionPlan) -> list[tuple[int, str]]:
    if question.method == JUDGMENT:
        grades = question.terms.grades
        return [(grade, grade_name(grade, grades)) for grade in range(grades, 0, -1)]
    if question.kind is BallotKind.RANKING:
        return [(rank, _rank_words(rank)) for rank in range(1, most_named(question) + 1)]
    return []


def _rank_words(rank: int) -> str:
    return gettext("1er choix") if rank == 1 else gettext("%(rank)se choix", rank=rank)


def how_to_answer(question: QuestionPlan) -> list[str]:
    """Tell a voter how she answers a question: what she may write, and its limits."""
    kind = _kind_of(question)
    told = {
        "one": [gettext("Choisissez une seule réponse.")],
        "several": [_how_many(question)],
        "grades": [
            gettext("Donnez une mention à chaque réponse. Plusieurs peuvent recevoir la même."),
            gettext(
                "Une réponse que vous laissez sans mention reçoit la pire : « %(worst)s ».",
                worst=grade_name(1, question.terms.grades),
            ),
        ],
        "ranks": _how_to_rank(question),
        "points": _how_to_give(question),
    }[kind]
    terms = question.terms
    if terms.most_cost_cents is not None:
        told.append(
            gettext(
                "Vos projets ne doivent pas dépasser %(limit)s ensemble.", limit=money(terms.most_cost_cents)
            )
        )
    return told


def _how_many(question: QuestionPlan) -> str:
    most, fewest, count = most_named(question), question.terms.fewest, len(question.choices)
    if fewest is not None and fewest == most:
        return ngettext(
            "Cochez %(num)s réponse, ni plus ni moins.", "Cochez %(num)s réponses, ni plus ni moins.", most
        )
    if fewest is not None and fewest > 1:
        return gettext("Cochez de %(fewest)s à %(most)s réponses.", fewest=fewest, most=most)
    if most < count:
        return ngettext("Cochez %(num)s réponse au plus.", "Cochez jusqu’à %(num)s réponses.", most)
    return gettext("Cochez autant de réponses que vous voulez.")


def _how_to_rank(question: QuestionPlan) -> list[str]:
    most, count = most_named(question), len(question.choices)
    told = [
        gettext("Classez les réponses : 1 pour celle que vous préférez, puis 2, et ainsi de suite.")
        if most >= count
        else ngettext(
            "Donnez le rang 1 à la réponse que vous préférez. Vous n’en classez qu’une.",
            "Classez jusqu’à %(num)s réponses : 1 pour celle que vous préférez, puis 2, et ainsi de suite.",
            most,
        )
    ]
    if question.terms.fewest is not None and question.terms.fewest > 1:
        told.append(gettext("Classez-en au moins %(fewest)s.", fewest=question.terms.fewest))
    if question.method in MAY_SHARE_PLACES:
        told.append(
            gettext(
                "Deux réponses peuvent avoir le même rang. Celles que vous ne classez pas viennent après."
            )
        )
    else:
        told.append(gettext("Chaque rang ne sert qu’une fois. Vous pouvez en laisser sans rang."))
    return told


def _how_to_give(question: QuestionPlan) -> list[str]:
    terms, told = question.terms, []
    if terms.most_sum is not None:
        told.append(
            ngettext(
                "Vous avez %(num)s point à donner.",
                "Vous avez %(num)s points à répartir entre les réponses.",
                terms.most_sum,
            )
        )
    if terms.most_points is not None:
        told.append(
            ngettext(
                "Une réponse reçoit %(num)s point au plus.",
                "Une réponse reçoit %(num)s points au plus.",
                terms.most_points,
            )
        )
    return [*told, gettext("Une case vide vaut 0.")]


@dataclass(frozen=True)
class Asked:
    """A question as a page tells it before anybody answers: its paper, and the rule by which it is counted."""

    paper: Paper
    rule: RuleWords
    is_shuffled: bool


def asked_by(view: PollView) -> list[Asked]:
    """Return the questions of a poll."""
    questions = view.plan.questions
    return [
        Asked(paper, tell_question(question), question.is_shuffled)
        for paper, question in zip(papers_of(view.summary.id, questions), questions, strict=True)
    ]


@dataclass(frozen=True)
class RunningSum:
    """What the options ticked cost together, or the points given. ``template`` is the words of another sum, for the script."""

    text: str
    template: str
    sum: int
    most: int
    is_money: bool

    @property
    def is_over(self) -> bool:
        return self.sum > self.most


def so_far(paper: Paper, form: Form) -> RunningSum | None:
    """Return the running sum of a paper that is shown, or shown again; None where nothing limits it."""
    if paper.limit_cents is not None:
        ticked = form.value(paper.box, [])
        spent = sum(one.cost_cents for one in paper.options if one.key in ticked)
        return _running_sum(spent, paper.limit_cents, is_money=True)
    if paper.most_sum is not None:
        given = [str(form.value(one.box, "")).strip() for one in paper.options]
        total = sum(int(points) for points in given if points.isdecimal() and len(points) < LONGEST_POINTS)
        return _running_sum(total, paper.most_sum, is_money=False)
    return None


def _running_sum(total: int, most: int, *, is_money: bool) -> RunningSum:
    words = money if is_money else str

    def tell(given: str) -> str:
        return gettext("%(given)s sur %(most)s", given=given, most=words(most))

    return RunningSum(tell(words(total)), tell("{sum}"), total, most, is_money)


def labels_of(papers: Sequence[Paper]) -> dict[str, str]:
    """Return what each box is called in the summary of errors."""
    named: dict[str, str] = {}
    for paper in papers:
        question = gettext("Question %(number)s", number=paper.position)
        named[paper.box] = question if len(papers) > 1 else gettext("Votre choix")
        named |= {option.box: option.label for option in paper.options}
    return named
