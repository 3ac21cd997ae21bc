from civic.kernel.errors import N_, Conflict, Invalid


class PromiseIsKept(Conflict):
    code = "answer_promise_is_kept"
    message = N_(
        "Les habitants ont déjà lu cette promesse : on peut la rendre plus forte (moins de soutiens, moins de jours), pas la réduire."
    )


class UnknownPersonInCharge(Invalid):
    code = "unknown_person_in_charge"
    message = N_("Choisissez des élus ou des agents de la commune, chacun une seule fois.")


class UnknownReader(Invalid):
    code = "unknown_reader"
    message = N_("Choisissez un autre élu ou agent de la commune : la relecture se fait à deux.")


class AnswersNotReady(Conflict):
    """``fields`` says which ones, and why: ``answer-<proposal>``."""

    code = "answers_not_ready"
    message = N_("Rien n’est publié : une des réponses choisies n’est pas prête.")


class NothingChosen(Invalid):
    code = "no_answer_chosen"
    message = N_("Cochez au moins une réponse rédigée.")


class ChangedSinceRead(Conflict):
    code = "answer_changed_since_read"
    message = N_("Cette réponse a été modifiée depuis que vous l’avez ouverte. La voici : relisez-la.")
