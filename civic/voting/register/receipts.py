"""The signed receipt: that a ballot was put in the box of a poll, under a code, after a line of its register. Never what it says, nor whose it is."""

import re
from dataclasses import dataclass

from civic.kernel.signing import is_signed_by, sign

FORMAT = "civic-receipt-1"
_NAMES = ("poll", "rules", "code", "entry", "head", "signature")
_FIELD = re.compile(rf"\b({'|'.join(_NAMES)})\s*:")
_SHAPES = {
    "poll": r"[1-9][0-9]{0,9}",
    "rules": r"[0-9a-f]{64}",
    "code": r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}",
    "entry": r"[0-9a-f]{64}",
    "head": r"(0|[1-9][0-9]{0,9})\.[0-9a-f]{64}",
    "signature": r"[0-9a-f]{128}",
}


@dataclass(frozen=True)
class Receipt:
    """What a receipt states.

    Attributes:
        rules: the fingerprint of the poll, as frozen.
        entry: the line of the published list of receipts that stands for this one.
        height, head: the last line of the register when the ballot came, and its hash.
    """

    poll: int
    rules: str
    code: str
    entry: str
    height: int
    head: str
    signature: str = ""

    @property
    def statement(self) -> str:
        """The text that is signed."""
        return "\n".join(
            (
                FORMAT,
                f"poll: {self.poll}",
                f"rules: {self.rules}",
                f"code: {self.code}",
                f"entry: {self.entry}",
                f"head: {self.height}.{self.head}",
            )
        )

    @property
    def text(self) -> str:
        """The statement and its signature, as they are kept, mailed and printed."""
        return f"{self.statement}\nsignature: {self.signature}"


def signed(receipt: Receipt) -> Receipt:
    return Receipt(**{**vars(receipt), "signature": sign(receipt.statement)})


def is_genuine(receipt: Receipt, key: str) -> bool:
    """Tell whether a receipt was signed with a public key."""
    return is_signed_by(key, receipt.statement, receipt.signature)


def looks_signed(text: str) -> bool:
    return FORMAT in text


def read_receipt(text: str) -> Receipt | None:
    """Return a signed receipt as it was pasted or typed, whatever its spaces and line breaks; None where it is not one."""
    _, found, rest = text.partition(FORMAT)
    names = _FIELD.findall(rest)
    if not found or tuple(names) != _NAMES:
        return None
    parts = _FIELD.split(rest)[2::2]
    values = {name: "".join(part.split()) for name, part in zip(_NAMES, parts, strict=True)}
    if not all(re.fullmatch(_SHAPES[name], value) for name, value in values.items()):
        return None
    height, head = values.pop("head").split(".")
    poll = int(values.pop("poll"))
    return Receipt(poll=poll, height=int(height), head=head, **values)
