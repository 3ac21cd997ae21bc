"""What the town hall joined to the consultations of the demonstration: documents, written and drawn here, and letters."""

from typing import Any

from civic.consultations.documents.models import ConsultationDocument
from civic.consultations.documents.rules import Kind
from civic.consultations.models import Consultation
from civic.demo.letters import build_letters
from civic.demo.script import Script
from civic.demo.signing import draw_view
from civic.kernel.database import db
from civic.kernel.documents import digest_of
from civic.kernel.pdf import PdfSheet
from civic.kernel.photographs import draw_photograph, shrink

CONSULTATION = "berges-de-la-serelle"
STUDY = "Ce qui est décidé, ce qui est ouvert"
PARAGRAPHS = (
    "La commune est propriétaire du chemin de halage entre le Vieux Pont et le Moulin Neuf, soit 1,4 kilomètre. Elle ne l’est pas des jardins qui le bordent.",
    "Est décidé : le chemin reste ouvert à pied toute l’année, et les arbres sains sont gardés.",
    "Est ouvert : les bancs, l’éclairage, les vélos, l’accès des personnes en fauteuil, la place laissée à la rivière quand elle monte.",
    "La somme inscrite au budget est de 180 000 euros sur deux ans.",
)
VIEW, SEEN = (
    "La vue du Vieux Pont",
    "Le chemin de halage longe la rivière jusqu’à une grille qui le ferme, sous des arbres.",
)


def build_dossiers(script: Script) -> None:
    build_letters(script)
    consultation = db.session.get(Consultation, script.ids[CONSULTATION])
    assert consultation is not None
    sheet = PdfSheet(STUDY, language="fr-FR", made_at=consultation.created_at)
    sheet.write(STUDY, role="H1", size=20, is_bold=True)
    for paragraph in PARAGRAPHS:
        sheet.write(paragraph)
    content = sheet.file()
    _add(consultation, 1, Kind.PDF, STUDY, content, digest=digest_of(content))
    drawn = draw_photograph(draw_view("river"))
    small = shrink(drawn)
    sizes = {
        "width": drawn.width,
        "height": drawn.height,
        "small_width": small.width,
        "small_height": small.height,
    }
    _add(
        consultation, 2, Kind.PICTURE, VIEW, drawn.content,
        description=SEEN, digest=drawn.digest, small=small.content, **sizes,
    )  # fmt: skip


def _add(
    consultation: Consultation, place: int, kind: Kind, title: str, content: bytes, **values: Any
) -> None:
    db.session.add(
        ConsultationDocument(
            consultation_id=consultation.id, kind=kind, place=place, title=title, content=content,
            size_bytes=len(content), added_at=consultation.created_at, **values,
        )
    )  # fmt: skip
