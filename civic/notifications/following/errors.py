from civic.kernel.errors import N_, NotFound


class TopicNotFound(NotFound):
    code = "topic_not_found"
    message = N_("Il n’y a rien à suivre à cette adresse.")
