from civic.kernel.errors import N_, Conflict, NotFound


class DraftNotFound(NotFound):
    code = "draft_not_found"
    message = N_("Ce brouillon n’existe pas, ou n’existe plus : il a été publié, supprimé, ou oublié.")


class DraftIsGone(Conflict):
    code = "draft_is_gone"
    message = N_(
        "Ce brouillon a été publié ou supprimé depuis un autre appareil. Votre texte est ci-dessous : vous pouvez encore l’enregistrer ou le publier."
    )


class DraftChangedMeanwhile(Conflict):
    code = "draft_changed_meanwhile"
    message = N_(
        "Ce brouillon a été changé depuis un autre appareil. Les deux textes sont sur cette page : gardez ce que vous voulez, puis recommencez."
    )


class TooManyDrafts(Conflict):
    code = "too_many_drafts"
    message = N_("Vous avez déjà vingt brouillons : publiez-en un, ou supprimez-en un, dans « Mon espace ».")
