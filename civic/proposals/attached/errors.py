from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class AttachedNotFound(NotFound):
    code = "attached_not_found"
    message = N_("Ce fichier n’existe pas, ou n’est pas visible.")


class FileWithoutWords(Invalid):
    code = "file_without_words"


class TooManyPhotographs(Conflict):
    code = "too_many_photographs"
    message = N_("Quatre photos par proposition, au plus : retirez-en une d’abord.")


class TooManyDocuments(Conflict):
    code = "too_many_documents"
    message = N_("Trois documents par proposition, au plus : retirez-en un d’abord.")
