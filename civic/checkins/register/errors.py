from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class EntryNotFound(NotFound):
    code = "register_entry_not_found"
    message = N_("Cette personne n’est pas, ou n’est plus, au registre.")


class NotInRegister(NotFound):
    code = "not_in_register"
    message = N_(
        "Aucune fiche du registre n’est rattachée à votre compte. Pour y être inscrit, ou pour le vérifier, appelez la mairie."
    )


class AlreadyRegistered(Conflict):
    code = "already_registered"
    message = N_("Cette personne est déjà au registre : même nom, mêmes prénoms, même date de naissance.")


class AccountTaken(Conflict):
    code = "register_account_taken"
    message = N_("Ce compte est déjà rattaché à une autre fiche du registre.")


class BirthRefused(Invalid):
    code = "register_birth_refused"
    message = N_("Cette date de naissance n’est pas possible.")


class NotCovered(Invalid):
    """The law names who may be in the register; the town hall may not add anybody else."""

    code = "not_covered"
    message = N_(
        "La loi ne permet d’inscrire que les personnes de 65 ans et plus, celles de 60 ans et plus reconnues inaptes au travail, et les adultes handicapés. D’après sa date de naissance, ce motif ne convient pas."
    )


class AskerMissing(Invalid):
    code = "asker_missing"
    message = N_("Dites qui a demandé l’inscription, et à quel titre (fille, voisin, médecin, tuteur…).")


class MustBeWritten(Invalid):
    code = "must_be_written"
    message = N_(
        "La demande d’un tiers se fait par écrit : demandez-lui un courrier ou un courriel avant d’inscrire la personne."
    )


class DayRefused(Invalid):
    code = "register_day_refused"
    message = N_("Ce jour n’est pas encore venu.")


class ImportNotFound(NotFound):
    code = "register_import_not_found"
    message = N_("Ce fichier n’existe pas, ou il a été effacé.")


class ImportDone(Conflict):
    code = "register_import_done"
    message = N_("Ce fichier est déjà importé.")


class LinesToMend(Conflict):
    code = "register_lines_to_mend"
    message = N_(
        "Des lignes sont en erreur : corrigez le fichier et renvoyez-le, ou cochez la case qui les laisse de côté. Personne n’a été inscrit."
    )


class NothingToImport(Conflict):
    code = "register_nothing_to_import"
    message = N_("Aucune ligne n’est à importer. Dites quelle colonne contient quoi, ou corrigez le fichier.")


class NotCertified(Invalid):
    code = "register_not_certified"
    message = N_(
        "Cochez cette case : on n’inscrit personne au registre sans sa demande, ou celle de son représentant légal, ou celle, écrite, d’un tiers."
    )


class RequestMissing(Invalid):
    code = "prefect_request_missing"
    message = N_("Écrivez la référence ou l’objet de la demande du préfet : elle reste notée avec l’export.")
