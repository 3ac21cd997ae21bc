from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class CouncilNotFound(NotFound):
    code = "council_not_found"
    message = N_("Ce conseil de quartier n’existe pas.")


class SeatNotFound(NotFound):
    code = "seat_not_found"
    message = N_("Ce siège n’existe pas.")


class SittingNotFound(NotFound):
    code = "sitting_not_found"
    message = N_("Cette séance n’existe pas, ou n’est pas encore publiée.")


class CouncilExists(Conflict):
    code = "council_exists"
    message = N_("Ce quartier a déjà un conseil.")


class NotANeighbourhood(Invalid):
    code = "not_a_neighbourhood"
    message = N_("Choisissez un quartier.")

    def __init__(self) -> None:
        super().__init__(fields={"territory_id": [self.message]})


class HolderUnknown(Invalid):
    code = "holder_unknown"
    message = N_("Aucun compte n’a cette adresse électronique.")

    def __init__(self) -> None:
        super().__init__(fields={"email": [self.message]})
