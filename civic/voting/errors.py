from typing import Any

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


class VotesByProxy(Conflict):
    code = "votes_by_proxy"
    message = N_(
        "Vous avez donné procuration pour ce vote : la personne qui la tient vote pour vous. Si vous êtes là, dites-le avant l’ouverture."
    )


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


class WindowReversed(Invalid):
    code = "window_reversed"
    message = N_("La clôture doit venir après l’ouverture.")


class BadQuestions(Invalid):
    code = "bad_questions"
    message = N_("Posez entre 1 et 10 questions.")
    alike = N_("Deux questions se lisent de la même façon.")


class BadChoices(Invalid):
    code = "bad_choices"
    message = N_("Proposez entre 2 et 20 réponses. Le vote blanc s’y ajoute de lui-même.")
    projects = N_("Proposez entre 2 et 200 projets. Le vote blanc s’y ajoute de lui-même.")
    alike = N_("Deux réponses se lisent de la même façon.")


class UnknownMethod(Invalid):
    code = "unknown_method"
    message = N_("Choisissez une des façons de répondre proposées.")


class BadTerms(Invalid):
    """What the rules of a question say could not be met, or does not go together."""

    code = "bad_terms"
    message = N_("Une règle de cette question est à corriger.")
    reversed = N_("Le minimum dépasse le maximum.")
    seats = N_(
        "Le nombre de réponses retenues doit être d’au moins 1, et inférieur au nombre de réponses proposées."
    )
    number = N_("Ce nombre doit être d’au moins 1, et ne pas dépasser le nombre de réponses proposées.")
    grades = N_("Donnez de 2 à 7 mentions.")
    points = N_("Dites combien de points chacun peut donner.")
    threshold = N_("Dites combien de voix un projet doit réunir, au moins 1.")
    budget = N_("Donnez le budget à répartir, en euros.")
    costs = N_("Chaque projet doit avoir un coût.")
    exclusions = N_("Deux projets incompatibles se désignent par leurs numéros, par exemple 2-5.")
    shares_of_envelopes = N_(
        "Par parts égales, des enveloppes ne vont ni avec un nombre maximal de projets, ni avec des projets incompatibles d’enveloppes différentes."
    )


# A ballot, before the box. Each says which rule.


class BallotRefused(Invalid):
    code = "ballot_refused"
    message = N_("Ce bulletin ne suit pas les règles de la question.")


class AnswersMissing(BallotRefused):
    code = "answers_missing"
    message = N_("Répondez à chacune des %(asked)s questions, ou votez blanc à celles que vous laissez.")


class UnknownChoice(BallotRefused):
    code = "unknown_choice"
    message = N_("Choisissez une des réponses proposées, ou le vote blanc.")


class BallotOfAnotherKind(BallotRefused):
    code = "ballot_of_another_kind"
    message = N_("Cette question ne se répond pas ainsi.")


class ChoiceNamedTwice(BallotRefused):
    code = "choice_named_twice"
    message = N_("Une réponse est donnée deux fois.")


class PlaceShared(BallotRefused):
    code = "place_shared"
    message = N_("Deux réponses ont le même rang : donnez à chacune le sien.")


class PlaceSkipped(BallotRefused):
    code = "place_skipped"
    message = N_("Le rang %(rank)s est donné, mais pas le rang %(missing)s.")


class TooFewChoices(BallotRefused):
    code = "too_few_choices"
    message = N_("Il faut au moins %(fewest)s réponses : vous en avez %(number)s.")


class TooManyChoices(BallotRefused):
    code = "too_many_choices"
    message = N_("Pas plus de %(most)s réponses : vous en avez %(number)s.")


class GradeUnknown(BallotRefused):
    code = "grade_unknown"
    message = N_("Donnez une des mentions proposées.")


class PointsOutOfRange(BallotRefused):
    code = "points_out_of_range"
    message = N_("Donnez de %(least)s à %(most)s points à une réponse, ou rien.")


class TooFewPoints(BallotRefused):
    code = "too_few_points"
    message = N_("Donnez au moins %(fewest)s points en tout : vous en avez donné %(number)s.")


class TooManyPoints(BallotRefused):
    code = "too_many_points"
    message = N_("Pas plus de %(most)s points en tout : vous en avez donné %(number)s.")


class CostTooHigh(BallotRefused):
    code = "cost_too_high"
    message = N_("Vos projets coûtent %(cost)s ensemble, plus que les %(most)s dont vous disposez.")


class CostTooLow(BallotRefused):
    code = "cost_too_low"
    message = N_("Vos projets coûtent %(cost)s ensemble, moins que les %(least)s demandés.")


class CountUnderWay(Conflict):
    """The poll is closed, and its ballots are being counted."""

    code = "count_under_way"
    message = N_("Les bulletins sont en cours de dépouillement. Le résultat sera là dans quelques minutes.")


class ReceiptUnknown(Invalid):
    code = "receipt_unknown"
    message = N_("Aucun bulletin ne correspond à ce récépissé. Vérifiez chaque lettre et chaque chiffre.")


class ReceiptUnreadable(Invalid):
    code = "receipt_unreadable"
    message = N_(
        "Ce récépissé est incomplet. Copiez-le en entier, de « civic-receipt-1 » jusqu’à la fin de la signature."
    )


class ReceiptForged(Invalid):
    """It was not signed here: nothing is printed or mailed of it."""

    code = "receipt_forged"
    message = N_("Ce récépissé n’a pas été signé par cette mairie.")


class NoAddressForReceipt(Conflict):
    code = "no_address_for_receipt"
    message = N_(
        "Votre compte n’a pas d’adresse électronique confirmée. Imprimez le récépissé, ou enregistrez-le."
    )


class NoReceiptsYet(NotFound):
    code = "no_receipts_yet"
    message = N_(
        "La liste des récépissés n’est pas encore publiée. Elle l’est à la première heure pleine du vote ; si la participation est cachée, à la clôture."
    )


class CopyUnreadable(Invalid):
    code = "register_copy_unreadable"
    message = N_(
        "Choisissez la copie du registre que vous avez gardée : un fichier qui se termine par .jsonl."
    )


class RollRefused(Invalid):
    """Lines of a roll's file are wrong: nothing of it was kept. ``problems``: each line, and what to correct."""

    code = "roll_refused"
    message = N_("Ce fichier n’est pas repris : corrigez les lignes indiquées, puis renvoyez-le en entier.")

    def __init__(self, *, problems: tuple[Any, ...]):
        super().__init__(fields={"file": [self.message]})
        self.problems = problems


class NoRollWaiting(Conflict):
    code = "no_roll_waiting"
    message = N_("Aucune liste n’attend d’être confirmée. Envoyez de nouveau le fichier.")


class BoxNotOpened(Conflict):
    """Ballots were closed under another key than the installation's: nothing is lost while somebody has the key."""

    code = "box_not_opened"
    message = N_(
        "L’urne ne s’ouvre pas avec la clé secrète de cette installation. Remettez la clé qui servait pendant le vote "
        "(CIVIC_SECRET_KEY) : aucun bulletin n’est perdu, et le résultat s’affichera."
    )


class BallotFileRefused(Invalid):
    code = "ballot_file_refused"
    message = N_("Ce fichier de bulletins ne se lit pas.")
    none = N_("Choisissez un fichier de bulletins.")
