from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class CallNotFound(NotFound):
    code = "call_not_found"
    message = N_("Cet appel n’est pas dans la liste.")


class CallOver(Conflict):
    code = "call_over"
    message = N_("Quelqu’un a déjà passé cet appel : lisez ce qui en est sorti.")


class ConsentKnown(Conflict):
    code = "consent_known"
    message = N_("L’accord de cette personne est déjà noté, ou sa demande n’attend plus d’accord.")


class SheetUnknown(Invalid):
    code = "sheet_unknown"
    message = N_("Ce numéro n’est sur aucune feuille imprimée ici. Relisez-le, ou laissez la case vide.")


class SheetTyped(Invalid):
    code = "sheet_typed"
    message = N_("Cette feuille est déjà saisie : sa demande est dans le suivi de la mairie.")
