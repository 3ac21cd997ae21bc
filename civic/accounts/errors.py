from civic.kernel.errors import N_, Conflict, Invalid, NotAllowed, NotFound


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
    message = N_(
        "L’adresse électronique ou le mot de passe ne convient pas, ou cette adresse n’est pas encore confirmée."
    )


class TokenExpired(Invalid):
    code = "token_expired"
    message = N_("Ce lien a déjà servi ou n’est plus valable. Demandez-en un nouveau.")


class PasswordTooWeak(Invalid):
    code = "password_too_weak"
    message = N_("Ce mot de passe est trop facile à deviner. Choisissez une phrase d’au moins 12 caractères.")


class WrongPassword(Invalid):
    code = "wrong_password"
    message = N_("Ce n’est pas votre mot de passe actuel.")


class BirthDateImpossible(Invalid):
    code = "birth_date_impossible"
    message = N_("Cette date de naissance n’est pas possible.")


class BirthDateRecorded(Conflict):
    code = "birth_date_recorded"
    message = N_("Votre date de naissance a été relevée à la mairie : c’est elle qui peut la corriger.")


class AddressUnknown(Invalid):
    code = "address_unknown"
    message = N_("Choisissez votre adresse parmi celles qui sont proposées, ou votre quartier dans la liste.")


class NoResidency(Conflict):
    code = "no_residency"
    message = N_("Cette personne n’a pas indiqué où elle habite.")


class OwnResidency(NotAllowed):
    code = "own_residency"
    message = N_("Un agent ne vérifie pas son propre domicile : demandez à un collègue.")


class LastAdmin(Conflict):
    code = "last_admin"
    message = N_("C’est le dernier administrateur : donnez d’abord ce rôle à quelqu’un d’autre.")


class AlreadyDeactivated(Conflict):
    code = "already_deactivated"
    message = N_("Ce compte est déjà désactivé.")


class AccountErased(Conflict):
    code = "account_erased"
    message = N_("Ce compte a été supprimé par son titulaire : il ne peut pas revenir.")


class RegistrationNumberTaken(Conflict):
    code = "registration_number_taken"
    message = N_("Une association est déjà inscrite sous ce numéro.")


class AlreadyVerified(Conflict):
    code = "already_verified"
    message = N_("Cette association est déjà vérifiée.")


class LastMember(Conflict):
    code = "last_member"
    message = N_("C’est le dernier membre : une association garde au moins une personne.")


class InvitationNotFound(NotFound):
    code = "membership_invitation_not_found"
    message = N_("Cette invitation n’existe plus.")


class MembershipNotFound(NotFound):
    code = "membership_not_found"
    message = N_("Cette personne n’est pas membre de l’association.")


class TooManyTokens(Conflict):
    code = "too_many_tokens"
    message = N_("Vous avez déjà %(most)s jetons. Révoquez ceux qui ne servent plus.")


class CopyNotReady(NotFound):
    code = "copy_not_ready"
    message = N_("Cette copie de vos données n’est pas prête, ou n’est plus gardée : demandez-la de nouveau.")


class CopyGivenAtOnce(Conflict):
    code = "copy_given_at_once"
    message = N_("Vos données tiennent dans un petit fichier : téléchargez-le, il est prêt.")


class LastOwner(Conflict):
    code = "last_owner"
    message = N_(
        "L’association doit garder une personne responsable : donnez d’abord ce droit à quelqu’un d’autre."
    )
