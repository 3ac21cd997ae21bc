from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class ExpiryMissing(Invalid):
    code = "expiry_missing"
    message = N_("Écrivez jusqu’à quand cette compétence est valable.")
    passed = N_("Cette date est passée : la compétence n’est plus valable.")


class SkillUnknown(Invalid):
    code = "skill_unknown"
    message = N_("Cette compétence n’est pas dans la liste de la commune.")


class SkillDoubled(Conflict):
    code = "skill_doubled"
    message = N_("Cette compétence est déjà dans la liste.")


class NotLookedAt(Invalid):
    code = "not_looked_at"
    message = N_("Cochez cette case si vous avez vraiment vu la personne ou le document.")


class NotVolunteer(NotFound):
    code = "not_volunteer"
    message = N_("Cette personne ne propose pas d’aide.")


class PhoneMissing(Invalid):
    code = "phone_missing"
    message = N_("Écrivez le numéro auquel vous voulez recevoir des SMS.")
