from civic.kernel.errors import N_, Conflict, Invalid, NotFound
from civic.kernel.moderated import Masked


class ProposalNotFound(NotFound):
    code = "proposal_not_found"
    message = N_("Cette proposition n’existe pas, ou n’est plus visible.")


class ProposalMasked(Masked, ProposalNotFound):
    code = "proposal_not_found"


class ArgumentNotFound(NotFound):
    code = "argument_not_found"
    message = N_("Cet argument n’existe pas, ou n’est plus visible.")


class UnknownPlace(Invalid):
    code = "unknown_place"
    message = N_("Choisissez un des quartiers concernés par cette consultation.")


class UnknownTopic(Invalid):
    code = "unknown_topic"
    message = N_("Choisissez une des rubriques de cette consultation.")


class PointOutside(Invalid):
    code = "point_outside"
    message = N_("Ce point est hors des lieux concernés par cette consultation : choisissez-en un autre.")


class ProposalHasReplies(Conflict):
    code = "proposal_has_replies"
    message = N_(
        "Cette proposition a déjà reçu un soutien ou un argument : son texte ne change plus. Vous pouvez la retirer et en écrire une autre."
    )


class ProposalChangedMeanwhile(Conflict):
    """Somebody else who signs it, or another device, changed it since it was read: nothing was written over."""

    code = "proposal_changed_meanwhile"
    message = N_(
        "Cette proposition a changé pendant que vous écriviez. Rien n’est perdu : comparez ci-dessous, puis enregistrez de nouveau."
    )


class NoSupportLeft(Conflict):
    """``allowed``: how many its consultation gives to each."""

    code = "no_support_left"
    message = N_(
        "Vous avez donné tous vos soutiens dans cette consultation (%(allowed)s au plus). Retirez-en un pour soutenir cette proposition."
    )


class ProposalAnswered(Conflict):
    code = "proposal_answered"
    message = N_("La mairie a répondu à cette proposition : elle ne peut plus être retirée.")


class ProposalWithheld(Conflict):
    code = "proposal_withheld"
    message = N_("Cette proposition n’est plus visible des autres : on ne peut plus y prendre part.")


class NothingToAnswer(Conflict):
    code = "no_answer_drafted"
    message = N_("Aucune réponse n’est prête à être publiée.")


class LikeOnesFirst(Conflict):
    """Told to the script that sends a form, which then leaves it to the browser: the page comes back with them, and the text."""

    code = "like_ones_first"
    message = N_("Une proposition ressemble à la vôtre")
