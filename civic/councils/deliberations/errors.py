from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class RecordNotFound(NotFound):
    code = "municipal_record_not_found"
    message = N_("Ce document du conseil municipal n’existe pas, ou n’est pas encore publié.")


class NoTown(NotFound):
    code = "no_town"
    message = N_("La commune n’est pas encore installée sur ce site.")


class NumberTaken(Conflict):
    code = "municipal_record_number_taken"
    message = N_("Un document de ce genre a déjà ce numéro.")

    def __init__(self) -> None:
        super().__init__(fields={"number": [self.message]})


class AdoptedBeforeHeld(Invalid):
    code = "minutes_adopted_before_held"
    message = N_("Un procès-verbal est arrêté après la séance qu’il raconte : corrigez une des deux dates.")

    def __init__(self) -> None:
        super().__init__(fields={"adopted_on": [self.message]})


class NotYetAdopted(Invalid):
    code = "minutes_not_yet_adopted"
    message = N_(
        "Dites à quelle séance ce procès-verbal a été arrêté : il est publié dans la semaine qui suit."
    )

    def __init__(self) -> None:
        super().__init__(fields={"adopted_on": [self.message]})


class NumberMissing(Invalid):
    code = "deliberation_number_missing"
    message = N_("Une délibération a un numéro.")

    def __init__(self) -> None:
        super().__init__(fields={"number": [self.message]})


class HeldInFuture(Invalid):
    code = "municipal_sitting_to_come"
    message = N_("Cette séance n’a pas encore eu lieu.")

    def __init__(self, field: str = "held_on") -> None:
        super().__init__(fields={field: [self.message]})


class PublishedStays(Conflict):
    code = "municipal_record_stays"
    message = N_(
        "Un document publié ne se supprime pas : la loi demande qu’il reste en ligne. Vous pouvez le corriger."
    )
