"""Pages of named votes at a sitting."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext, ngettext

from civic.councils import queries, secret_votes, sitting_votes
from civic.councils.access import CouncilsAction
from civic.councils.minutes import (
    ANSWERS,
    MINUTES_LANGUAGE,
    REASONS,
    minutes_of,
    outcome_words,
    secret_minutes_of,
    secret_outcome_words,
)
from civic.councils.models import Council, Sitting
from civic.councils.motions import USUAL_QUORUM_PERCENT
from civic.councils.rules import SecretKind, VoiceAnswer
from civic.councils.service import get_visible_sitting
from civic.councils.sitting_votes_schemas import (
    ABSENT,
    PRESENT,
    PROXY,
    USUAL_LENGTH,
    CastVoiceSchema,
    OpenSecretVoteSchema,
    OpenVoteSchema,
)
from civic.councils.sittings import queries as sittings
from civic.councils.sittings.rules import Presence
from civic.kernel.access import require
from civic.kernel.errors import N_
from civic.voting.access import VotingAction
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.printed_links import printed_link

blueprint = Blueprint("sitting_votes", __name__, url_prefix="/conseils-de-quartier")


@blueprint.get("/seances/<int:sitting_id>/votes/nouveau")
def show_new_vote(sitting_id: int) -> str:
    return _opening_page(sitting_id, Form(_known_presences(sitting_id)))


@blueprint.post("/seances/<int:sitting_id>/votes")
def open_vote(sitting_id: int) -> ResponseReturnValue:
    return submit_form(
        OpenVoteSchema,
        command=lambda data: sitting_votes.open_vote(current_actor(), sitting_id=sitting_id, **data),
        done=_to_vote,
        again=lambda form: _opening_page(sitting_id, form),
    )


@blueprint.get("/seances/<int:sitting_id>/votes-secrets/nouveau")
def show_new_secret_vote(sitting_id: int) -> str:
    return _secret_opening_page(sitting_id, Form(_known_presences(sitting_id)))


@blueprint.post("/seances/<int:sitting_id>/votes-secrets")
def open_secret_vote(sitting_id: int) -> ResponseReturnValue:
    return submit_form(
        OpenSecretVoteSchema,
        command=lambda data: secret_votes.open_secret_vote(
            current_actor(), sitting_id=sitting_id, description=_about, **data
        ),
        done=_to_vote,
        again=lambda form: _secret_opening_page(sitting_id, form),
    )


@blueprint.get("/votes/<int:vote_id>")
def show_vote(vote_id: int) -> str:
    return _secret_page(vote_id) if secret_votes.find_secret(vote_id) else _vote_page(vote_id, Form())


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
    """Of a secret vote, which closes by itself: write its result, should the timer be late."""
    if secret_votes.find_secret(vote_id):
        secret_votes.write_secret_result(current_actor(), vote_id=vote_id, words=secret_minutes_of)
    else:
        _close_named(vote_id)
    return _to_vote(vote_id)


def _close_named(vote_id: int) -> None:
    sitting_votes.close_vote(current_actor(), vote_id=vote_id, words=minutes_of)
    is_live = sittings.find_live(sitting_votes.sitting_of(vote_id)) is not None
    flash(
        gettext("Le vote est clos. Son résultat sera dans le compte rendu.")
        if is_live
        else gettext("Le vote est clos. Son résultat est écrit à la fin du compte rendu : complétez-le."),
        "success",
    )


def _about(council: Council, sitting: Sitting) -> str:
    """What the page of the poll says of it, in the language of minutes."""
    with force_locale(MINUTES_LANGUAGE):
        return gettext(
            "Vote secret en séance : %(council)s, %(sitting)s.", council=council.name, sitting=sitting.title
        )


def _to_vote(vote_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show_vote", vote_id=vote_id))


KINDS = {
    SecretKind.MOTION: N_("Une motion : pour ou contre"),
    SecretKind.APPOINTMENT: N_("Un nom à choisir : il faut plus de la moitié des voix (1er et 2e tours)"),
    SecretKind.LAST_ROUND: N_("Un nom à choisir, 3e tour : le plus de voix suffit"),
}


def _opening_page(sitting_id: int, form: Form) -> str:
    return render_template("councils/vote_opening.html", **_presence(sitting_id, form))


def _secret_opening_page(sitting_id: int, form: Form) -> str:
    shown = _presence(sitting_id, form)
    require(current_actor(), VotingAction.OPEN_POLL, shown["council"])
    return render_template(
        "councils/secret_vote_opening.html",
        kinds=[{"value": kind.value, "label": gettext(words)} for kind, words in KINDS.items()],
        reasons=[
            {"value": reason.value, "label": _capital(gettext(words))} for reason, words in REASONS.items()
        ],
        usual_length=USUAL_LENGTH,
        **shown,
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _secret_page(vote_id: int) -> str:
    view = secret_votes.show_secret_vote(current_actor(), vote_id=vote_id)
    return render_template(
        "councils/secret_vote.html",
        view=view,
        poll=view.poll.summary,
        sitting=queries.get_sitting(view.sitting_id),
        council=queries.get_council(view.council_id),
        reason=gettext(REASONS[view.reason]),
        link=printed_link(url_for("voting.show_poll", poll_id=view.poll.summary.id)),
        outcome=secret_outcome_words(view.result) if view.result else "",
    )


def _known_presences(sitting_id: int) -> dict[str, Any]:
    """What a roll call said fills the form of a vote, where the sitting is followed live."""
    live = sittings.find_live(sitting_id)
    if live is None:
        return {}
    there = [each for each in sittings.list_presences(sitting_id) if each.latest is Presence.PRESENT]
    return {
        "quorum_percent": live.quorum_percent,
        **{f"seat-{each.seat_id}": PRESENT for each in there if each.seat_id is not None},
    }


def _presence(sitting_id: int, form: Form) -> dict[str, Any]:
    """What the pages show on which somebody says who is there."""
    actor = current_actor()
    sitting = get_visible_sitting(actor, sitting_id)
    council = queries.get_council(sitting.council_id)
    require(actor, CouncilsAction.HOLD_SITTING, council)
    seats = [(held.seat.id, str(held.name)) for held in sitting_votes.list_voting_seats(council.id)]
    return {
        "sitting": sitting,
        "council": council,
        "form": form,
        "quorum": USUAL_QUORUM_PERCENT,
        "seats": [(seat_id, name, _places(seat_id, seats, council.most_proxies)) for seat_id, name in seats],
    }


def _places(seat_id: int, seats: list[tuple[int, str]], most_proxies: int) -> list[tuple[str, str]]:
    proxies = [
        (f"{PROXY}{other}", gettext("Absent, procuration à %(name)s", name=name))
        for other, name in seats
        if other != seat_id and most_proxies
    ]
    return [(PRESENT, gettext("Présent")), (ABSENT, gettext("Absent")), *proxies]


def _vote_page(vote_id: int, form: Form) -> str:
    view = sitting_votes.show_vote(current_actor(), vote_id=vote_id)
    answered = view.answered
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
