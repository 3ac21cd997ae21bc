from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class FileRefused(Invalid):
    code = "file_refused"
    message = N_("Ce fichier n’est pas lisible.")
    unreadable = N_(
        "Ce fichier n’est pas un tableau lisible. Enregistrez-le en .csv, .xlsx ou .ods, puis recommencez."
    )
    empty = N_("Ce fichier n’a pas de ligne sous ses titres de colonnes.")
    too_long = N_("Ce fichier est trop long : %(most)s lignes au plus. Coupez-le en plusieurs.")


class ImportNotFound(NotFound):
    code = "offer_import_not_found"
    message = N_("Cet import n’existe pas, ou il est terminé depuis longtemps.")


class ImportDone(Conflict):
    code = "offer_import_done"
    message = N_("Cet import est déjà fait.")


class LinesToMend(Conflict):
    code = "lines_to_mend"
    message = N_(
        "Des lignes sont en erreur : corrigez le fichier et renvoyez-le, ou cochez la case qui les laisse de côté. Rien n’a été importé."
    )


class NothingToImport(Conflict):
    code = "nothing_to_import"
    message = N_("Aucune ligne n’est à importer. Dites quelle colonne contient quoi, ou corrigez le fichier.")


class ImportedOfferNotFound(NotFound):
    code = "imported_offer_not_found"
    message = N_(
        "Ce lien ne mène plus à rien : vous avez déjà répondu, ou un mois a passé et tout est effacé."
    )
