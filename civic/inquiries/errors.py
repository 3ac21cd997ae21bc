from typing import Any

from civic.kernel import errors
from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class InquiryNotFound(NotFound):
    code = "inquiry_not_found"
    message = N_("Cette enquête publique n’existe pas, ou n’est pas encore annoncée.")


class ObservationNotFound(NotFound):
    code = "observation_not_found"
    message = N_("Cette observation n’est pas dans le registre.")


class DocumentNotFound(NotFound):
    code = "inquiry_document_not_found"
    message = N_("Ce document n’existe pas, ou n’est pas publié.")


class FileMasked(NotFound):
    code = "observation_file_masked"
    message = N_("Cette pièce jointe est masquée : la page de l’observation dit pourquoi.")


class SessionNotFound(NotFound):
    code = "inquiry_session_not_found"
    message = N_("Cette permanence n’existe pas, ou a été retirée.")


class ThemeNotFound(NotFound):
    code = "inquiry_theme_not_found"
    message = N_("Ce thème n’existe pas, ou a été retiré.")


class WrongInquiryState(Conflict):
    """What is asked is not possible where the inquiry stands (``rules.TRANSITIONS``)."""

    code = "wrong_inquiry_state"


class ChangedMeanwhile(errors.ChangedMeanwhile):
    """Somebody saved while this was written: nothing is overwritten unless she says so, having read it."""

    code = "inquiry_changed_meanwhile"
    message = N_(
        "Quelqu’un d’autre a enregistré pendant que vous écriviez. Rien n’est écrasé : sa version est au-dessus, la vôtre est dans le formulaire. Enregistrez de nouveau pour garder la vôtre."
    )


class RegisterNotOpen(Conflict):
    code = "register_not_open"
    message = N_(
        "Le registre n’est pas encore ouvert : il s’ouvrira à la date et à l’heure écrites dans l’avis. Gardez votre texte jusque-là."
    )


class RegisterClosed(Conflict):
    code = "register_closed"
    message = N_(
        "Le registre est clos : votre observation n’a pas été enregistrée. Aucune ne l’est après l’heure de clôture, par aucun moyen."
    )


class ReceivedOutside(Invalid):
    code = "observation_received_outside"
    message = N_(
        "Cette observation a été reçue en dehors des dates de l’enquête : elle n’entre pas dans le registre. Gardez-la, et dites-le au commissaire enquêteur."
    )
    to_come = N_("Cette heure n’est pas encore passée.")

    def __init__(self, sentence: str = ""):
        super().__init__(sentence or self.message, fields={"received_at": [sentence or self.message]})


class DatesRefused(Invalid):
    code = "inquiry_dates_refused"
    message = N_("Ces dates ne conviennent pas.")
    reversed_dates = N_("La clôture vient avant l’ouverture.")
    too_short = N_("L’enquête doit durer au moins %(days)s jours : choisissez une clôture plus tardive.")
    too_long = N_("Une enquête ne dure pas plus d’un an ici : vérifiez l’année.")

    def __init__(self, sentence: str, **values: Any):
        super().__init__(sentence, fields={"closes_at": [sentence]}, **values)


class NotReady(Invalid):
    """What an inquiry lacks before it is announced: a sentence each."""

    code = "inquiry_not_ready"
    message = N_("Il manque encore quelque chose avant d’annoncer l’enquête.")

    def __init__(self, sentences: list[str]):
        super().__init__(sentences[0], fields={"_form": sentences})


class UnknownPlace(Invalid):
    code = "inquiry_unknown_place"
    message = N_("Choisissez des quartiers de cette commune.")

    def __init__(self) -> None:
        super().__init__(fields={"neighbourhood_ids": [self.message]})


class CommissionerRefused(Invalid):
    code = "inquiry_commissioner_refused"
    message = N_("Nommez au moins un commissaire enquêteur.")
    no_account = N_(
        "Aucun compte n’a cette adresse. La personne crée d’abord le sien ; vous pourrez l’ajouter ensuite."
    )
    no_name = N_("Écrivez aussi son nom.")
    named_twice = N_("Cette adresse est déjà celle d’un autre membre, plus haut.")
    of_the_town = N_(
        "Cette personne travaille pour la mairie, ou y est élue : un commissaire enquêteur est indépendant."
    )

    def __init__(self, field: str, sentence: str = ""):
        super().__init__(sentence or self.message, fields={field: [sentence or self.message]})


class SessionRefused(Invalid):
    code = "inquiry_session_refused"
    message = N_("La fin vient avant le début.")
    outside = N_(
        "Une permanence se tient pendant l’enquête : choisissez une heure entre son ouverture et sa clôture."
    )
    too_long = N_("Une permanence dure moins d’une journée.")

    def __init__(self, field: str, sentence: str = ""):
        super().__init__(sentence or self.message, fields={field: [sentence or self.message]})


class ProlongationRefused(Invalid):
    code = "inquiry_prolongation_refused"
    message = N_("La nouvelle clôture vient avant l’ancienne.")
    too_long = N_("Une enquête se prolonge de 15 jours au plus.")

    def __init__(self, sentence: str = ""):
        super().__init__(sentence or self.message, fields={"closes_at": [sentence or self.message]})


class ObservationEmpty(Invalid):
    code = "observation_empty"
    message = N_("Écrivez votre observation, ou joignez un document.")

    def __init__(self) -> None:
        super().__init__(fields={"text": [self.message]})


class FileRefused(Invalid):
    code = "observation_file_refused"
    message = N_("Ce fichier ne peut pas être joint : envoyez un PDF, ou une photo JPEG, PNG ou WebP.")
    too_many = N_("Une observation a trois pièces jointes au plus.")
    too_heavy = N_("Ensemble, ces fichiers pèsent plus de 3 Mo. Envoyez-en moins, ou plus petits.")

    def __init__(self, sentence: str = "", field: str = "files", **values: Any):
        super().__init__(sentence or self.message, fields={field: [sentence or self.message]}, **values)


class PassageNotFound(Invalid):
    code = "observation_passage_not_found"
    message = N_("Ce passage n’est pas dans l’observation. Copiez-le tel quel, lettre à lettre.")
    nothing = N_("Dites ce qui est à masquer : un passage, le nom, ou une pièce jointe.")

    def __init__(self, sentence: str = ""):
        super().__init__(sentence or self.message, fields={"passage": [sentence or self.message]})


class ReportTooEarly(Conflict):
    code = "inquiry_report_too_early"
    message = N_(
        "Le rapport se publie à partir du %(when)s. Pendant les %(days)s jours qui suivent la clôture, ce qui est arrivé à temps par courrier, par courriel ou sur papier entre encore au registre, et le rapport en tient compte."
    )


class ReportNotPublished(NotFound):
    code = "inquiry_report_not_published"
    message = N_("Le rapport de cette enquête n’est pas encore publié.")


class ReportIncomplete(Invalid):
    code = "inquiry_report_incomplete"
    message = N_("Ajoutez le rapport et les conclusions, en PDF.")
    report_missing = N_("Choisissez le rapport.")
    conclusions_missing = N_("Choisissez les conclusions.")

    def __init__(self, fields: dict[str, list[str]], **values: Any):
        super().__init__(fields=fields, **values)


class ThemeTaken(Conflict):
    code = "inquiry_theme_taken"
    message = N_("Un thème a déjà ce nom.")

    def __init__(self) -> None:
        super().__init__(fields={"name": [self.message]})
