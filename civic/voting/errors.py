from civic.kernel.errors import N_, Conflict, Invalid, NotAllowed, NotFound


class PollNotFound(NotFound):
    code = "poll_not_found"
    message = N_("Ce scrutin n’existe pas, ou n’est pas encore public.")


class PollFrozen(Conflict):
    code = "poll_frozen"
    message = N_(
        "Ce scrutin est ouvert : ses règles, ses réponses et sa liste électorale ne changent plus. Pour les changer, préparez un nouveau scrutin."
    )


class NotFrozenYet(NotFound):
    """A draft has neither roll nor fingerprint."""

    code = "poll_not_frozen"
    message = N_("Ce scrutin est un brouillon : sa liste électorale sera établie à l’ouverture.")


class PollChanged(Conflict):
    """What would be frozen is no longer what the agent read: nothing was frozen."""

    code = "poll_changed"
    message = N_(
        "Le scrutin ou la liste électorale a changé depuis que vous avez lu cette page. Relisez, puis confirmez de nouveau."
    )


class OpeningTooLate(Conflict):
    code = "opening_too_late"
    message = N_("L’heure de clôture est déjà passée : changez les dates avant d’ouvrir le scrutin.")


class RollEmpty(Conflict):
    code = "roll_empty"
    message = N_("Personne ne remplit les conditions pour voter : la liste électorale serait vide.")


class PollNotOpen(Conflict):
    code = "poll_not_open"
    message = N_("Ce scrutin n’est pas ouvert.")
    not_yet = N_("Le vote n’est pas encore ouvert : il ouvre le %(opens_at)s.")
    over = N_("Le vote est clos depuis le %(closes_at)s.")


class AlreadyVoted(Conflict):
    code = "already_voted"
    message = N_("Un bulletin a déjà été déposé pour cette personne : chacun ne vote qu’une fois.")


class NotOnRoll(Invalid):
    """Told to an agent who registers a ballot; a resident is told by the policy."""

    code = "not_on_roll"
    message = N_("Cette personne ne figure pas sur la liste électorale de ce scrutin.")


class OwnBallotAtDesk(Conflict):
    code = "own_ballot_at_desk"
    message = N_(
        "Un agent n’enregistre pas son propre bulletin : votez vous-même en ligne, ou demandez à un collègue."
    )


class ResultNotPublished(NotAllowed):
    """Whoever asks, and whatever her role."""

    code = "result_not_published"
    message = N_("Le résultat n’est montré à personne avant la clôture, le %(closes_at)s.")


class UnknownChoice(Invalid):
    code = "unknown_choice"
    message = N_("Choisissez une des réponses proposées, ou le vote blanc.")


class WindowReversed(Invalid):
    code = "window_reversed"
    message = N_("La clôture doit venir après l’ouverture.")


class BadChoices(Invalid):
    code = "bad_choices"
    message = N_("Proposez entre 2 et 20 réponses. Le vote blanc s’y ajoute de lui-même.")
    alike = N_("Deux réponses se lisent de la même façon.")


class ReceiptUnknown(Invalid):
    code = "receipt_unknown"
    message = N_("Aucun bulletin ne correspond à ce récépissé. Vérifiez chaque lettre et chaque chiffre.")
