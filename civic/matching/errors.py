from civic.kernel.errors import N_, Conflict, NotFound


class InvitationNotFound(NotFound):
    code = "invitation_not_found"
    message = N_("Cette sollicitation n’existe pas, ou ne vous est pas adressée.")


class MatchNotFound(NotFound):
    code = "match_not_found"
    message = N_("Cette mise en relation n’existe pas, ou ne vous concerne pas.")


class RequestTaken(Conflict):
    """As many volunteers as were asked for said yes first."""

    code = "taken"
    message = N_("Merci ! Quelqu’un a répondu avant vous : cette demande est déjà pourvue.")


class InvitationExpired(Conflict):
    """The silence was too long, and nobody is sought any more. While somebody is sought, a late yes is accepted."""

    code = "invitation_expired"
    message = N_("Le délai pour répondre est passé, et la demande ne cherche plus de bénévole.")


class RequestNotSeeking(Conflict):
    code = "request_not_seeking"
    message = N_("Cette demande ne cherche plus de bénévole : elle a été annulée ou son heure est passée.")


class RequestAtAnotherTime(Conflict):
    """The request was moved to another day since: a yes was one to other hours."""

    code = "request_at_another_time"
    message = N_(
        "Cette demande a changé de moment ou de quartier : votre réponse valait pour l’ancien. Rien n’est promis."
    )


class MayNotComeForward(Conflict):
    code = "may_not_come_forward"
    message = N_(
        "Vous ne pouvez pas dire oui à cette demande : elle ne cherche plus personne, ou vos offres, vos horaires et vos limites ne le permettent pas."
    )


class InvitationAnswered(Conflict):
    code = "invitation_answered"
    message = N_("Vous avez déjà répondu à cette sollicitation.")


class AlreadyEngaged(Conflict):
    code = "already_engaged"
    message = N_(
        "Vous avez déjà promis d’aider quelqu’un à ces heures-là. Répondez non à l’une des deux demandes, ou retirez-vous de l’autre."
    )


class SkillLacking(Conflict):
    """A skill that the request asks for is not hers any more, or will not hold on that day."""

    code = "skill_lacking"
    message = N_(
        "Cette demande a besoin d’une compétence que vous n’avez pas, ou qui n’est plus valable ce jour-là. Corrigez vos compétences si elles ont changé."
    )


class VettingLacking(Conflict):
    """What the town hall knew of her when she was asked holds no more, or such a help asks for more since."""

    code = "vetting_lacking"
    message = N_(
        "Pour cette aide, il manque quelque chose que la mairie demande : une rencontre, un papier ou la charte. Lisez ce qui manque dans « Mes limites »."
    )


class VettingEndsBefore(Conflict):
    """What the town hall saw of her holds today, and not on the day of the help."""

    code = "vetting_ends_before"
    message = N_(
        "Pour ce genre d’aide, la mairie doit vous avoir rencontré ou avoir vu un papier. Cela vaut pour vous jusqu’au %(until)s, et cette aide vient après. Revoyez un agent : dix minutes suffisent, puis vous pourrez dire oui si la demande cherche encore quelqu’un."
    )


class MatchEnded(Conflict):
    code = "match_ended"
    message = N_("Cette mise en relation est terminée : les coordonnées et la conversation sont fermées.")


class WrongStep(Conflict):
    code = "wrong_state"
    message = N_("Cette mise en relation n’en est pas là : rechargez la page pour voir où elle en est.")


class TooEarlyToMiss(Conflict):
    """Nobody came yet: who is a little late is waited for."""

    code = "too_early_to_miss"
    message = N_(
        "Il est trop tôt pour dire que personne n’est venu : vous pourrez le dire à partir du %(missed_from)s, un quart d’heure après l’heure prévue. D’ici là, appelez le bénévole, ou écrivez-lui."
    )
