"""Why a sealed ballot, or the archive of a sealed poll, is not accepted."""

from enum import StrEnum

from civic.voting.methods.refusals import N_, CountRefused


class SealedRefused(CountRefused):
    """A text of a sealed poll that is not what it must be. The message is a French sentence, as that of every refused count."""


class BallotProblem(StrEnum):
    """Why a ballot does not enter the box. The names are stable."""

    MALFORMED = "malformed"
    WRONG_ELECTION = "wrong-election"
    NOT_ON_ROLL = "not-on-roll"
    INVALID_PROOF = "invalid-proof"
    INVALID_SIGNATURE = "invalid-signature"
    DUPLICATE = "duplicate"
    REPLAY = "replay"
    COPY = "copy"


BALLOT_SENTENCES = {
    BallotProblem.MALFORMED: N_("Ce bulletin n’est pas écrit comme il doit l’être : %(reason)s"),
    BallotProblem.WRONG_ELECTION: N_("Ce bulletin a été préparé pour un autre scrutin."),
    BallotProblem.NOT_ON_ROLL: N_("Ce bulletin est signé par un code de vote qui n’est pas sur la liste."),
    BallotProblem.INVALID_PROOF: N_(
        "Ce bulletin ne prouve pas qu’il respecte les règles du scrutin : %(reason)s"
    ),
    BallotProblem.INVALID_SIGNATURE: N_("La signature de ce bulletin n’est pas la bonne."),
    BallotProblem.DUPLICATE: N_("Ce bulletin est déjà dans l’urne."),
    BallotProblem.REPLAY: N_("Ce bulletin reprend un ancien bulletin de la même personne."),
    BallotProblem.COPY: N_("Ce bulletin recopie le vote chiffré d’une autre personne."),
}


class BallotRefused(SealedRefused):
    """A ballot that does not enter the box, or that should never have entered it.

    Attributes:
        problem: the kind of fault, for programs.
        because: what exactly is wrong, where there is more to say (its own ``message`` can be translated).
    """

    def __init__(self, problem: BallotProblem, because: SealedRefused | None = None) -> None:
        super().__init__(BALLOT_SENTENCES[problem], **({"reason": str(because)} if because else {}))
        self.problem = problem
        self.because = because
