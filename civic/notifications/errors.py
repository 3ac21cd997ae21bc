from civic.kernel.errors import N_, NotFound


class NotificationNotFound(NotFound):
    code = "notification_not_found"
    message = N_("Cette notification n’existe pas, ou n’est pas à vous.")
