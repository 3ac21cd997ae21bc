from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class SheetNotFound(NotFound):
    code = "contribution_sheet_not_found"
    message = N_("Cette feuille n’existe pas, ou sa saisie a été annulée.")


class NumberUnknown(Invalid):
    code = "sheet_number_unknown"
    message = N_("Ce numéro n’est sur aucune feuille imprimée ici. Relisez-le, ou laissez la case vide.")


class NumberTyped(Invalid):
    code = "sheet_number_typed"
    message = N_(
        "Cette feuille est déjà saisie, le %(day)s : elle compte une fois. Passez à la suivante, ou vérifiez le numéro."
    )


class NumberOfAnother(Invalid):
    code = "sheet_number_of_another"
    message = N_(
        "Cette feuille est celle d’une autre consultation : « %(title)s ». Ouvrez sa saisie pour la taper."
    )


class SheetIsItself(Invalid):
    code = "sheet_is_itself"
    message = N_("Une feuille ne peut pas être la suite d’elle-même.")


class ReceivedInFuture(Invalid):
    code = "received_in_future"
    message = N_("Cette date n’est pas encore venue : écrivez le jour où la feuille est arrivée.")


class ReceivedOutside(Invalid):
    code = "received_outside"
    message = N_(
        "Ce jour-là, la consultation ne permettait pas cela : elle le permettait du %(first)s au %(last)s. "
        "Une feuille arrivée trop tard ne se saisit pas."
    )


class TypingIsOver(Conflict):
    code = "typing_is_over"
    message = N_(
        "La saisie est terminée depuis le %(day)s, quinze jours après la fin de la consultation : ses totaux ne changent plus."
    )


class NothingAsked(Conflict):
    code = "nothing_asked"
    message = N_("Cette consultation ne demande rien qui s’écrive sur une feuille.")


class SheetIsEmpty(Invalid):
    code = "sheet_is_empty"
    message = N_("Rien n’est écrit : tapez une idée, un argument, une proposition soutenue ou une réponse.")


class AnsweredAlready(Invalid):
    code = "sheet_answered_already"
    message = N_(
        "L’autre feuille de cette personne répond déjà au questionnaire : elle n’y répond qu’une fois. Laissez ses questions vides ici."
    )


class ArgumentsNotAsked(Conflict):
    code = "arguments_not_asked"
    message = N_("Cette consultation ne demande pas d’arguments : laissez ces cases vides.")


class ArgumentIncomplete(Invalid):
    code = "sheet_argument_incomplete"
    message = N_(
        "Un argument se tape en trois cases : la proposition, la position (p, c ou q) et le texte. Il en manque une."
    )


class ProposalUnknown(Invalid):
    code = "sheet_proposal_unknown"
    message = N_(
        "« %(text)s » n’est pas une proposition affichée de cette consultation : tapez sa lettre sur la feuille, ou le nombre qui termine son adresse."
    )


class WrongLetters(Invalid):
    code = "wrong_letters"
    message = N_("« %(text)s » ne se lit pas ici. %(help)s")
