from civic.kernel.access import Action


class AuditAction(Action):
    READ_JOURNAL = "audit.read_journal"
