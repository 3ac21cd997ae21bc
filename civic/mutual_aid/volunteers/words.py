"""The values of volunteers in the reader's language, for their pages and those of the town hall."""

from flask_babel import gettext

from civic.kernel.errors import N_
from civic.mutual_aid.volunteers.rules import QuietHours, Skill
from civic.safeguarding.rules import Lack, Level, Proof

LEVELS = {
    Level.DECLARED: ("draft", N_("Sur parole")),
    Level.CHARTER: ("published", N_("Charte acceptée")),
    Level.MET: ("accepted", N_("Rencontré par la mairie")),
    Level.BULLETIN: ("accepted", N_("Bulletin n° 3 présenté")),
}
"""The colour of the badge, and the words."""

ASKED = {
    Level.DECLARED: N_("Rien de plus"),
    Level.CHARTER: N_("Avoir accepté la charte"),
    Level.MET: N_("Avoir rencontré un agent"),
    Level.BULLETIN: N_("Avoir présenté le bulletin n° 3"),
}

PROOFS = {
    Proof.MET: N_("Rencontre avec un agent"),
    Proof.BULLETIN: N_("Bulletin n° 3 du casier judiciaire, présenté"),
    Proof.HONOURABILITY: N_("Attestation d’honorabilité, présentée"),
}

LACKS = {
    Lack.SUSPENDED: (
        N_("La mairie a suspendu votre participation"),
        N_("Appelez la mairie pour en parler : c’est votre droit."),
    ),
    Lack.TOO_YOUNG: (N_("On peut aider à partir de 16 ans"), N_("Revenez nous voir à cet âge : merci !")),
    Lack.NO_AGREEMENT: (
        N_("Il manque l’accord d’un parent ou d’un représentant légal"),
        N_("Passez à la mairie avec cette personne : l’agent note son accord, en quelques minutes."),
    ),
    Lack.MINOR: (
        N_("Cette aide est réservée aux personnes majeures"),
        N_("D’autres aides vous sont ouvertes : les courses ou les animaux, par exemple."),
    ),
    Lack.CHARTER: (
        N_("Il manque votre accord à la charte de l’entraide"),
        N_("Lisez-la et acceptez-la, plus bas sur cette page."),
    ),
    Lack.MEETING: (
        N_("La mairie doit d’abord vous rencontrer"),
        N_("Prenez rendez-vous, ou passez avec une pièce d’identité : dix minutes suffisent."),
    ),
    Lack.BULLETIN: (
        N_("Il faut présenter le bulletin n° 3 de votre casier judiciaire"),
        N_(
            "Demandez-le gratuitement sur le site du ministère de la Justice, puis montrez-le à un agent. Il le regarde et vous le rend : la mairie n’en garde aucune copie."
        ),
    ),
    Lack.HONOURABILITY: (
        N_("Il faut présenter une attestation d’honorabilité"),
        N_("Demandez-la sur honorabilite.social.gouv.fr, puis montrez-la à un agent, qui vous la rend."),
    ),
}
"""What keeps a volunteer from being asked, and what she can do."""

LACKS_IN_BRIEF = {
    Lack.SUSPENDED: N_("suspendu"),
    Lack.TOO_YOUNG: N_("moins de 16 ans"),
    Lack.NO_AGREEMENT: N_("accord du représentant légal à recueillir"),
    Lack.MINOR: N_("mineur : jamais pour cette aide"),
    Lack.CHARTER: N_("charte à accepter"),
    Lack.MEETING: N_("à rencontrer"),
    Lack.BULLETIN: N_("bulletin n° 3 à voir"),
    Lack.HONOURABILITY: N_("attestation d’honorabilité à voir"),
}


def level_in_words(level: Level) -> tuple[str, str]:
    look, words = LEVELS[level]
    return look, gettext(words)


def asked_in_words(level: Level) -> str:
    return gettext(ASKED[level])


def proof_in_words(proof: Proof) -> str:
    return gettext(PROOFS[proof])


def lack_in_words(lack: Lack) -> tuple[str, str]:
    """What is lacking, and what can be done."""
    what, how = LACKS[lack]
    return gettext(what), gettext(how)


def lack_in_brief(lack: Lack) -> str:
    return gettext(LACKS_IN_BRIEF[lack])


def skill_in_words(skill: Skill) -> str:
    """A skill of the usual list in the reader's language; one that the town wrote, as it wrote it."""
    return gettext(skill.name)


def quiet_in_words(quiet: QuietHours) -> str:
    if quiet.from_hour == quiet.to_hour:
        return gettext("à toute heure")
    return gettext("jamais entre %(start)s h et %(end)s h", start=quiet.from_hour, end=quiet.to_hour)


GLOBALS = (
    level_in_words,
    asked_in_words,
    proof_in_words,
    lack_in_words,
    lack_in_brief,
    skill_in_words,
    quiet_in_words,
)
