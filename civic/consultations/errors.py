from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class ConsultationNotFound(NotFound):
    code = "consultation_not_found"
    message = N_("Cette consultation n’existe pas, ou n’est pas publiée.")


class PhaseClosed(Conflict):
    """No phase that is open permits what was asked."""

    code = "phase_closed"
    message = N_(
        "Cette action n’est prévue à aucun moment de cette consultation. Sa page dit ce que l’on peut y faire."
    )
    not_yet = N_("Ce n’est pas encore ouvert : la phase qui le permet commence le %(opens_at)s.")
    over = N_("C’est terminé : la phase qui le permettait a pris fin le %(closes_at)s.")


class PhaseEndsBeforeItBegins(Invalid):
    code = "phase_ends_before_it_begins"
    message = N_("Cette phase finit avant d’avoir commencé.")


class PhaseIsOver(Invalid):
    code = "phase_is_over"
    message = N_("Cette date est déjà passée : personne n’aurait le temps de participer.")


class TemplateNotFound(NotFound):
    code = "consultation_template_not_found"
    message = N_("Ce modèle de consultation n’existe pas.")


class NotPublishable(Invalid):
    """``fields`` has every reason under ``_form``."""

    code = "consultation_not_publishable"
    message = N_("Cette consultation n’est pas prête à être publiée.")


class AlreadyPublished(Conflict):
    code = "consultation_already_published"
    message = N_("Cette consultation est déjà publiée.")


class ChangedMeanwhile(Conflict):
    """Somebody else saved since this text was opened: nothing was overwritten."""

    code = "consultation_changed_meanwhile"
    message = N_(
        "Quelqu’un a enregistré une autre version pendant que vous écriviez. Votre texte est gardé ci-dessous ; comparez, puis enregistrez."
    )


class PastDatesAreKept(Conflict):
    code = "past_dates_are_kept"
    message = N_(
        "La consultation est publiée : une date passée ne change plus, et une nouvelle date ne peut être que dans le futur."
    )


class HiddenStaysHidden(Conflict):
    code = "hidden_stays_hidden"
    message = N_(
        "Les habitants ont commencé à réagir en sachant que les résultats resteraient cachés jusqu’à cette date : on ne peut pas les montrer plus tôt."
    )


class UnknownCommune(Invalid):
    code = "unknown_commune"
    message = N_(
        "Une consultation est celle d’une commune entière ; choisissez ensuite les quartiers concernés."
    )


class UnknownNeighbourhood(Invalid):
    code = "unknown_neighbourhood"
    message = N_("Ce quartier n’est pas un quartier de la commune.")


class UnknownPhase(Invalid):
    code = "unknown_phase"
    message = N_("Cette phase n’appartient pas à cette consultation.")
