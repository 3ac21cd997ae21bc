from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class SynthesisNotFound(NotFound):
    code = "synthesis_not_found"
    message = N_("Il n’y a pas de synthèse à lire pour cette consultation.")


class SynthesisNotMade(Conflict):
    code = "synthesis_not_made"
    message = N_("Faites d’abord la synthèse : elle est prête en quelques secondes.")


class ConsultationIsDraft(Conflict):
    code = "consultation_is_draft"
    message = N_("Cette consultation est un brouillon : personne n’y a pris part. Publiez-la d’abord.")


class ThemeNotFound(NotFound):
    code = "theme_not_found"
    message = N_("Ce thème n’existe plus : quelqu’un l’a peut-être réuni avec un autre.")


class ThemeIsItself(Invalid):
    code = "theme_is_itself"
    message = N_("Choisissez un autre thème : celui-ci ne peut pas être réuni avec lui-même.")


class NotInConsultation(Invalid):
    code = "not_in_consultation"
    message = N_("Cette proposition n’est pas dans cette consultation.")


class PopulationRefused(Invalid):
    """Some lines are wrong: nothing was kept. ``wrong``: (number of the line, sentence) of each."""

    code = "population_refused"
    message = N_("Ces chiffres ne sont pas enregistrés : voyez ce qui est à corriger.")
