"""Who signs a proposal: its author, those who sign it with her, or an association; or nobody, where that is allowed."""
