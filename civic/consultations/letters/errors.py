from civic.kernel.errors import N_, Conflict, NotFound


class LetterNotFound(NotFound):
    code = "consultation_letter_not_found"
    message = N_("Cette lettre n’existe pas, ou a été retirée.")


class NotYetRead(Conflict):
    code = "consultation_not_published"
    message = N_("Cette consultation n’est pas publiée : il n’y a encore personne à qui écrire.")
