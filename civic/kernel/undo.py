"""What can be taken back for a few minutes: time to see a mistake, short enough that nobody has counted on the first answer."""

from datetime import datetime, timedelta

from civic.kernel.errors import N_, Conflict

UNDO_LASTS = timedelta(minutes=10)


class TooLateToUndo(Conflict):
    code = "too_late_to_undo"
    message = N_("Il est trop tard pour revenir en arrière : dix minutes sont passées.")


def is_undoable(done_at: datetime, *, at: datetime) -> bool:
    """Tell whether what was done at an instant can still be taken back at another."""
    return at < done_at + UNDO_LASTS


def ensure_undoable(done_at: datetime, *, at: datetime) -> None:
    """Raises TooLateToUndo: the minutes are over."""
    if not is_undoable(done_at, at=at):
        raise TooLateToUndo
