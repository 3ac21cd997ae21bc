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


class HolderSeated(Invalid):
    code = "holder_seated"
    message = N_(
        "Ce compte tient déjà un siège de ce conseil, et une personne n’a qu’une voix. Libérez d’abord l’autre siège, ou choisissez quelqu’un d’autre."
    )

    def __init__(self) -> None:
        super().__init__(fields={"email": [self.message]})


class SeatIsVoting(Conflict):
    """Who takes a seat over during a vote would answer under the name of who left it."""

    code = "seat_is_voting"
    message = N_(
        "Ce siège prend part à un vote ouvert en séance : clôturez d’abord ce vote, puis changez qui tient le siège."
    )


class SittingFollowed(Conflict):
    """A sitting that was opened stays public: residents follow it, ask, and read what was decided."""

    code = "sitting_followed"
    message = N_(
        "Cette séance a été ouverte en direct : elle reste publiée, avec ce qui s’y est dit. Laissez « Publier » coché, puis enregistrez."
    )


class VoteNotFound(NotFound):
    code = "sitting_vote_not_found"
    message = N_("Ce vote en séance n’existe pas.")


class VoteClosed(Conflict):
    code = "sitting_vote_closed"
    message = N_("Ce vote en séance est clos : plus rien n’y change.")


class VoteUnderWay(Conflict):
    code = "sitting_vote_under_way"
    message = N_("Un vote est déjà ouvert dans cette séance : fermez-le d’abord.")


class SittingNotYet(Conflict):
    code = "sitting_not_yet"
    message = N_(
        "La séance est prévue le %(starts_at)s : un vote s’y ouvre ce jour-là, ou après. Si elle a lieu aujourd’hui, corrigez d’abord sa date."
    )


class QuorumMissing(Conflict):
    code = "quorum_missing"
    message = N_(
        "Le quorum n’est pas atteint : %(present)s présents, il en faut %(needed)s. Le vote n’est pas ouvert."
    )


class BadProxies(Invalid):
    code = "bad_proxies"
    message = N_("Une procuration va d’une personne absente à une personne présente.")
    too_many = N_("Dans ce conseil, une personne ne peut pas tenir plus de %(most)s procuration(s).")
    not_seated = N_(
        "Seuls les sièges qui votent dans ce conseil peuvent être présents ou donner procuration."
    )
    nobody = N_("Dites qui est présent : au moins une personne.")


class BadAnswers(Invalid):
    code = "bad_answers"
    message = N_("Donnez entre 2 et 20 noms, un par ligne.")
    alike = N_("Deux noms se lisent de la même façon : distinguez-les.")


class SittingNotPublished(Conflict):
    """Of a secret vote, whose poll anybody reads: it would tell the sitting's title."""

    code = "sitting_not_published"
    message = N_("Publiez d’abord cette séance : dès qu’un vote secret s’ouvre, tout le monde peut le lire.")


class VoteIsSecret(Conflict):
    code = "sitting_vote_is_secret"
    message = N_("Ce vote est secret : chacun dépose son bulletin, personne ne l’inscrit.")
