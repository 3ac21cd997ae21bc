from civic.kernel.errors import N_, Conflict, Invalid, NotFound
from civic.kernel.moderated import Masked


class PetitionNotFound(NotFound):
    code = "petition_not_found"
    message = N_("Cette pétition n’existe pas, ou n’est pas encore publiée.")


class PetitionMasked(Masked, PetitionNotFound):
    code = "petition_not_found"


class PetitionWithheld(Conflict):
    code = "petition_withheld"
    message = N_("Cette pétition est masquée par la modération : on ne peut plus la signer.")


class SheetNotFound(NotFound):
    code = "sheet_not_found"
    message = N_("Cette feuille n’existe pas, ou a été retirée.")


class PetitionRewritten(Conflict):
    """Its author wrote it again while the town hall read it: nothing is decided of a text that was not read."""

    code = "petition_rewritten"
    message = N_(
        "L’auteur a changé le texte de sa pétition pendant que vous la lisiez. Le voici tel qu’il est maintenant : relisez-le, puis décidez."
    )


class PetitionsNotTaken(Conflict):
    code = "petitions_not_taken"
    message = N_(
        "La commune n’a pas encore dit comment elle reçoit les pétitions : on ne peut pas en déposer ici pour l’instant. Vous pouvez écrire au maire."
    )


class WrongPetitionState(Conflict):
    """What is asked is not possible where the petition stands (``rules.TRANSITIONS``)."""

    code = "wrong_petition_state"


class SignaturesClosed(Conflict):
    code = "signatures_closed"
    message = N_("Les signatures sont closes : on ne peut plus signer, ni retirer sa signature.")


class TooYoungToSign(Conflict):
    code = "too_young_to_sign"
    message = N_("Il faut avoir %(age)s ans pour signer cette pétition.")


class BirthDateMissing(Invalid):
    code = "birth_date_missing"
    message = N_("Écrivez votre date de naissance : elle sert à ne compter chacun qu’une fois.")

    def __init__(self) -> None:
        super().__init__(fields={"born_on": [self.message]})


class SheetTypedAlready(Conflict):
    code = "sheet_typed_already"
    message = N_(
        "La feuille n° %(number)s est déjà saisie. Vérifiez le numéro écrit sur la feuille ; pour la corriger, retirez-la d’abord."
    )

    def __init__(self, number: int):
        super().__init__(fields={"number": [self.message]}, number=number)


class UnreadableLine(Invalid):
    """Lines of a sheet that cannot be read: none of the sheet is counted."""

    code = "unreadable_line"
    message = N_("Certaines lignes ne peuvent pas être lues : rien n’est compté.")

    def __init__(self, sentences: list[str]):
        super().__init__(fields={"lines": sentences})


class SettingsIncomplete(Invalid):
    code = "petition_settings_incomplete"
    message = N_("Dites le nombre de signatures, ou la part de la liste électorale.")
    both = N_("Vous avez rempli la part et le nombre : effacez l’un des deux.")
    roll_missing = N_("Pour compter une part de la liste, écrivez combien de personnes y sont inscrites.")
    day_missing = N_("Écrivez à quelle date ce nombre a été relevé.")
    day_to_come = N_("Cette date n’est pas encore passée.")


class RefusalUnexplained(Invalid):
    code = "petition_refusal_unexplained"
    message = N_("Dites à l’auteur pourquoi, et ce qu’il peut faire : il n’a que vos mots.")

    def __init__(self) -> None:
        super().__init__(fields={"note": [self.message]})


class DecidedInTheFuture(Invalid):
    code = "petition_decided_in_the_future"
    message = N_("Cette date n’est pas encore passée : le conseil n’a pas délibéré.")

    def __init__(self) -> None:
        super().__init__(fields={"deliberated_on": [self.message]})


class DecidedBeforeOpening(Invalid):
    code = "petition_decided_before_opening"
    message = N_("À cette date, la pétition n’était pas ouverte : vérifiez la date de la délibération.")

    def __init__(self) -> None:
        super().__init__(fields={"deliberated_on": [self.message]})


class PlannedInThePast(Invalid):
    code = "petition_planned_in_the_past"
    message = N_(
        "Cette date est passée : choisissez un conseil à venir. Si le conseil a déjà délibéré, publiez sa décision ci-dessous."
    )

    def __init__(self) -> None:
        super().__init__(fields={"agenda_on": [self.message]})


class UnknownSitting(Invalid):
    code = "unknown_sitting"
    message = N_("Choisissez une séance publiée.")

    def __init__(self) -> None:
        super().__init__(fields={"sitting_id": [self.message]})
