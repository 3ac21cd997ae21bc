from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class TooYoung(Invalid):
    code = "too_young"
    message = N_(
        "On peut aider à partir de 16 ans. Avant, parlez-en avec vos parents : la mairie connaît d’autres façons de participer."
    )


class DayRefused(Invalid):
    code = "day_refused"
    message = N_("Cette date est à corriger.")
    in_future = N_("Ce jour n’est pas encore venu.")
    too_old = N_("C’était il y a trop longtemps : il faut revoir la personne.")
    passed = N_("Cette date est passée.")
    not_a_minor = N_("D’après cette date, la personne n’a pas entre 16 et 18 ans.")


class HonourabilityRefused(Invalid):
    """The law names where this document may be asked for."""

    code = "honourability_refused"
    message = N_("La loi ne permet pas de demander l’attestation d’honorabilité pour cette aide.")


class OwnVetting(Conflict):
    code = "own_vetting"
    message = N_("On ne se vérifie pas soi-même : demandez à un autre agent.")


class NotMinor(Conflict):
    code = "not_minor"
    message = N_("Cette personne n’a pas dit avoir 16 ou 17 ans : aucun accord n’est à recueillir.")


class NotForMinors(Invalid):
    code = "not_for_minors"
    message = N_(
        "Cette aide est réservée aux personnes majeures. Les courses ou les animaux, par exemple, vous sont ouverts."
    )


class VolunteerSuspended(Conflict):
    code = "volunteer_suspended"
    message = N_(
        "La mairie a suspendu votre participation à l’entraide. Appelez-la pour en parler : c’est votre droit."
    )


class ConcernNotFound(NotFound):
    """Also said to whoever may not read it: that somebody worries is nobody else's business."""

    code = "concern_not_found"
    message = N_("Cette alerte n’existe pas, ou n’est pas pour vous.")


class ConcernClosed(Conflict):
    code = "concern_closed"
    message = N_("Cette alerte est close. Rouvrez-la pour y ajouter quelque chose.")


class NobodyToSuspend(Conflict):
    code = "nobody_to_suspend"
    message = N_("Cette alerte ne vise personne, ou cette personne a quitté le site.")
