from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class CallNotFound(NotFound):
    code = "call_not_found"
    message = N_("Cet appel à candidatures n’existe pas, ou n’est pas encore publié.")


class CandidacyNotFound(NotFound):
    code = "candidacy_not_found"
    message = N_("Vous n’êtes pas candidat à cet appel.")


class WrongCallState(Conflict):
    code = "wrong_call_state"
    message = N_("Cet appel n’est plus dans l’état où cela se fait : rechargez la page.")


class CallNotOpen(Conflict):
    code = "call_not_open"
    message = N_("Cet appel ne reçoit pas de candidatures en ce moment.")


class CandidacyHeld(Conflict):
    code = "candidacy_held"
    message = N_(
        "La liste du tirage au sort est faite : votre numéro y reste. Si vous êtes tiré au sort, vous pourrez refuser."
    )


class BirthDateUnknown(Invalid):
    code = "candidate_birth_date_unknown"
    message = N_(
        "Cet appel demande un âge minimum : indiquez d’abord votre date de naissance dans « Mon compte »."
    )


class TooYoungToApply(Conflict):
    code = "candidate_too_young"
    message = N_("Cet appel demande d’avoir au moins %(least)s ans.")


class SexNotSaid(Invalid):
    code = "candidate_sex_not_said"
    message = N_("Choisissez une réponse. « Je préfère ne pas le dire » en est une.")

    def __init__(self) -> None:
        super().__init__(fields={"sex": [self.message]})


class ClosesTooEarly(Invalid):
    code = "call_closes_too_early"
    message = N_("La fermeture doit venir après l’ouverture, et après maintenant.")

    def __init__(self) -> None:
        super().__init__(fields={"closes_at": [self.message]})


class CouncilElsewhere(Invalid):
    code = "call_council_elsewhere"
    message = N_(
        "Les candidats d’un conseil de quartier habitent ce quartier : choisissez le même, ou la commune."
    )

    def __init__(self) -> None:
        super().__init__(fields={"territory_id": [self.message]})


class NobodyApplied(Conflict):
    code = "nobody_applied"
    message = N_("Personne n’est candidat : il n’y a pas de liste à tirer au sort.")


class PollNotYetOpen(Invalid):
    code = "call_poll_not_yet_open"
    message = N_(
        "Ce scrutin n’est pas encore ouvert : la page de l’appel n’y mène qu’à partir de son ouverture."
    )

    def __init__(self) -> None:
        super().__init__(fields={"poll_id": [self.message]})


class TooManyChosen(Invalid):
    code = "too_many_chosen"
    message = N_("Cet appel a %(seats)s places : choisissez autant de personnes, ou moins.")
