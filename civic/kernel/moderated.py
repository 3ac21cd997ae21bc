"""What moderation needs to know of a content, whichever feature holds it."""

from dataclasses import dataclass

from civic.kernel.errors import N_, NotFound


class Masked(NotFound):
    """A content that was public, and that moderation hid: its page says so, and under which rule (see ``civic.moderation.routes``).

    Attributes:
        kind, subject_id: as in ``ModeratedContent``.
    """

    message = N_("Ce contenu est masqué par la modération.")

    def __init__(self, kind: str, subject_id: int):
        super().__init__(Masked.message)
        self.kind, self.subject_id = kind, subject_id


@dataclass(frozen=True)
class ModeratedContent:
    """A proposal, an argument, an offer, a message, as a moderator sees it.

    Attributes:
        kind: ``proposal``, ``argument``, ``amendment``, ``amendment_answer``, ``statement``, ``offer``, ``request``, ``message``, ``petition`` or
            ``sitting_question``.
        author_id: who is told of a decision; None where the author is not a person with an account.
        territory_id: whose moderators decide.
        text: what was written, as plain text.
        path: where it is read, as a path of this site.
        hides_author: it is published without the name of its author.
    """

    kind: str
    id: int
    author_id: int | None
    territory_id: int
    text: str
    path: str
    is_hidden: bool
    hides_author: bool = False
