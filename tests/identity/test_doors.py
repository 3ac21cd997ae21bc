"""An agent gives the town its name, arms and colours; everybody sees them at the next page, whatever process answers."""

import re
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage

from civic.accounts.models import Role
from civic.audit.models import AuditEntry
from civic.identity.models import TownIdentity
from civic.kernel.database import db
from tests.conftest import add_person, add_town, build, dispose, plain, post_form, sign_in

FORM, PREVIEW, ARMS = "/bureau/identite", "/bureau/identite/apercu", "/bureau/identite/blason"
YELLOW, VIOLET = "#ffd500", "#4b2e83"


@pytest.fixture
def agent(app: Flask) -> FlaskClient:
    with app.app_context():
        town, _ = add_town()
        return sign_in(app, add_person("Agnès", roles=((Role.AGENT, town),)))


def text_of(client: FlaskClient, path: str = "/") -> str:
    return plain(client.get(path).get_data(as_text=True))


def saved(app: Flask) -> TownIdentity | None:
    with app.app_context():
        return db.session.scalars(sa.select(TownIdentity)).one_or_none()


def style_link(page: str) -> str | None:
    found = re.search(r'href="(/identite\.css[^"]+)"', page)
    return found.group(1).replace("&amp;", "&") if found else None


def picture(
    kind: str = "PNG", size: tuple[int, int] = (300, 400), mode: str = "RGBA", **options: object
) -> FileStorage:
    file = BytesIO()
    Image.new(mode, size, "#a43c1a").save(file, kind, **options)
    return FileStorage(BytesIO(file.getvalue()), filename=f"blason.{kind.lower()}")


def file_of(content: bytes, name: str = "blason.png") -> FileStorage:
    return FileStorage(BytesIO(content), filename=name)


def test_what_an_agent_saves_in_one_process_is_seen_by_a_stranger_in_another(
    app: Flask, agent: FlaskClient, sqlite_url: str
) -> None:
    other = build(sqlite_url)
    stranger = other.test_client()
    assert "Ville d’Aubernay" not in text_of(stranger)

    answer = post_form(
        agent, FORM, name="Ville d’Aubernay", tagline="Vivre ensemble", welcome_title="Ici, on décide à plusieurs",
        welcome_lead="Dites-nous tout.", participation_colour=VIOLET, solidarity_colour="#A43C1A",
    )  # fmt: skip

    assert answer.status_code == 302
    home = text_of(stranger)
    for words in ("Ville d’Aubernay", "Vivre ensemble", "Ici, on décide à plusieurs", "Dites-nous tout."):
        assert words in home
    link = style_link(home)
    assert link is not None
    sheet = stranger.get(link)
    assert f"--participation: {VIOLET};" in sheet.text
    assert "--solidarity" not in sheet.text  # the original one is not written again
    assert sheet.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    dispose(other)


def test_a_town_that_chose_nothing_has_no_style_sheet_of_its_own(app: Flask, agent: FlaskClient) -> None:
    assert style_link(text_of(agent)) is None
    post_form(agent, FORM, name="", participation_colour="#0a5a60")
    assert style_link(text_of(agent)) is None


def test_a_colour_too_light_is_refused_with_the_nearest_that_passes_and_one_button_takes_it(
    app: Flask, agent: FlaskClient
) -> None:
    answer = post_form(agent, FORM, name="Aubernay-le-Jaune", participation_colour=YELLOW)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert saved(app) is None
    assert 'value="Aubernay-le-Jaune"' in page  # what was typed is still there
    assert f'value="{YELLOW}"' in page
    button = re.search(r'<button[^>]*name="participation_colour"[^>]*value="(#[0-9a-f]{6})"', page)
    assert button
    assert "Prendre cette couleur" in page

    taken = post_form(
        agent, PREVIEW, name="Aubernay-le-Jaune", participation_colour=[YELLOW, button.group(1)]
    )
    assert taken.status_code == 200
    assert f'value="{button.group(1)}"' in taken.get_data(as_text=True)
    assert saved(app) is None  # taken in the form, not saved


