from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class CosigningNotFound(NotFound):
    code = "cosigning_not_found"
    message = N_("Personne ne vous demande de signer cette proposition, ou vous avez déjà répondu.")


class TooManyCoauthors(Conflict):
    code = "too_many_coauthors"
    message = N_(
        "Dix coauteurs ou invitations par proposition, au plus. Annulez d’abord les invitations sans réponse."
    )


class AnonymousIsAlone(Conflict):
    code = "anonymous_is_alone"
    message = N_("Cette proposition est publiée sans nom : elle n’a pas de coauteurs.")


class AnonymityNotAllowed(Invalid):
    code = "anonymity_not_allowed"
    message = N_("Cette consultation demande de signer de son nom : décochez cette case pour publier.")


class AssociationSigns(Invalid):
    code = "association_signs"
    message = N_("Une association signe de son nom : publiez en votre nom, ou décochez cette case.")


class NotAnonymous(Conflict):
    code = "not_anonymous"
    message = N_("Cette proposition est signée : son auteur se lit sur sa page.")
