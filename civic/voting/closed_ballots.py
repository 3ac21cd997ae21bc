"""Ballots at rest while a poll is open: closed, so that nothing the database writes tells what one says, until the box is mixed.

A database says more than its rows: PostgreSQL keeps the number of the transaction beside each, both write a log of each transaction, and both
leave old rows in their files. All of it relates the mark on the roll to the ballot, which therefore says nothing there: it is encrypted
under the installation's key, which is neither in the database nor in its logs, and is as long as any other ballot of its question. Only the
mixing, which puts all the ballots of a poll in the box anew in one transaction, writes them in plain text.
"""

from civic.kernel.sealing import seal, unseal
from civic.voting.errors import BoxNotOpened

CLOSED = "closed:"
"""What a closed ballot begins with; a plain one begins with a brace, or is empty. Boxes from before hold plain ones, which are read as they are."""

_ROOM, _ROOM_FOR_AN_OPTION = 64, 32


def close_ballot(content: str, *, question_id: int, options: int) -> str:
    """Return the text of a ballot as it is kept until the mixing.

    Args:
        options: how many the question has: room is made for the longest ballot that names them, so that no length tells one from another.
    """
    room = _ROOM + _ROOM_FOR_AN_OPTION * options
    return CLOSED + seal(_place(question_id), content.ljust(-(-max(1, len(content)) // room) * room))


def open_ballot(content: str, *, question_id: int) -> str:
    """Return the plain text of a ballot, closed or not.

    Raises:
        BoxNotOpened: it was closed under another key than the installation's, or for another question.
    """
    if not content.startswith(CLOSED):
        return content
    plain = unseal(_place(question_id), content.removeprefix(CLOSED))
    if plain is None:
        raise BoxNotOpened
    return plain.rstrip(" ")


def _place(question_id: int) -> str:
    return f"ballot.content:{question_id}"
