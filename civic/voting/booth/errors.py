from typing import Any

from civic.kernel.errors import N_, Conflict, Invalid, NotFound, Sentence
from civic.voting.errors import PollFrozen
from civic.voting.methods.refusals import CountRefused
from civic.voting.sealed.refusals import BallotRefused


def sentence_of(refused: CountRefused) -> Sentence:
    """Return why a text was refused; a reason within the reason is a sentence too."""
    values = {name: Sentence(value) if name == "reason" else value for name, value in refused.values.items()}
    return Sentence(refused.message, values)


class NotSealed(NotFound):
    code = "poll_not_sealed"
    message = N_("Ce scrutin n’est pas un vote scellé.")


class PollIsSealed(Conflict):
    """A ballot in clear has no place in a sealed box, by whatever door it comes."""

    code = "poll_is_sealed"
    message = N_(
        "Ce scrutin est un vote scellé : un bulletin n’y entre que chiffré, signé par le code reçu par lettre."
    )


class MethodNotSealed(Conflict):
    code = "method_not_sealed"
    message = N_(
        "La question %(number)s ne peut pas être scellée : un vote scellé se compte en additionnant des cases cochées (une réponse, plusieurs réponses, ou des mentions). Pour un classement ou un budget, gardez le vote séparé."
    )


class SealingIncomplete(Conflict):
    code = "sealing_incomplete"
    message = N_("Avant d’ouvrir ce vote scellé : %(lacks)s.")


class CodesRefused(Invalid):
    code = "codes_refused"
    message = N_("Cette liste de codes ne peut pas être reprise : %(reason)s")


class CodesChanged(Conflict):
    code = "codes_changed"
    message = N_(
        "La liste de codes a changé depuis que vous l’avez relue. Relisez, puis confirmez de nouveau."
    )


class TrusteeRefused(Invalid):
    code = "trustee_refused"
    message = N_("Cette clé ne peut pas être reprise : %(reason)s")
    named = N_("Chaque dépositaire a son nom, et une seule clé.")
    several = N_(
        "Un vote scellé a au moins deux dépositaires : à lui seul, aucun ne doit pouvoir ouvrir l’urne."
    )
    weak = N_(
        "Un seuil d’un seul dépositaire lui permettrait d’ouvrir l’urne seul : il en faut au moins deux."
    )
    names = N_("Écrivez %(expected)s noms, un par ligne : ce fichier a %(expected)s dépositaires.")


class BallotNotAccepted(Conflict):
    """A sealed ballot that does not enter the box. ``code`` says why; a duplicate is one that is already there."""

    def __init__(self, refused: BallotRefused) -> None:
        told = sentence_of(refused)
        super().__init__(told.message, **told.values)
        self.code = f"sealed_{refused.problem.value.replace('-', '_')}"  # type: ignore[misc]


class CodeOfAnother(Conflict):
    code = "code_of_another"
    message = N_(
        "Ce code de vote a déjà servi à une autre personne. Prenez celui de la lettre qui porte votre nom, ou appelez la mairie."
    )


class OtherCode(Conflict):
    code = "other_code"
    message = N_(
        "Vous avez déjà voté avec un autre code. Pour voter de nouveau, reprenez le code de votre première lettre."
    )


class VotesOnPaper(Conflict):
    """An online ballot of somebody whom the roll says to vote on paper."""

    code = "votes_on_paper"
    message = N_(
        "La mairie a noté que vous votez sur papier : un bulletin en ligne ne peut plus entrer dans l’urne, car chacun ne vote qu’une fois. Si c’est une erreur, appelez la mairie avant la clôture."
    )


class SealedBallotInBox(Conflict):
    """Somebody who voted online comes to vote on paper."""

    code = "sealed_ballot_in_box"
    message = N_(
        "Cette personne a déjà voté en ligne : son bulletin scellé est dans l’urne, il compte, et personne ne peut l’en retirer. Elle ne vote pas sur papier. Pour changer d’avis, elle vote de nouveau en ligne avec son code, jusqu’à la clôture."
    )


class NotOnPaper(Conflict):
    code = "not_on_paper"
    message = N_("La liste ne dit pas que cette personne vote sur papier : il n’y a rien à effacer.")


class NobodyOnPaper(Conflict):
    code = "nobody_on_paper"
    message = N_("Personne n’a voté sur papier : il n’y a pas d’urne de papier à dépouiller.")


class PaperDoesNotAddUp(Invalid):
    code = "paper_does_not_add_up"
    message = N_("Ces nombres ne vont pas ensemble. Recomptez.")
    too_many = N_("Les bulletins blancs et nuls dépassent les %(papers)s bulletins de l’urne.")
    one = N_(
        "Les réponses font %(found)s, et il reste %(voters)s bulletins une fois ôtés les blancs et les nuls : les deux nombres doivent être égaux."
    )
    several = N_(
        "Les réponses font %(found)s. Avec %(voters)s bulletins, une fois ôtés les blancs et les nuls, elles font de %(least)s à %(most)s, et aucune plus de %(voters)s."
    )
    grades = N_(
        "« %(option)s » : ses mentions doivent faire %(voters)s, le nombre de bulletins une fois ôtés les blancs et les nuls."
    )


class PaperUnexplained(Invalid):
    code = "paper_unexplained"
    message = N_(
        "L’urne contient %(papers)s bulletins, et la liste dit que %(marked)s personnes ont voté sur papier. Recomptez ; si l’écart demeure, écrivez ce qui l’explique : ce texte sera publié."
    )


class PaperCounted(PollFrozen):
    """The count of the papers is final: what comes after is an attempt, which the register tells."""

    code = "paper_counted"
    message = N_(
        "Le papier est dépouillé : deux agents ont trouvé les mêmes nombres, et ils ne changent plus."
    )


class PaperFirst(Conflict):
    """The papers are counted before anybody can know what the sealed ballots say."""

    code = "paper_first"
    message = N_(
        "Dépouillez d’abord le papier : deux agents le comptent avant que les dépositaires ouvrent l’urne scellée, pour que personne ne le compte en connaissant le reste."
    )


class NotToBeOpenedYet(Conflict):
    code = "box_not_closed"
    message = N_("L’urne ne s’ouvre qu’après la clôture, une fois les bulletins additionnés.")


class DecryptionRefused(Invalid):
    code = "decryption_refused"
    message = N_("Ce fichier n’ouvre pas l’urne : %(reason)s")
    twice = N_("Ce dépositaire a déjà remis son fichier.")
    other = N_("Ce fichier vient d’un autre dépositaire : choisissez son nom.")
    nobody = N_("Choisissez de quel dépositaire vient ce fichier.")


class AwaitsTrustees(Conflict):
    code = "awaits_trustees"
    message = N_("Le vote est clos. Le résultat sera connu quand les dépositaires auront ouvert l’urne.")


def refusal_of(kind: type[Invalid], refused: CountRefused, name: str) -> Invalid:
    """Return the refusal of a file, said beside the field that it came by."""
    values: dict[str, Any] = {"reason": sentence_of(refused)}
    return kind(fields={name: [kind.message]}, **values)
