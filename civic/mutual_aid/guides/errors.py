from civic.kernel.errors import N_, NotFound


class GuideNotFound(NotFound):
    code = "guide_not_found"
    message = N_("Ce guide n’existe pas, ou n’est plus en ligne.")
