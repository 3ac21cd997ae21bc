from civic.kernel.errors import N_, Conflict, Invalid, NotFound
from civic.kernel.moderated import Masked


class OfferNotFound(NotFound):
    code = "offer_not_found"
    message = N_("Cette offre d’aide n’existe pas, ou n’est plus publiée.")


class OfferMasked(Masked, OfferNotFound):
    code = "offer_not_found"


class RequestNotFound(NotFound):
    """Also said of somebody else's request: that somebody needs help is nobody else's business."""

    code = "request_not_found"
    message = N_("Cette demande d’aide n’existe pas, ou ne vous concerne pas.")


class WindowRefused(Invalid):
    code = "window_refused"
    message = N_("Le créneau de la demande est à corriger.")
    too_short = N_("La fin doit venir au moins une demi-heure après le début, et après maintenant.")
    too_long = N_("Un créneau dure au plus 14 jours. Pour un besoin régulier, faites plusieurs demandes.")
    too_far = N_("Une demande se fait au plus 60 jours à l’avance.")
    too_late = N_("Il est trop tard pour ce moment-là. Choisissez-en un autre.")


class UrgencyRefused(Invalid):
    code = "urgency_refused"
    message = N_(
        "« Urgent » veut dire tout de suite. Pour un autre jour, choisissez « Dans la journée » ou « Quand cela arrange »."
    )


class PromisedForThen(Conflict):
    code = "promised_for_then"
    message = N_(
        "Quelqu’un a déjà dit oui pour ce moment-là. Convenez d’un autre moment avec cette personne, ou attendez qu’elle se retire."
    )


class PlaceOutsideTown(Invalid):
    code = "place_outside_town"
    message = N_("Choisissez un quartier de la commune.")


class PlaceKept(Invalid):
    code = "place_kept"
    message = N_(
        "Quelqu’un a déjà dit oui : le quartier ne change plus. Si l’adresse est ailleurs, prévenez cette personne par un message."
    )


class WrongTransition(Conflict):
    code = "wrong_state"
    message = N_("Cette demande n’en est pas là : rechargez la page pour voir où elle en est.")


class RequestMoved(Conflict):
    """The person decided on a state that is no longer the present one."""

    code = "request_moved"
    message = N_(
        "La demande vient de changer : quelqu’un a répondu. Relisez-la avant de décider ; rien n’a été annulé."
    )


class ReferralNotFound(NotFound):
    code = "referral_not_found"
    message = N_("Ce service n’est plus dans la liste de la commune.")


class ReferralMissing(Invalid):
    code = "referral_missing"
    message = N_("Choisissez un service, ou écrivez vers qui la personne peut se tourner.")


class DoubleMissing(Invalid):
    code = "double_missing"
    message = N_("Choisissez la demande que celle-ci répète.")


class OfferEnded(Conflict):
    code = "offer_ended"
    message = N_("Cette offre d’aide est terminée. Publiez-en une nouvelle pour aider à nouveau.")


class ConsentMissing(Invalid):
    code = "consent_missing"
    message = N_("Sans l’accord de la personne, la demande ne peut pas être transmise à des bénévoles.")


class CharterMissing(Invalid):
    code = "charter_missing"
    message = N_("Acceptez la charte de l’entraide pour proposer votre aide.")


class ReachRefused(Invalid):
    code = "reach_refused"
    message = N_("Choisissez des quartiers ou une distance, pas les deux.")


class OwnRequest(Invalid):
    """She is the only agent, and the request is hers: she may go on, once she says that she knows it."""

    code = "own_request"
    message = N_(
        "Cette demande est pour vous. Cochez la case pour la proposer vous-même : ce sera écrit dans le journal."
    )


class SomebodyComes(Conflict):
    """A change that would have the request read again, while somebody who said yes to it as it was is expected."""

    code = "somebody_comes"
    message = N_(
        "Quelqu’un a déjà dit oui à cette demande comme la mairie l’a relue : elle ne peut plus changer. Dites-le-lui dans votre conversation, appelez la mairie, ou faites une autre demande."
    )
