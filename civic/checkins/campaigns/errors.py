from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class CampaignNotFound(NotFound):
    code = "checkin_campaign_not_found"
    message = N_("Cette campagne d’appels n’existe pas.")


class CallNotFound(NotFound):
    code = "checkin_call_not_found"
    message = N_("Cet appel n’existe pas, ou n’est plus le vôtre.")


class CampaignOver(Conflict):
    code = "checkin_campaign_over"
    message = N_(
        "Cette campagne d’appels est terminée : plus personne n’est à appeler, et les numéros ne sont plus visibles. Si quelqu’un vous inquiète, appelez le 15 ou le 112, puis la mairie."
    )


class CampaignOpen(Conflict):
    code = "checkin_campaign_open"
    message = N_("Une campagne d’appels est déjà ouverte. Fermez-la avant d’en ouvrir une autre.")


class NobodyToCall(Conflict):
    code = "nobody_to_call"
    message = N_("Personne n’est inscrit au registre dans ces quartiers : il n’y a personne à appeler.")


class PlanNotInForce(Invalid):
    code = "plan_not_in_force"
    message = N_(
        "La loi réserve le registre au plan d’alerte et d’urgence. Ouvrez la campagne quand le préfet l’a déclenché, et cochez cette case."
    )


class SecretNotAccepted(Invalid):
    code = "secret_not_accepted"
    message = N_(
        "Cochez cette case : ce que vous apprenez au téléphone reste entre la personne et la mairie."
    )


class CallNotHeld(Conflict):
    code = "checkin_call_not_held"
    message = N_(
        "Le temps prévu pour cet appel est passé : il a été donné à quelqu’un d’autre. Si la personne vous inquiète, choisissez « Inquiétant » : la mairie le saura quand même."
    )


class ConsentBeside(Invalid):
    code = "consent_beside_need"
    message = N_("Cet accord ne va qu’avec la réponse « A besoin de quelque chose ».")


class NothingToFollow(Conflict):
    code = "nothing_to_follow"
    message = N_("Cet appel n’attend plus rien de la mairie.")


class WindowRefused(Invalid):
    code = "checkin_window_refused"
    message = N_("Cette date est à corriger.")
    is_past = N_("La fin doit être à venir.")
    too_long = N_("Une campagne dure 31 jours au plus. Ouvrez-en une autre si l’alerte continue.")


class PlaceRefused(Invalid):
    code = "checkin_place_refused"
    message = N_("Choisissez des quartiers de cette commune.")
