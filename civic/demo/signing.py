"""What residents joined to their proposals in the demonstration: pictures drawn here, places, a coauthor, a name that is not told, a draft."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw
from shapely.geometry import shape

from civic.accounts.models import Person
from civic.consultations.models import Consultation
from civic.demo.script import Script
from civic.kernel.database import db
from civic.kernel.geometry import Position, contains, point_inside
from civic.kernel.photographs import draw_photograph, shrink
from civic.proposals.attached.models import ProposalPhotograph
from civic.proposals.authors.models import Coauthor, CoauthorInvitation
from civic.proposals.drafts.models import ProposalDraft
from civic.proposals.models import Proposal
from civic.proposals.rules import Category, Point
from civic.proposals.service.places import write_point
from civic.territories.models import Territory

SIZE = (960, 600)
SKY, GRASS, ROAD, WALL, ROOF, WATER, LINE = (
    "#cfe3ee", "#8fae6b", "#8a8a86", "#e8dcc4", "#a8553a", "#6f9fb8", "#f4f1e8"
)  # fmt: skip
PICTURES = {
    "ecoles-rue-simone-veil": ("school", "La rue devant l’école : des voitures garées le long du mur, aucun trottoir libre."),
    "ecoles-passage-fosses": ("crossing", "Le boulevard des Fossés, large et droit, sans passage piéton devant l’école."),
    "berges-chemin": ("river", "Le chemin de halage le long de la rivière, coupé par une grille."),
}  # fmt: skip
LOCATED = (
    "ecoles-rue-simone-veil", "ecoles-passage-fosses", "ecoles-abri-jean-zay", "ecoles-chemin-tanneurs",
    "berges-chemin", "berges-lavoir", "berges-passerelle",
)  # fmt: skip
COSIGNED = ("ecoles-rue-simone-veil", "aminata-diallo")
ANONYMOUS = "ecoles-vitesse-trottinettes"


def build_signing(script: Script) -> None:
    for key, (picture, words) in PICTURES.items():
        _build_photograph(script, key, picture, words)
    for key in LOCATED:
        _build_place(script, key)
    proposal, who = COSIGNED
    signed = _proposal(script, proposal)
    at = signed.published_at + timedelta(days=1)
    db.session.add(Coauthor(proposal_id=signed.id, person_id=script.ids[who], created_at=at))
    lucas = db.session.get(Person, script.ids["lucas-perrault"])
    asked = str(lucas.email) if lucas else ""
    db.session.add(
        CoauthorInvitation(proposal_id=signed.id, email=asked, created_at=script.now - timedelta(days=2))
    )
    silent = _proposal(script, ANONYMOUS)
    silent.is_anonymous = True
    consultation = db.session.get(Consultation, silent.consultation_id)
    assert consultation is not None
    consultation.allows_anonymous = True
    _build_draft(script, consultation)
    db.session.flush()


def _proposal(script: Script, key: str) -> Proposal:
    found = db.session.get(Proposal, script.ids[key])
    assert found is not None
    return found


def _build_photograph(script: Script, key: str, picture: str, words: str) -> None:
    proposal = _proposal(script, key)
    drawn = draw_photograph(draw_view(picture))
    small = shrink(drawn)
    db.session.add(
        ProposalPhotograph(
            proposal_id=proposal.id, description=words, content=drawn.content, small=small.content, digest=drawn.digest,
            width=drawn.width, height=drawn.height, small_width=small.width, small_height=small.height,
            created_at=proposal.created_at,
        )
    )  # fmt: skip


def _build_place(script: Script, key: str) -> None:
    """Somewhere in its neighbourhood, the same for the same seed whatever else is drawn."""
    proposal = _proposal(script, key)
    place = db.session.get(Territory, proposal.territory_id)
    if place is None or not place.boundary:
        return
    write_point(proposal, _somewhere_in(place.boundary, sorted(LOCATED).index(key)))


def _somewhere_in(boundary: dict[str, Any], rank: int) -> Point:
    """Return a place of a grid laid on a neighbourhood: not its middle, where its name is written."""
    west, south, east, north = shape(boundary).bounds
    grid = [
        Position(west + (east - west) * across / 7, south + (north - south) * up / 7)
        for up in (2, 5, 3)
        for across in (2, 5, 3, 4)
    ]
    inside = [each for each in grid if contains(boundary, each)] or [point_inside(boundary)]
    chosen = inside[rank % len(inside)]
    return Point(round(chosen.longitude, 6), round(chosen.latitude, 6))


def _build_draft(script: Script, consultation: Consultation) -> None:
    author = script.ids["lucas-perrault"]
    at = script.now - timedelta(days=1)
    db.session.add(
        ProposalDraft(
            consultation_id=consultation.id, author_id=author, title="Un abri pour attendre le pédibus",
            body="Place du 19-Mars, les enfants attendent sous la pluie.", category=Category.YOUTH, version=1,
            created_at=at, saved_at=at,
        )
    )  # fmt: skip


def draw_view(picture: str) -> bytes:
    """Draw a plain view of a street or of a river: ours, and of nobody."""
    image = Image.new("RGB", SIZE, SKY)
    pen = ImageDraw.Draw(image)
    width, height = SIZE
    pen.rectangle((0, height * 0.55, width, height), fill=GRASS)
    if picture == "river":
        pen.polygon(
            [(0, height), (width * 0.2, height * 0.55), (width * 0.6, height * 0.55), (width * 0.8, height)],
            fill=WATER,
        )
        pen.polygon(
            [
                (width * 0.84, height),
                (width * 0.62, height * 0.55),
                (width * 0.68, height * 0.55),
                (width, height),
            ],
            fill=WALL,
        )
        for bar in range(6):
            left = width * 0.66 + bar * 22
            pen.rectangle((left, height * 0.5, left + 6, height * 0.74), fill=ROAD)
    else:
        pen.polygon(
            [(0, height), (width * 0.42, height * 0.55), (width * 0.58, height * 0.55), (width, height)],
            fill=ROAD,
        )
        pen.rectangle((width * 0.05, height * 0.22, width * 0.36, height * 0.62), fill=WALL)
        pen.polygon(
            [(width * 0.03, height * 0.22), (width * 0.2, height * 0.06), (width * 0.38, height * 0.22)],
            fill=ROOF,
        )
        for window in range(3):
            left = width * (0.09 + window * 0.09)
            pen.rectangle((left, height * 0.32, left + 46, height * 0.44), fill=WATER)
        if picture == "school":
            for car, colour in enumerate(("#b5443c", "#3f5f7f", "#d9b44a")):
                left = width * 0.5 + car * 130
                pen.rounded_rectangle(
                    (left, height * (0.62 + car * 0.08), left + 150, height * (0.72 + car * 0.08)),
                    18,
                    fill=colour,
                )
        else:
            pen.line([(width * 0.5, height * 0.57), (width * 0.5, height)], fill=LINE, width=8)
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()
