from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class ContentNotFound(NotFound):
    code = "content_not_found"
    message = N_("Ce contenu n’existe pas, ou n’est plus visible.")


class DecisionNotFound(NotFound):
    code = "decision_not_found"
    message = N_("Cette décision n’existe pas.")


class AppealNotFound(NotFound):
    code = "appeal_not_found"
    message = N_("Ce recours n’existe pas.")


class OwnContent(Conflict):
    code = "own_content"
    message = N_("Ce contenu est le vôtre : vous pouvez le modifier ou le retirer vous-même.")


class AlreadyDecided(Conflict):
    code = "already_decided"
    message = N_("Ces signalements ont déjà reçu une décision. Rechargez la page pour la lire.")


class AlreadyAppealed(Conflict):
    code = "already_appealed"
    message = N_("Vous avez déjà fait un recours contre cette décision.")


class NothingToAppeal(Conflict):
    code = "nothing_to_appeal"
    message = N_("Cette décision n’a pas masqué de contenu, ou a déjà été annulée.")


class AppealTooLate(Conflict):
    code = "appeal_too_late"
    message = N_("Un recours se fait dans les six mois qui suivent la décision ; ce délai est passé.")


class DecidedByOneself(Conflict):
    code = "decided_by_oneself"
    message = N_("Vous avez pris cette décision : c’est un autre modérateur qui doit répondre au recours.")


class RuleMissing(Invalid):
    code = "rule_missing"
    message = N_("Pour masquer un contenu, dites quelle règle il enfreint et écrivez à son auteur.")

    def __init__(self) -> None:
        super().__init__(
            fields={
                "rule": [N_("Choisissez la règle qui n’est pas respectée.")],
                "text": [N_("Écrivez à l’auteur ce qui ne convient pas.")],
            }
        )
