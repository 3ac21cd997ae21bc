from typing import Any

from civic.kernel.errors import N_, Conflict, Invalid, NotFound, Sentence
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
