from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class StatementNotFound(NotFound):
    code = "statement_not_found"
    message = N_("Cette affirmation n’existe pas, ou a été retirée.")


class StatementDoubled(Conflict):
    code = "statement_doubled"
    message = N_("Cette affirmation a déjà été proposée : « %(text)s ».")


class PolisExportRefused(Invalid):
    """The export cannot be read; nothing was imported."""

    code = "polis_export_refused"
    message = N_("Cet export n’a pas été importé. %(problem)s")


class ReactionsHidden(Conflict):
    """One answer for every outlet that would tell what people react."""

    code = "reactions_hidden"
    message = N_(
        "Pour que chacun réagisse librement, les résultats restent cachés à tout le monde jusqu’au %(closes_at)s."
    )


class PreparationOver(Conflict):
    code = "preparation_over"
    message = N_(
        "Les habitants peuvent réagir, ou l’ont pu : les affirmations de la mairie ne se changent plus. Rien n’a été modifié."
    )


class TooManyPrepared(Conflict):
    code = "too_many_prepared_statements"
    message = N_("La mairie prépare cent affirmations au plus : retirez-en une pour en ajouter une autre.")
