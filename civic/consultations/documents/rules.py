"""What a file is, before it is read; the order of documents."""

from enum import StrEnum

PDF_MARK = b"%PDF-"
PICTURE_MARKS = (b"\xff\xd8", b"\x89PNG", b"RIFF")


class Kind(StrEnum):
    PDF = "pdf"
    PICTURE = "picture"


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"


def kind_of(file: bytes) -> Kind | None:
    """Tell what a file says that it is, by its first bytes: its name is not asked. It is then read warily as that."""
    if file.startswith(PDF_MARK):
        return Kind.PDF
    return Kind.PICTURE if file.startswith(PICTURE_MARKS) else None


def moved(ids: list[int], one: int, direction: Direction) -> list[int]:
    """Return ids with one of them a place higher or lower; the first stays first, and the last last."""
    place = ids.index(one)
    other = place - 1 if direction is Direction.UP else place + 1
    if not 0 <= other < len(ids):
        return ids
    ids = list(ids)
    ids[place], ids[other] = ids[other], ids[place]
    return ids
