"""The proof of a deposit: a page of text, or of PDF, that says what was deposited, when, and the fingerprints with which anybody checks it."""

from dataclasses import dataclass
from datetime import datetime

import segno
from flask_babel import force_locale, gettext

from civic.inquiries.lines import LineView
from civic.inquiries.words import CHANNEL_WORDS
from civic.kernel.pdf import ENCODING, PdfSheet, printable
from civic.web.languages import dated_instant_in_words


@dataclass(frozen=True)
class Proof:
    """What a proof says. ``nonce``: none once a passage is masked. ``url``: where it is checked; ``address``: as one types it."""

    inquiry: str
    town: str
    line: LineView
    nonce: str | None
    url: str
    address: str


def _instant(at: datetime) -> str:
    return f"{dated_instant_in_words(at)} ({at:%Y-%m-%dT%H:%M:%SZ})"


def facts_of(proof: Proof, *, names: bool = True) -> list[tuple[str, str]]:
    line = proof.line
    facts = [
        (gettext("Enquête publique"), proof.inquiry),
        (gettext("Observation n°"), str(line.number)),
        (gettext("Inscrite au registre le"), _instant(line.deposited_at)),
        (gettext("Reçue"), gettext(CHANNEL_WORDS[line.channel])),
    ]
    if line.received_at != line.deposited_at:
        facts.append((gettext("Reçue le"), _instant(line.received_at)))
    if names:
        facts.append((gettext("Nom publié"), line.name or gettext("aucun")))
    facts += [
        (gettext("Empreinte de ce qui a été déposé (SHA-256)"), line.fingerprint),
        (gettext("Empreinte de la ligne du registre (SHA-256)"), line.line),
    ]
    if proof.nonce is not None:
        facts.append((gettext("Tirage au sort joint à l’empreinte"), proof.nonce))
    facts += [
        (gettext("Pièce jointe n° %(rank)s (SHA-256)", rank=file.rank), file.digest) for file in line.files
    ]
    return facts


def honest_words() -> str:
    """What every page and every proof says of its worth."""
    return gettext(
        "Ce registre n’a pas de certification : ni un horodatage, ni une signature électronique reconnus par la loi. Les empreintes permettent à chacun de vérifier que rien n’a été changé ni retiré depuis."
    )


def as_text(proof: Proof, *, holds_words: bool = True) -> str:
    """Return a proof as text.

    Args:
        holds_words: not in a mail: nobody has this site send words of her own to whom she likes.
    """
    with force_locale("fr"):
        facts = [f"{name} : {value}" for name, value in facts_of(proof, names=holds_words)]
        deposited = gettext("Ce qui a été déposé :") + "\n\n" + (proof.line.text or gettext("(rien d’écrit)"))
        parts = [
            gettext("PREUVE DE DÉPÔT – %(town)s", town=proof.town),
            "\n".join(facts),
            deposited if holds_words else "",
            gettext("Pour vérifier : %(url)s", url=proof.url),
            honest_words(),
        ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _drawn(text: str) -> str:
    return printable(text).encode(ENCODING, errors="replace").decode(ENCODING)


def as_pdf(proof: Proof) -> bytes:
    with force_locale("fr"):
        title = gettext("Preuve de dépôt – observation n° %(number)s", number=proof.line.number)
        sheet = PdfSheet(title, language="fr-FR", made_at=proof.line.deposited_at)
        sheet.write(_drawn(proof.town), size=12, is_bold=True, after=18)
        sheet.write(_drawn(title), role="H1", size=20, is_bold=True, after=14)
        for name, value in facts_of(proof):
            sheet.write(_drawn(name), size=9, after=0)
            sheet.write(_drawn(value), size=11, after=6)
        sheet.write(_drawn(gettext("Ce qui a été déposé")), role="H2", size=14, is_bold=True)
        for paragraph in (proof.line.text or gettext("(rien d’écrit)")).split("\n"):
            sheet.write(_drawn(_breakable(paragraph)), size=10, after=3)
        sheet.space(8)
        sheet.write(_drawn(gettext("Pour vérifier : %(url)s", url=proof.address)), size=10, is_bold=True)
        rows = segno.make(proof.url, error="m", micro=False).matrix
        sheet.code(rows, says=gettext("Code à photographier. Il mène à %(address)s", address=proof.address))
        sheet.write(_drawn(honest_words()), size=9)
        return sheet.file()


def _breakable(text: str, most: int = 80) -> str:
    """Cut words that would leave the sheet: an address that was pasted."""
    return " ".join(
        word[at : at + most] for word in text.split(" ") for at in range(0, max(1, len(word)), most)
    )
