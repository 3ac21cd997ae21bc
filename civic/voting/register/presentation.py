"""The lines of a register, in words."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import gettext, ngettext

from civic.kernel.errors import N_
from civic.voting.register.chain import Change, Damage, Line, LineKind, PaperAct
from civic.voting.register.checking import CopyChecked
from civic.web.languages import instant_in_words, time_in_words, whole_number

ACTS = {
    "change": N_("modifier le scrutin"),
    "delete": N_("supprimer le scrutin"),
    "open": N_("figer le scrutin une seconde fois"),
    "roll": N_("changer la liste électorale"),
    "sealing": N_("changer le secret du vote, les codes ou les dépositaires"),
    "box": N_("ouvrir l’urne scellée"),
    "paper": N_("changer le dépouillement du papier"),
}
ROLES = {
    "admin": N_("quelqu’un qui administre la plateforme"),
    "agent": N_("un agent de la mairie"),
    "councillor": N_("quelqu’un qui siège au conseil"),
    "moderator": N_("quelqu’un qui modère"),
    "person": N_("une personne connectée, sans rôle à la mairie"),
    "visitor": N_("un visiteur non connecté"),
}
DOORS = {
    "web": N_("par les pages du site"),
    "api": N_("par l’accès des logiciels (API)"),
    "socket": N_("par le direct"),
}
DAMAGES = {
    Damage.EMPTY: N_("Il est vide."),
    Damage.UNREADABLE: N_("Cette ligne ne se lit pas."),
    Damage.OTHER_POLL: N_("Cette ligne est d’un autre scrutin."),
    Damage.MISNUMBERED: N_("Il manque une ligne, ou l’ordre a changé."),
    Damage.UNCHAINED: N_("Cette ligne ne suit pas celle d’avant."),
    Damage.ALTERED: N_("Ce qui est écrit n’est plus ce qui avait été figé."),
    Damage.BACK_IN_TIME: N_("Cette ligne est datée d’avant celle qu’elle suit."),
    Damage.TURNOUT_FELL: N_("Le nombre de bulletins a baissé."),
    Damage.SEAL_BROKEN: N_("La participation révélée à la clôture n’est pas celle qui avait été scellée."),
    Damage.AFTER_CLOSING: N_("Un relevé vient après la clôture."),
}
CHANGES = {
    Change.SAME: N_("Votre copie et le registre sont identiques."),
    Change.GREW: N_("Le registre commence par votre copie, et n’a fait que s’allonger."),
    Change.SHORTER: N_("Des lignes de votre copie manquent au registre."),
    Change.REWRITTEN: N_("Une ligne du registre n’est plus celle de votre copie."),
    Change.OTHER_POLL: N_("Votre copie est le registre d’un autre scrutin."),
}
SHORT = 16


def register_words(line: Line) -> str:
    """Return what a line says, in a sentence."""
    words = _WORDS.get(line.kind)
    return words(line.content) if words else line.kind


def _frozen_words(content: dict[str, Any]) -> str:
    roll = ngettext("%(num)s personne inscrite", "%(num)s personnes inscrites", content["roll"]["size"])
    return gettext("Scrutin figé : question, réponses, règles et liste électorale (%(roll)s).", roll=roll)


def _imported_words(content: dict[str, Any]) -> str:
    ballots = ngettext("%(num)s bulletin", "%(num)s bulletins", content["file"]["ballots"])
    return gettext(
        "Scrutin repris d’un fichier de bulletins déposés ailleurs (%(ballots)s). Empreinte du fichier : %(digest)s.",
        ballots=ballots,
        digest=short_hash(content["file"]["sha256"]),
    )


def _refused_words(content: dict[str, Any]) -> str:
    return gettext(
        "Tentative refusée : %(act)s. Par %(by)s, %(door)s.",
        act=gettext(ACTS.get(content["act"], content["act"])),
        by=gettext(ROLES.get(content["by"], content["by"])),
        door=gettext(DOORS.get(content["door"], content["door"])),
    )


def _head_words(content: dict[str, Any]) -> str:
    hour = time_in_words(datetime.fromisoformat(content["hour"]))
    if "turnout" in content:
        return gettext("Relevé de %(hour)s : %(ballots)s.", hour=hour, ballots=_counted(content))
    return gettext("Relevé de %(hour)s : participation scellée, révélée à la clôture.", hour=hour)


def _ballots(count: int) -> str:
    return ngettext("%(num)s bulletin déposé", "%(num)s bulletins déposés", count)


def _counted(content: dict[str, Any]) -> str:
    """Return how many voted, and how many of them on paper, in a sealed poll."""
    ballots, papers = _ballots(content["turnout"]), content.get("papers")
    if not papers:
        return ballots
    told = ngettext("dont %(num)s sur papier", "dont %(num)s sur papier", papers)
    return f"{ballots}, {told}"


def _closed_words(content: dict[str, Any]) -> str:
    return gettext("Vote clos : %(ballots)s.", ballots=_counted(content))


STEPS = {
    "sealed": N_(
        "Urne scellée prête et vide : %(codes)s codes de vote, %(trustees)s dépositaires de la clé."
    ),
    "ended": N_("Urne scellée fermée : elle contient les bulletins de %(ballots)s votants."),
    "added_up": N_("Bulletins scellés additionnés, sans être lus."),
    "trustee": N_("Le dépositaire numéro %(trustee)s a remis son fichier, vérifié."),
    "opened": N_("Urne scellée ouverte : le total est connu."),
}


def _box_words(content: dict[str, Any]) -> str:
    return gettext(STEPS.get(content["step"], content["step"]), **content)


def _paper_words(content: dict[str, Any]) -> str:
    if content["act"] == PaperAct.ERASED:
        return gettext(
            "Une marque « vote sur papier », faite par erreur, a été effacée de la liste : cette personne peut de nouveau voter."
        )
    papers = ngettext("%(num)s bulletin", "%(num)s bulletins", content["papers"])
    told = gettext(
        "Papier dépouillé par deux agents, qui ont trouvé les mêmes nombres : %(papers)s.", papers=papers
    )
    if content["papers"] == content["marked"]:
        return told
    noted = ngettext("La liste en notait %(num)s.", "La liste en notait %(num)s.", content["marked"])
    return f"{told} {noted}"


def _mixed_words(content: dict[str, Any]) -> str:
    return gettext(
        "Urne mélangée, puis figée : %(ballots)s.",
        ballots=ngettext("%(num)s bulletin", "%(num)s bulletins", content["ballots"]),
    )


def _counted_words(content: dict[str, Any]) -> str:
    return gettext("Dépouillement terminé : le résultat publié est figé.")


_WORDS: dict[str, Callable[[dict[str, Any]], str]] = {
    LineKind.FROZEN: _frozen_words,
    LineKind.IMPORTED: _imported_words,
    LineKind.REFUSED: _refused_words,
    LineKind.HEAD: _head_words,
    LineKind.CLOSED: _closed_words,
    LineKind.MIXED: _mixed_words,
    LineKind.COUNTED: _counted_words,
    LineKind.BOX: _box_words,
    LineKind.PAPER: _paper_words,
}


def register_when(line: Line) -> str:
    return instant_in_words(datetime.fromisoformat(line.at))


def short_hash(digest: str) -> str:
    """Return the beginning of a hash, enough to compare two lines by eye."""
    return digest[:SHORT]


def damage_words(damage: Damage) -> str:
    return gettext(DAMAGES[damage])


def copy_words(checked: CopyChecked) -> dict[str, Any]:
    """Return how a copy compares with the register: a title, a sentence, and whether all is well."""
    if checked.damage is not None:
        title = (
            gettext("Votre copie est abîmée") if checked.is_copy_damaged else gettext("Le registre est abîmé")
        )
        line = gettext("Ligne %(number)s.", number=whole_number(checked.line))
        return {"is_sound": False, "title": title, "text": f"{damage_words(checked.damage)} {line}"}
    comparison = checked.comparison
    if comparison is None:
        raise ValueError("Nothing was compared.")
    text = gettext(CHANGES[comparison.change])
    if comparison.change is Change.GREW:
        added = ngettext(
            "%(num)s ligne est venue depuis.", "%(num)s lignes sont venues depuis.", comparison.added
        )
        text = f"{text} {added}"
    elif not comparison.is_sound and comparison.change is not Change.OTHER_POLL:
        text += " " + gettext(
            "La première différence est à la ligne %(number)s. Gardez votre copie : elle le prouve.",
            number=whole_number(comparison.line),
        )
    title = (
        gettext("Rien n’a été changé") if comparison.is_sound else gettext("Votre copie ne correspond pas")
    )
    return {"is_sound": comparison.is_sound, "title": title, "text": text}
