"""The result of a vote at a sitting, as its page and the minutes say it."""

from flask_babel import force_locale, gettext

from civic.councils.motions import MotionResult
from civic.councils.rules import SecretKind, SecretReason, VoiceAnswer
from civic.councils.secret_ballots import FOR, SecretResult
from civic.councils.secret_votes import SecretMinutes
from civic.councils.sitting_votes import SittingVoteView
from civic.kernel.errors import N_

ANSWERS = {
    VoiceAnswer.FOR: N_("Pour"),
    VoiceAnswer.AGAINST: N_("Contre"),
    VoiceAnswer.BLANK: N_("Blanc"),
    VoiceAnswer.ABSTAIN: N_("Abstention"),
    None: N_("N’a pas pris part au vote"),
}
MINUTES_LANGUAGE = "fr"
"""Minutes are the town's own text, in its language, whoever's page closed the vote."""
REASONS = {
    SecretReason.THIRD: N_("un tiers des membres présents l’a demandé"),
    SecretReason.APPOINTMENT: N_("il s’agit d’une nomination ou d’une présentation"),
    SecretReason.RULE: N_("le règlement du conseil le prévoit"),
}


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
            gettext("**Vote nominal.** %(motion)s", motion=plain_words(view.motion)),
            "",
            gettext("Présents : %(present)s sur %(seats)s sièges.", present=view.present, seats=view.seats)
            + _proxies(carried),
            "",
            *[
                f"- {gettext(words)} ({view.result.count(answer)}) : {plain_words(', '.join(view.result.by_answer[answer])) or '–'}"
                for answer, words in ANSWERS.items()
                if answer is not None or view.result.count(None)
            ],
            "",
            f"**{outcome_words(view.result)}**",
        ]
        return "\n".join(lines)


def _proxies(carried: list[str]) -> str:
    return (
        " " + gettext("Procurations : %(names)s.", names=plain_words("; ".join(carried))) if carried else ""
    )


def outcome_words(result: MotionResult) -> str:
    """Return what came of a motion, in a sentence."""
    if result.is_casting:
        if result.is_adopted:
            return gettext("Égalité : la voix de la présidence l’emporte, la motion est adoptée.")
        return gettext("Égalité : la voix de la présidence l’emporte, la motion est rejetée.")
    return gettext("La motion est adoptée.") if result.is_adopted else gettext("La motion est rejetée.")


def plain_words(text: str) -> str:
    """Nothing in a motion or a name is Markdown."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|~" else letter for letter in text)


def secret_minutes_of(view: SecretMinutes) -> str:
    """Return the result of a secret vote as the minutes say it: who was there, how many ballots said what, never whose."""
    with force_locale(MINUTES_LANGUAGE):
        there = [voice.name for voice in view.voices if not voice.holder]
        carried = [
            gettext("%(name)s, par %(holder)s", name=voice.name, holder=voice.holder)
            for voice in view.voices
            if voice.holder
        ]
        result = view.result
        lines = [
            gettext("**Vote secret.** %(motion)s", motion=plain_words(view.motion)),
            "",
            gettext("Le vote est secret : %(reason)s.", reason=gettext(REASONS[view.reason])),
            "",
            gettext("Présents : %(present)s sur %(seats)s sièges.", present=view.present, seats=view.seats)
            + f" {_quorum(view)}",
            "",
            gettext("Ont pris part au vote : %(names)s.", names=plain_words(", ".join(there)))
            + _proxies(carried),
            "",
            *[f"- {plain_words(answer)} : {count}" for answer, count in result.counts.items()],
            f"- {gettext('Blanc')} : {result.blanks}",
            "",
            gettext(
                "Bulletins dans l’urne : %(turnout)s sur %(electors)s. Exprimés : %(expressed)s.",
                turnout=result.turnout,
                electors=result.electors,
                expressed=result.expressed,
            ),
            "",
            f"**{plain_words(secret_outcome_words(result))}**",
            "",
            gettext("Empreinte du scrutin : %(digest)s.", digest=view.rules_hash),
        ]
        return "\n".join(lines)


def _quorum(view: SecretMinutes) -> str:
    if view.quorum == 0:
        return gettext("Pas de quorum.")
    return gettext("Quorum : %(needed)s présents, atteint.", needed=view.quorum)


def secret_outcome_words(result: SecretResult) -> str:
    """Return what a secret vote decides, in a sentence."""
    if result.kind is SecretKind.MOTION:
        if result.chosen == FOR:
            return gettext("La motion est adoptée.")
        if result.is_tie:
            return gettext(
                "Égalité : dans un vote secret, la présidence n’a pas de voix prépondérante. La motion est rejetée."
            )
        return gettext("La motion est rejetée.")
    if result.chosen:
        return gettext(
            "Le conseil désigne %(name)s, avec %(count)s voix.",
            name=result.chosen,
            count=result.counts[result.chosen],
        )
    if result.kind is SecretKind.APPOINTMENT:
        return gettext(
            "Personne n’a la majorité absolue (%(majority)s voix) : le conseil vote de nouveau.",
            majority=result.majority,
        )
    return gettext("Égalité en tête : la loi retient la personne la plus âgée.")
