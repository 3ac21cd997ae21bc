from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class SeriesNotFound(NotFound):
    """Also said of somebody else's."""

    code = "series_not_found"
    message = N_("Cette aide régulière n’existe pas, ou ne vous concerne pas.")


class SeriesEnded(Conflict):
    code = "series_ended"
    message = N_("Cette aide régulière est arrêtée. Faites une nouvelle demande.")


class RepetitionRefused(Invalid):
    code = "repetition_refused"
    message = N_("La répétition est à corriger.")
    too_long = N_(
        "Pour une aide qui revient, chaque fois tient dans une journée : choisissez un jour et des heures."
    )
    wrong_end = N_("Le dernier jour vient après le premier, et dans un an au plus.")
