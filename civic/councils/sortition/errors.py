from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class DrawNotFound(NotFound):
    code = "draw_not_found"
    message = N_("Ce tirage au sort n’existe pas, ou n’est pas encore publié.")


class PlaceNotFound(NotFound):
    code = "drawn_place_not_found"
    message = N_("Ce numéro n’a pas été appelé dans ce tirage au sort.")


class ListNotKept(NotFound):
    code = "draw_list_not_kept"
    message = N_(
        "Cette liste n’est pas publiée, ou elle est effacée. Son empreinte reste sur la page du tirage."
    )


class WrongDrawState(Conflict):
    code = "wrong_draw_state"
    message = N_("Ce tirage au sort n’est plus dans l’état où cela se fait : rechargez la page.")


class PlaceAnswered(Conflict):
    code = "drawn_place_answered"
    message = N_("La réponse de ce numéro est déjà enregistrée.")


class DrawIncomplete(Conflict):
    code = "draw_incomplete"
    message = N_("Il manque la liste : ajoutez-la avant de figer le tirage.")


class SeedTooEarly(Conflict):
    code = "seed_too_early"
    message = N_(
        "La graine ne peut pas encore être saisie : la date annoncée est le %(seed_at)s. C’est ce qui prouve que personne ne l’a choisie."
    )


class SeedNotToCome(Invalid):
    code = "seed_not_to_come"
    message = N_("Choisissez une date et une heure à venir : une graine déjà connue pourrait être choisie.")

    def __init__(self) -> None:
        super().__init__(fields={"seed_at": [self.message]})


class SeedSaysNothing(Invalid):
    code = "seed_says_nothing"
    message = N_("Une graine se compose de chiffres ou de mots : recopiez ceux qui ont été annoncés.")

    def __init__(self) -> None:
        super().__init__(fields={"seed": [self.message]})


class DrawListRefused(Invalid):
    code = "draw_list_refused"


class QuotasRefused(Invalid):
    """``told``: a sentence for each quota that cannot be held."""

    code = "quotas_refused"
