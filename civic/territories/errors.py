from civic.kernel.errors import N_, Conflict, Invalid, NotFound


class TerritoryNotFound(NotFound):
    code = "territory_not_found"
    message = N_("Ce territoire n’existe pas.")


class BoundariesRefused(Invalid):
    """The whole file is refused: nothing was imported. ``problems`` has a sentence for each wrong feature."""

    code = "boundaries_refused"
    message = N_("Ce fichier n’a pas été importé : %(problems)s")


class TerritoryCodeTaken(Conflict):
    code = "territory_code_taken"
    message = N_("Le code %(territory_code)s désigne déjà un autre territoire.")


class AddressPointNotFound(Invalid):
    code = "address_point_not_found"
    message = N_("Cette adresse n’est plus connue : cherchez-la de nouveau.")


class AddressesRefused(Invalid):
    """The whole file is refused: nothing was imported. ``problems`` tells the first of ``count``, which ``shown`` has one by one."""

    code = "addresses_refused"
    message = N_("Ce fichier d’adresses n’a pas été importé : %(problems)s")


class FileUnreadable(Invalid):
    code = "file_unreadable"
    message = N_(
        "Ce fichier ne peut pas être lu. Envoyez un fichier .csv (en UTF-8) ou .csv.gz de la Base Adresse Nationale."
    )


class FileTooLarge(Invalid):
    code = "file_too_large"
    message = N_("Ce fichier est trop gros : %(most)s Mo au plus, une fois décompressé.")


class UploadNotFound(NotFound):
    code = "upload_not_found"
    message = N_("Ce fichier n’attend plus d’être importé : envoyez-le de nouveau.")


class PositionOutside(NotFound):
    code = "position_outside"
    message = N_("Ce point n’est dans aucun quartier de la commune.")
