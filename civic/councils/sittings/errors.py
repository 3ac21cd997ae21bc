from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class ItemNotFound(NotFound):
    code = "agenda_item_not_found"
    message = N_("Ce point n’est pas, ou n’est plus, à l’ordre du jour.")


class QuestionNotFound(NotFound):
    code = "sitting_question_not_found"
    message = N_("Cette question n’existe pas, ou n’existe plus.")


class MinutesNotFound(NotFound):
    code = "minutes_not_found"
    message = N_("Le compte rendu de cette séance n’est pas publié.")


class AgendaFull(Conflict):
    code = "agenda_full"
    message = N_("Un ordre du jour tient en 40 points. Regroupez-en avant d’en ajouter.")


class ItemBegun(Conflict):
    code = "agenda_item_begun"
    message = N_("Ce point a été ouvert en séance : il reste à l’ordre du jour, tel qu’il a été traité.")


class ItemUnderWay(Conflict):
    code = "agenda_item_under_way"
    message = N_("Un point est déjà ouvert : fermez-le d’abord.")


class ItemNotOpen(Conflict):
    code = "agenda_item_not_open"
    message = N_("Ce point n’est pas ouvert : rechargez la page pour voir où en est la séance.")


class SittingNotOpen(Conflict):
    code = "sitting_not_open"
    message = N_("La séance n’est pas ouverte, ou elle est suspendue : rechargez la page.")


class SittingOpened(Conflict):
    code = "sitting_opened"
    message = N_("La séance est déjà ouverte.")


class SittingClosed(Conflict):
    code = "sitting_closed"
    message = N_("La séance est close : plus rien ne s’y ajoute.")


class SittingNotClosed(Conflict):
    code = "sitting_not_closed"
    message = N_("Le compte rendu s’écrit une fois la séance close.")


class TooEarly(Conflict):
    code = "sitting_too_early"
    message = N_(
        "La séance est prévue le %(starts_at)s : elle s’ouvre au plus tôt 30 minutes avant. Si elle a lieu maintenant, corrigez d’abord sa date."
    )


class SittingIsDraft(Conflict):
    code = "sitting_is_draft"
    message = N_("Publiez d’abord cette séance : personne ne la voit encore.")


class NobodyToCall(Conflict):
    code = "nobody_to_call"
    message = N_("Aucun siège de ce conseil n’est occupé : il n’y a personne à convoquer.")


class CallUnchanged(Conflict):
    code = "convocation_unchanged"
    message = N_(
        "Cette convocation est déjà partie, et rien n’a changé depuis : ni la date, ni le lieu, ni l’ordre du jour, ni les membres."
    )


class CallTooLate(Conflict):
    code = "call_too_late"
    message = N_("La séance a commencé : on ne convoque plus, et on ne s’inscrit plus. Vous pouvez venir.")


class NoPlaceLeft(Conflict):
    code = "no_place_left"
    message = N_("Toutes les places sont prises. Si quelqu’un se désiste, une place se libère ici.")


class PlacesTaken(Conflict):
    code = "sitting_places_taken"
    message = N_("Plus de personnes sont déjà inscrites : on ne retire pas une place prise.")


class NotASeat(Invalid):
    code = "not_a_seat"
    message = N_("Seuls les sièges occupés de ce conseil répondent à l’appel.")


class NobodyPresides(Invalid):
    code = "nobody_presides"
    message = N_("Dites qui préside : une personne présente.")

    def __init__(self) -> None:
        super().__init__(fields={"chair_seat_id": [self.message]})


class NobodyPresent(Invalid):
    code = "nobody_present"
    message = N_("Dites qui est présent : au moins une personne.")

    def __init__(self) -> None:
        super().__init__(fields={"present": [self.message]})


class VotesUnderWay(Conflict):
    code = "votes_under_way"
    message = N_("Un vote est encore ouvert : il se clôt avant la séance.")


class ResultNotWritten(Conflict):
    code = "result_not_written"
    message = N_(
        "Le résultat d’un vote n’est pas encore écrit. Attendez une minute, ou écrivez-le sur sa page."
    )


class QuestionsTooMany(Conflict):
    code = "questions_too_many"
    message = N_(
        "Vous avez déjà posé 5 questions sur ce point. Soutenez celles des autres, ou demandez la parole."
    )


class QuestionDoubled(Conflict):
    code = "question_doubled"
    message = N_("Cette question est déjà posée sur ce point : soutenez-la.")


class QuestionSettled(Conflict):
    code = "question_settled"
    message = N_("Cette question a déjà reçu sa réponse, ou a été écartée.")


class ReasonMissing(Invalid):
    code = "reason_missing"
    message = N_("Dites pourquoi la question est écartée : la personne qui l’a posée le lira.")

    def __init__(self) -> None:
        super().__init__(fields={"words": [self.message]})


class OwnQuestion(Conflict):
    code = "own_question"
    message = N_("C’est votre question : elle compte déjà.")


class MinutesDrafted(Conflict):
    code = "minutes_drafted"
    message = N_("Le brouillon est déjà écrit : corrigez-le.")


class MinutesChanged(Conflict):
    code = "minutes_changed"
    message = N_(
        "Quelqu’un d’autre a corrigé ce compte rendu pendant que vous écriviez. Votre texte est gardé ci-dessous, le sien est au-dessus : réunissez-les, puis enregistrez."
    )


class MinutesOther(Conflict):
    code = "minutes_other"
    message = N_(
        "Ce compte rendu a été corrigé depuis que vous l’avez lu : l’approbation n’est pas notée. Le texte d’aujourd’hui est ci-dessous : relisez-le, puis notez l’approbation."
    )


class MinutesFrozen(Conflict):
    code = "minutes_frozen"
    message = N_("Ce compte rendu est publié : il ne change plus. Ajoutez une rectification, qui sera datée.")


class MinutesApproved(Conflict):
    code = "minutes_approved"
    message = N_("Ce compte rendu est approuvé : pour le corriger, retirez d’abord l’approbation.")


class MinutesNotApproved(Conflict):
    code = "minutes_not_approved"
    message = N_("Ce compte rendu n’est pas approuvé : il se publie ensuite.")


class ApprovalRefused(Invalid):
    code = "approval_refused"
    message = N_("Ce jour ne convient pas.")
    too_soon = N_("Un compte rendu s’approuve le jour de la séance, ou après.")
    to_come = N_("Ce jour est à venir.")
    which = N_("Dites à quelle séance il a été approuvé.")


class ResultMissing(Invalid):
    """The minutes no longer say the result of a vote as it was counted."""

    code = "result_missing"
    message = N_(
        "Le résultat de ce vote n’est plus dans le texte, ou n’y est plus tel qu’il a été compté : « %(motion)s ». Remettez-le : il est recopié sous la zone de texte."
    )
