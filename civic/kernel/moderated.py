"""What moderation needs to know of a content, whichever feature holds it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ModeratedContent:
    """A proposal, an argument, an offer, a message, as a moderator sees it.

    Attributes:
        kind: ``proposal``, ``argument``, ``statement``, ``offer``, ``request`` or ``message``.
        author_id: who is told of a decision; None where the author is not a person with an account.
        territory_id: whose moderators decide.
        text: what was written, as plain text.
        path: where it is read, as a path of this site.
    """

    kind: str
    id: int
    author_id: int | None
    territory_id: int
    text: str
    path: str
    is_hidden: bool