def test_a_preview_shows_both_themes_and_saves_nothing(app: Flask, agent: FlaskClient) -> None:
    page = post_form(agent, PREVIEW, name="Bourg", participation_colour=VIOLET).get_data(as_text=True)

    link = style_link(page)
    assert link is not None
    sheet = text_of(agent, link)
    assert ".theme-light" in sheet
    assert ".theme-dark" in sheet
    assert ":root" not in sheet  # the reader's own theme is left alone
    assert VIOLET in sheet
    assert saved(app) is None
    assert "Bourg" not in text_of(app.test_client())


def test_the_colours_of_the_platform_come_back_and_the_words_stay(app: Flask, agent: FlaskClient) -> None:
    post_form(agent, FORM, name="Bourg", participation_colour=VIOLET)

    post_form(agent, f"{FORM}/couleurs-d-origine")

    home = text_of(agent)
    assert style_link(home) is None
    assert VIOLET in home  # told once, so that it can be typed again
    assert "Bourg" in home
    assert style_link(text_of(app.test_client())) is None


def test_the_style_sheet_follows_the_appearance_that_a_reader_chose(app: Flask, agent: FlaskClient) -> None:
    post_form(agent, FORM, solidarity_colour=VIOLET)
    reader = app.test_client()

    def seen(choice: str) -> tuple[str, str]:
        post_form(reader, "/apparence", apparence=choice, next="/aide")
        page = text_of(reader)
        return page, text_of(reader, style_link(page) or "/nulle-part")

    page, sheet = seen("appareil")
    assert 'media="screen and (prefers-color-scheme: dark)"' in page
    assert "prefers-color-scheme: dark" in sheet
    page, sheet = seen("clair")
    assert "tokens-dark.css" not in page
    assert "@media" not in sheet
    page, sheet = seen("sombre")
    assert re.search(r'tokens-dark\.css[^>]+media="screen"', page)
    assert "@media screen {" in sheet


