from civic.kernel.access import Action


class IdentityAction(Action):
    EDIT_IDENTITY = "identity.edit_identity"
