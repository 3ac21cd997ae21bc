"""Who may do what for the safety of those who help and of those who are helped."""

from civic.kernel.access import Action


class SafeguardingAction(Action):
    VET_VOLUNTEERS = "safeguarding.vet_volunteers"
    SET_VETTING_RULES = "safeguarding.set_vetting_rules"
    BLOCK_PERSON = "safeguarding.block_person"
