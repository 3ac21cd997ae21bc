"""Who may sign, and who may not."""

from civic.proposals.authors.errors import AnonymityNotAllowed, AnonymousIsAlone, AssociationSigns

MOST_COAUTHORS = 10
INVITATION_DAYS = 30
"""An invitation that nobody answers is forgotten."""


def ensure_may_be_anonymous(*, is_anonymous: bool, is_allowed: bool, speaks_for_association: bool) -> None:
    """Raises AnonymityNotAllowed, AssociationSigns."""
    if is_anonymous and not is_allowed:
        raise AnonymityNotAllowed(fields={"is_anonymous": [AnonymityNotAllowed.message]})
    if is_anonymous and speaks_for_association:
        raise AssociationSigns(fields={"is_anonymous": [AssociationSigns.message]})


def ensure_signed(*, is_anonymous: bool) -> None:
    """Raises AnonymousIsAlone: a name beside one that is not told would tell half of it."""
    if is_anonymous:
        raise AnonymousIsAlone
