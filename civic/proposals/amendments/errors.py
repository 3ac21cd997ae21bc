from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class AmendmentNotFound(NotFound):
    code = "amendment_not_found"
    message = N_("Cet amendement n’existe pas, ou n’est plus visible.")


class NothingChanges(Invalid):
    code = "nothing_changes"
    message = N_("Vous n’avez rien changé au texte : écrivez dedans ce que vous proposez.")


class OwnText(Conflict):
    code = "own_text"
    message = N_(
        "Vous signez cette proposition : ce sont les autres qui proposent des changements, et vous qui les acceptez ou non."
    )


class NobodyDecides(Conflict):
    code = "nobody_decides"
    message = N_("Personne ne peut accepter de changement : cette proposition n’a plus d’auteur ici.")


class AmendmentWaits(Conflict):
    code = "amendment_waits"
    message = N_(
        "Un de vos amendements attend déjà la réponse de l’auteur. Retirez-le, ou attendez, avant d’en proposer un autre."
    )


class AmendmentIsDecided(Conflict):
    code = "amendment_is_decided"
    message = N_("Cet amendement a déjà reçu sa réponse, ou a été retiré : rien n’a été changé.")


class TextIsAnswered(Conflict):
    code = "text_is_answered"
    message = N_("La mairie a répondu à cette proposition : son texte ne change plus.")


class TextMovedMeanwhile(Conflict):
    """The text is another one than what was under the eyes: nothing was written over."""

    code = "text_moved_meanwhile"
    message = N_(
        "Le texte de la proposition a changé entre-temps. Rien n’est perdu : comparez ci-dessous, puis envoyez de nouveau."
    )
