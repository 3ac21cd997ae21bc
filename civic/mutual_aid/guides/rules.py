"""How a guide is read: parts set apart by an empty line, a title where the first line ends with a colon, a step a line. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """``title`` may be empty."""

    title: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class GuideText:
    """What an agent writes. ``address``: where the procedure is done, or None."""

    title: str
    summary: str
    text: str
    address: str | None


def parts_of(text: str) -> list[Part]:
    """Return the parts of a guide.

    >>> parts_of("À préparer :\\nune photo\\n\\nPrenez rendez-vous.")
    [Part(title='À préparer', steps=('une photo',)), Part(title='', steps=('Prenez rendez-vous.',))]
    """
    parts = []
    for block in text.split("\n\n"):
        lines = [line.strip() for line in block.split("\n") if line.strip()]
        if not lines:
            continue
        has_title = len(lines) > 1 and lines[0].endswith(":")
        title = lines[0].rstrip(":").strip() if has_title else ""
        parts.append(Part(title, tuple(lines[1:] if has_title else lines)))
    return parts
