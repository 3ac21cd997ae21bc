"""What a person may be told of the debate on a proposal, and of changes of its text."""

from datetime import timedelta

from civic.kernel.errors import N_
from civic.notifications.kinds import Family, Kind, Wording

ANSWER_WAITS = timedelta(hours=1)
"""Who is in the discussion has read it there; who is not is told once of all that was answered meanwhile."""

DEBATE: dict[Kind, Wording] = {
    Kind.ARGUMENT_ANSWERED: Wording(
        Family.PARTICIPATION,
        N_("Quelqu’un a répondu à ce que vous avez écrit sur la proposition « %(title)s »."),
        waits=ANSWER_WAITS,
    ),
    Kind.AMENDMENT_PROPOSED: Wording(
        Family.PARTICIPATION,
        N_(
            "Quelqu’un propose un changement au texte de votre proposition « %(title)s ». À vous d’accepter ou non."
        ),
    ),
    Kind.AMENDMENT_ACCEPTED: Wording(
        Family.PARTICIPATION,
        N_("Votre amendement est accepté : le texte de « %(title)s » est changé, et dit d’après qui."),
    ),
    Kind.AMENDMENT_REFUSED: Wording(
        Family.PARTICIPATION, N_("Votre amendement à « %(title)s » est refusé. Lisez pourquoi.")
    ),
    Kind.SIGNED_TEXT_CHANGED: Wording(
        Family.PARTICIPATION,
        N_("Le texte de « %(title)s », que vous signez, a changé. Relisez-le."),
    ),
    Kind.NEWS_TEXT: Wording(
        Family.PARTICIPATION,
        N_(
            "Le texte de la proposition « %(title)s » a changé. Si vous la soutenez, relisez-la : vous pouvez retirer votre soutien."
        ),
    ),
}
