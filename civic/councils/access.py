from civic.kernel.access import Action


class CouncilsAction(Action):
    EDIT_COUNCIL = "councils.edit_council"
