from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class DocumentNotFound(NotFound):
    code = "consultation_document_not_found"
    message = N_("Ce document n’existe pas, ou n’est plus là.")


class PictureWithoutWords(Invalid):
    code = "picture_without_words"
    message = N_(
        "Dites ce qu’on voit sur l’image, en dix caractères au moins : des personnes ne la voient pas."
    )


class TooManyDocuments(Conflict):
    code = "too_many_consultation_documents"
    message = N_("Vingt documents par consultation, au plus : retirez-en un d’abord.")
