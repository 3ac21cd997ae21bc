from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class CommitmentNotFound(NotFound):
    code = "commitment_not_found"
    message = N_("Cet engagement n’existe pas, ou n’est pas encore publié.")


class MilestoneNotFound(NotFound):
    code = "milestone_not_found"
    message = N_("Cette étape n’existe pas.")


class CommitmentIsPublished(Conflict):
    code = "commitment_is_published"
    message = N_(
        "Cet engagement est publié : son texte et ses dates ne changent plus. Donnez des nouvelles, ou ajoutez une étape."
    )


class NotYetPublished(Conflict):
    code = "commitment_not_published"
    message = N_("Cet engagement n’est pas encore publié : on n’en donne pas de nouvelles.")


class CommitmentIsOver(Conflict):
    code = "commitment_is_over"
    message = N_("Cet engagement est tenu ou abandonné : il ne change plus.")


class NothingRetained(Conflict):
    code = "proposal_not_retained"
    message = N_(
        "La mairie ne s’engage que sur une proposition qu’elle a retenue : publiez d’abord sa réponse."
    )


class DoneInTheFuture(Invalid):
    code = "milestone_done_in_the_future"
    message = N_("Cette date n’est pas encore passée : l’étape n’est pas faite.")


class MilestoneWithoutDate(Invalid):
    code = "commitment_without_milestone"
    message = N_("Écrivez au moins une étape, avec sa date.")


class AlreadyDone(Conflict):
    code = "milestone_already_done"
    message = N_("Cette étape est déjà notée comme faite.")


class TooManyPhotographs(Conflict):
    code = "too_many_photographs"
    message = N_("Douze photos par engagement, au plus : retirez-en une d’abord.")


class PhotographNotFound(NotFound):
    code = "photograph_not_found"
    message = N_("Cette photo n’existe pas, ou n’est pas visible.")