@pytest.mark.parametrize(
    "path",
    ["/identite.css?participation=zzz", "/identite.css?participation=ffd500", "/identite.css?inconnu=1"],
)
def test_a_style_sheet_of_what_is_no_readable_colour_is_refused(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code == 422


def test_a_style_sheet_under_a_wrong_fingerprint_is_not_kept(app: Flask) -> None:
    answer = app.test_client().get("/identite.css?participation=4b2e83&v=old")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_resident_changes_nothing(app: Flask, agent: FlaskClient) -> None:
    post_form(agent, FORM, name="Bourg")
    with app.app_context():
        resident = sign_in(app, add_person("Rose"))

    for path in (FORM, PREVIEW, f"{FORM}/couleurs-d-origine", f"{ARMS}/retrait"):
        assert post_form(resident, path, name="La mienne", participation_colour=VIOLET).status_code == 403
    assert post_form(resident, ARMS, arms=picture()).status_code == 403
    kept = saved(app)
    assert kept is not None
    assert (kept.name, kept.participation_colour, kept.arms_digest) == ("Bourg", "", "")


@pytest.mark.parametrize(
    ("kind", "mode", "size"),
    [("PNG", "RGBA", (300, 400)), ("JPEG", "RGB", (3000, 1000)), ("WEBP", "RGB", (64, 64)), ("PNG", "P", (300, 300)),
     ("JPEG", "CMYK", (500, 500))],
)  # fmt: skip
def test_arms_are_drawn_again_small_and_shown_on_every_page(
    app: Flask, agent: FlaskClient, kind: str, mode: str, size: tuple[int, int]
) -> None:
    assert post_form(agent, ARMS, arms=picture(kind, size, mode)).status_code == 302

    link = re.search(r'class="brand__arms"\s+src="([^"]+)"', text_of(app.test_client()))
    assert link
    answer = app.test_client().get(link.group(1))
    assert answer.mimetype == "image/webp"
    assert "immutable" in answer.headers["Cache-Control"]
    with Image.open(BytesIO(answer.data)) as image:
        assert image.format == "WEBP"
        assert image.height <= 256
        assert image.width <= 512


def test_what_a_camera_hid_in_the_file_is_not_published(app: Flask, agent: FlaskClient) -> None:
    exif = Image.Exif()
    exif[0x010E] = "devant chez Madame Martin"
    exif[0x0112] = 6  # the camera was held on its side

    post_form(agent, ARMS, arms=picture("JPEG", (400, 200), "RGB", exif=exif, comment=b"secret"))

    content = app.test_client().get("/identite/blason").data
    assert b"Martin" not in content
    assert b"secret" not in content
    with Image.open(BytesIO(content)) as image:
        assert not image.getexif()
        assert image.size == (128, 256)  # upright


@pytest.mark.parametrize(("ink", "has_ground"), [("#101010", True), ("#f2c200", False)])
def test_a_dark_drawing_without_a_ground_is_given_one_so_that_it_is_seen_in_the_dark(
    app: Flask, agent: FlaskClient, ink: str, has_ground: bool
) -> None:
    drawing = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    drawing.paste(ink, (100, 100, 200, 200))
    file = BytesIO()
    drawing.save(file, "PNG")

    post_form(agent, ARMS, arms=file_of(file.getvalue()))

    with Image.open(BytesIO(app.test_client().get("/identite/blason").data)) as image:
        corner = image.convert("RGBA").getpixel((2, 2))
    assert isinstance(corner, tuple)
    assert (min(corner) > 240) is has_ground


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (
            file_of(b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "blason.svg"),
            "image SVG",
        ),
        (file_of(b"<script>alert(1)</script>" * 9), "n’est pas une image"),
        (file_of(b"GIF89a" + bytes(200)), "n’est pas une image"),
        (file_of(bytes(2 * 1024 * 1024 + 1)), "plus de 2 Mo"),
        (picture("PNG", (5000, 4000), "1"), "trop de points"),
        (picture("PNG", (16, 16)), "trop petite"),
        (file_of(picture("PNG", (300, 300)).read()[:200]), "abîmée"),
        (file_of(b""), "Choisissez une image"),
        (file_of(picture("JPEG", (300, 300), "RGB").read() + b"\xff\xda" * 21), "abîmée"),
        (picture("PNG", (2001, 2000), "1"), "trop de points"),
    ],
    ids=["svg", "script", "gif", "heavy", "bomb", "tiny", "cut", "empty", "scans", "wide"],
)
def test_a_file_that_is_no_safe_image_is_refused_in_plain_words(
    app: Flask, agent: FlaskClient, file: FileStorage, told: str
) -> None:
    answer = post_form(agent, ARMS, arms=FileStorage(BytesIO(file.stream.getvalue()), filename=file.filename))

    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)
    assert saved(app) is None
    assert app.test_client().get("/identite/blason").status_code == 404


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_picture_alone_is_drawn(app: Flask, agent: FlaskClient, kind: str) -> None:
    others = [Image.new("RGB", (64, 64), colour) for colour in ("blue", "lime")]
    moving = picture(kind, (64, 64), "RGB", save_all=True, append_images=others)

    assert post_form(agent, ARMS, arms=moving).status_code == 302

    link = re.search(r'class="brand__arms"\s+src="([^"]+)"', text_of(agent))
    assert link
    with Image.open(BytesIO(agent.get(link.group(1)).data)) as image:
        assert getattr(image, "n_frames", 1) == 1
        red, green, blue = image.convert("RGB").getpixel((30, 30))  # type: ignore[misc]
        assert red > max(green, blue)


def test_arms_are_taken_away_and_each_change_is_in_the_journal(app: Flask, agent: FlaskClient) -> None:
    post_form(agent, ARMS, arms=picture())
    post_form(agent, FORM, name="Bourg")
    post_form(agent, f"{ARMS}/retrait")
    post_form(agent, f"{FORM}/couleurs-d-origine")

    assert "brand__arms" not in text_of(app.test_client())
    with app.app_context():
        facts = db.session.scalars(
            sa.select(AuditEntry).filter_by(fact="TownIdentityChanged").order_by(AuditEntry.id)
        ).all()
    assert [fact.subjects["change"] for fact in facts] == [
        "arms",
        "texts_and_colours",
        "no_arms",
        "original_colours",
    ]
    assert all(fact.actor_id for fact in facts)
