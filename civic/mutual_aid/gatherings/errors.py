from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class GatheringNotFound(NotFound):
    code = "gathering_not_found"
    message = N_("Ce rendez-vous n’existe pas, ou n’est pas encore publié.")


class ShiftNotFound(NotFound):
    code = "shift_not_found"
    message = N_("Ce créneau n’existe pas, ou n’existe plus.")


class ShiftRefused(Invalid):
    code = "shift_refused"
    message = N_("Ce créneau est à corriger.")
    backwards = N_("La fin doit venir après le début.")
    too_long = N_("Un créneau dure au plus 24 heures.")
    passed = N_("Ce moment est passé.")
    too_far = N_("Un créneau se prépare au plus un an à l’avance.")


class ShiftFull(Conflict):
    code = "shift_full"
    message = N_("Toutes les places sont prises. Vous pouvez vous mettre sur la liste d’attente.")


class ShiftOver(Conflict):
    code = "shift_over"
    message = N_("Ce créneau a commencé ou a été annulé : on ne peut plus s’y inscrire.")


class ShiftsOverlap(Conflict):
    code = "shifts_overlap"
    message = N_("Vous êtes déjà attendu ailleurs à ce moment-là. Libérez d’abord l’autre place.")


class PlacesTaken(Conflict):
    code = "places_taken"
    message = N_("Plus de personnes sont déjà inscrites : on ne retire pas une place prise.")


class NoShift(Conflict):
    code = "no_shift"
    message = N_("Ajoutez au moins un créneau avant de publier.")


class WrongStep(Conflict):
    code = "wrong_state"
    message = N_("Cette place n’en est pas là : rechargez la page.")
