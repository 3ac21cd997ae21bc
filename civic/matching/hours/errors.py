from civic.kernel.errors import N_, Conflict, Invalid


class HoursRefused(Invalid):
    code = "hours_refused"
    message = N_("Ces heures sont à corriger.")
    backwards = N_("La fin doit venir après le début.")
    not_yet = N_("Ce moment n’est pas encore passé.")
    too_early = N_("C’est avant le jour où vous avez dit oui.")
    too_long = N_(
        "C’est plus long que ce que cette aide peut durer. Voyez la mairie si c’est vraiment le cas."
    )
    not_quarters = N_("Une durée se compte en quarts d’heure.")


class HoursConfirmed(Conflict):
    """What the other side confirmed is on certificates: it does not change any more."""

    code = "hours_confirmed"
    message = N_("Ces heures sont déjà confirmées : elles ne changent plus.")
