"""Pages of named votes at a sitting."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext, ngettext

from civic.councils import queries, sitting_votes
from civic.councils.access import CouncilsAction
from civic.councils.motions import USUAL_QUORUM_PERCENT, MotionResult
from civic.councils.rules import VoiceAnswer
from civic.councils.service import get_visible_sitting
from civic.councils.sitting_votes import SittingVoteView
from civic.councils.sitting_votes_schemas import (
    ABSENT,
    PRESENT,
    PROXY,
    CastVoiceSchema,
    OpenVoteSchema,
)
from civic.kernel.access import require
from civic.kernel.errors import N_
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor

blueprint = Blueprint("sitting_votes", __name__, url_prefix="/conseils-de-quartier")

ANSWERS = {
    VoiceAnswer.FOR: N_("Pour"),
    VoiceAnswer.AGAINST: N_("Contre"),
    VoiceAnswer.BLANK: N_("Blanc"),
    VoiceAnswer.ABSTAIN: N_("Abstention"),
    None: N_("N’a pas pris part au vote"),
}
MINUTES_LANGUAGE = "fr"
"""Minutes are the town's own text, in its language, whoever's page closed the vote."""


@blueprint.get("/seances/<int:sitting_id>/votes/nouveau")
def show_new_vote(sitting_id: int) -> str:
    return _opening_page(sitting_id, Form())


@blueprint.post("/seances/<int:sitting_id>/votes")
def open_vote(sitting_id: int) -> ResponseReturnValue:
    return submit_form(
        OpenVoteSchema,
        command=lambda data: sitting_votes.open_vote(current_actor(), sitting_id=sitting_id, **data),
        done=_to_vote,
        again=lambda form: _opening_page(sitting_id, form),
    )


@blueprint.get("/votes/<int:vote_id>")
def show_vote(vote_id: int) -> str:
    return _vote_page(vote_id, Form())


@blueprint.post("/voix/<int:voice_id>")
def cast_voice(voice_id: int) -> ResponseReturnValue:
    vote_id = sitting_votes.vote_of(voice_id)
    return submit_form(
        CastVoiceSchema,
        command=lambda data: sitting_votes.cast_voice(current_actor(), voice_id=voice_id, **data),
        done=lambda _: redirect(url_for(".show_vote", vote_id=vote_id, _anchor=f"voix-{voice_id}")),
        again=lambda form: _vote_page(vote_id, form),
    )


@blueprint.post("/votes/<int:vote_id>/cloture")
def close_vote(vote_id: int) -> ResponseReturnValue:
    sitting_votes.close_vote(current_actor(), vote_id=vote_id, words=minutes_of)
    flash(
        gettext("Le vote est clos. Son résultat est écrit à la fin du compte rendu : complétez-le."),
        "success",
    )
    return _to_vote(vote_id)


def minutes_of(view: SittingVoteView) -> str:
    """Return the result of a vote as the minutes say it: the names with their answers, then what came of it."""
    if view.result is None:
        raise ValueError("An open vote has no result.")
    with force_locale(MINUTES_LANGUAGE):
        carried = [
            gettext("%(name)s, par %(holder)s", name=voice.name, holder=voice.holder)
            for voice in view.voices
            if voice.holder
        ]
        lines = [
            gettext("**Vote nominal.** %(motion)s", motion=_plain(view.motion)),
            "",
            gettext("Présents : %(present)s sur %(seats)s sièges.", present=view.present, seats=view.seats)
            + (
                " " + gettext("Procurations : %(names)s.", names=_plain("; ".join(carried)))
                if carried
                else ""
            ),
            "",
            *[
                f"- {gettext(words)} ({view.result.count(answer)}) : {_plain(', '.join(view.result.by_answer[answer])) or '–'}"
                for answer, words in ANSWERS.items()
                if answer is not None or view.result.count(None)
            ],
            "",
            f"**{outcome_words(view.result)}**",
        ]
        return "\n".join(lines)


def outcome_words(result: MotionResult) -> str:
    """Return what came of a motion, in a sentence."""
    if result.is_casting:
        if result.is_adopted:
            return gettext("Égalité : la voix de la présidence l’emporte, la motion est adoptée.")
        return gettext("Égalité : la voix de la présidence l’emporte, la motion est rejetée.")
    return gettext("La motion est adoptée.") if result.is_adopted else gettext("La motion est rejetée.")


def _plain(text: str) -> str:
    """Nothing in a motion or a name is Markdown."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|~" else letter for letter in text)


def _to_vote(vote_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show_vote", vote_id=vote_id))


def _opening_page(sitting_id: int, form: Form) -> str:
    actor = current_actor()
    sitting = get_visible_sitting(actor, sitting_id)
    council = queries.get_council(sitting.council_id)
    require(actor, CouncilsAction.EDIT_COUNCIL, council)
    seats = [(held.seat.id, str(held.name)) for held in sitting_votes.list_voting_seats(council.id)]
    return render_template(
        "councils/vote_opening.html",
        sitting=sitting,
        council=council,
        form=form,
        quorum=USUAL_QUORUM_PERCENT,
        seats=[(seat_id, name, _places(seat_id, seats)) for seat_id, name in seats],
    )


def _places(seat_id: int, seats: list[tuple[int, str]]) -> list[tuple[str, str]]:
    proxies = [
        (f"{PROXY}{other}", gettext("Absent, procuration à %(name)s", name=name))
        for other, name in seats
        if other != seat_id
    ]
    return [(PRESENT, gettext("Présent")), (ABSENT, gettext("Absent")), *proxies]


def _vote_page(vote_id: int, form: Form) -> str:
    view = sitting_votes.show_vote(current_actor(), vote_id=vote_id)
    answered = sum(voice.has_answered for voice in view.voices)
    return render_template(
        "councils/vote.html",
        view=view,
        form=form,
        sitting=queries.get_sitting(view.sitting_id),
        council=queries.get_council(view.council_id),
        answers=[(answer.value, gettext(ANSWERS[answer])) for answer in VoiceAnswer],
        words={answer: gettext(words) for answer, words in ANSWERS.items()},
        outcome=outcome_words(view.result) if view.result else "",
        progress=ngettext(
            "%(answered)s réponse donnée sur %(total)s",
            "%(answered)s réponses données sur %(total)s",
            answered,
            answered=answered,
            total=len(view.voices),
        ),
    )
