from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class PersonNotFound(NotFound):
    code = "person_not_found"
    message = N_("Cette personne n’existe pas.")


class OrganisationNotFound(NotFound):
    code = "organisation_not_found"
    message = N_("Cette association n’existe pas.")


class EmailTaken(Conflict):
    """Told to agents and on the command line alone; a visitor who signs up is told the same thing whether or not it is taken."""

    code = "email_taken"
    message = N_("Un compte existe déjà avec cette adresse électronique.")


class IdentityTaken(Conflict):
    code = "identity_taken"
    message = N_("Cette personne a déjà un compte ou une fiche.")


class WrongCredentials(Invalid):
    code = "wrong_credentials"
    message = N_("L’adresse ou le mot de passe ne convient pas, ou l’adresse n’est pas encore confirmée.")


class TokenExpired(Invalid):
    code = "token_expired"
    message = N_("Ce lien a déjà servi ou n’est plus valable. Demandez-en un nouveau.")


class PasswordTooWeak(Invalid):
    code = "password_too_weak"
    message = N_("Ce mot de passe est trop facile à deviner. Choisissez une phrase d’au moins 12 caractères.")
