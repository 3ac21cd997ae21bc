from civic.kernel.errors import N_, Conflict, Invalid


class PeriodRefused(Invalid):
    code = "period_refused"
    message = N_("Cette période est à corriger.")
    backwards = N_("Le dernier jour doit venir après le premier.")
    not_yet = N_("Une attestation s’arrête aujourd’hui au plus tard.")
    too_old = N_("Une attestation remonte à dix ans au plus.")
    too_long = N_("Une attestation couvre cinq ans au plus.")


class NothingToCertify(Conflict):
    code = "nothing_to_certify"
    message = N_(
        "Aucune aide confirmée entre ces deux jours : une aide compte quand la personne aidée l’a confirmée."
    )


class CertificateUnknown(Invalid):
    """A wrong number and a wrong code are refused alike: nobody learns which numbers exist."""

    code = "certificate_unknown"
    message = N_(
        "Aucune attestation ne porte ce numéro avec ce code. Vérifiez ce que vous avez écrit. Si c’est bien ce qui est sur la feuille, elle n’est pas valable."
    )
