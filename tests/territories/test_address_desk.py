"""An agent imports the addresses of the commune from the desk: a preview, then long work that a power cut does not double."""

import gzip
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from civic.accounts.models import Role
from civic.audit.models import AuditEntry
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.kernel.work import LongWork, WorkState
from civic.relay import do_all_work
from civic.territories.models import AddressPoint, AddressUpload, AddressUploadPart
from civic.territories.service import addresses
from tests.conftest import actor_of, add_person, add_town, sign_in
from tests.durability.crash import CrashServer
from tests.servers import wait_until

HEADER = "numero,rep,nom_voie,code_postal,nom_commune,lon,lat"


def lines_of(count: int) -> list[str]:
    return [HEADER, *(f"{n},,rue des Tilleuls,49000,Aubernay,-0.295,47.205" for n in range(1, count + 1))]


def csrf_of(client: FlaskClient) -> str:
    return client.get("/").get_data(as_text=True).split('name="csrf-token" content="')[1].split('"')[0]


def send(client: FlaskClient, content: bytes, name: str = "adresses-49.csv") -> TestResponse:
    data = {"csrf_token": csrf_of(client), "file": (io.BytesIO(content), name)}
    return client.post("/bureau/adresses", data=data, content_type="multipart/form-data")


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.fixture
def agent(app: Flask) -> FlaskClient:
    with app.app_context():
        town, _ = add_town()
        return sign_in(app, add_person("Inès", roles=((Role.AGENT, town),)))


def test_an_agent_sees_what_will_change_then_follows_the_import_to_its_end(
    app: Flask, agent: FlaskClient
) -> None:
    sent = send(agent, gzip.compress("\n".join(lines_of(450)).encode()), "adresses-49.csv.gz")
    preview = agent.get(sent.location).get_data(as_text=True)
    assert "450" in preview
    assert "1 rue des Tilleuls" in preview
    with app.app_context():
        assert (count(AddressPoint), count(LongWork)) == (0, 0)

    started = agent.post(sent.location, data={"csrf_token": csrf_of(agent)})
    waiting = agent.get(started.location).get_data(as_text=True)
    assert "Commence dans un instant" in waiting
    assert '<meta http-equiv="refresh"' in waiting.partition("<noscript>")[2].partition("</noscript>")[0]
    assert "Import des adresses" in agent.get("/bureau").get_data(as_text=True)
    do_all_work(app)

    ended = agent.get(started.location).get_data(as_text=True)
    assert "450 adresses ajoutées" in ended
    assert "refresh" not in ended
    assert agent.get(sent.location).status_code == 404  # it was imported: once
    with app.app_context():
        assert (count(AddressPoint), count(AddressUpload), count(AddressUploadPart)) == (450, 0, 0)
        facts = db.session.scalars(sa.select(AuditEntry).filter_by(fact="AddressesImported")).all()
        assert [fact.subjects["added"] for fact in facts] == [450]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"numero,nom_voie\n1,rue A", ["il manque ces colonnes : lon, lat"]),
        (
            "\n".join(
                [
                    *lines_of(1),
                    "2,,,49000,B,1,47",
                    "3,,rue A,49000,B,ici,47",
                    "4,,rue A,1,B,999,47",
                    "5,,rue A",
                ]
            ).encode(),
            [
                "4 lignes à corriger",
                "Ligne 3 : le nom de la rue manque",
                "Ligne 4 : la longitude et la latitude doivent être des nombres",
                "Ligne 5 : la longitude ou la latitude n’existe pas",
                "Ligne 6 : il manque des cases",
            ],
        ),
        (b"", ["il manque ces colonnes"]),
        (HEADER.encode(), ["aucune adresse"]),
        ("\n".join(lines_of(1)).replace("T", "É").encode("latin-1"), ["ne peut pas être lu"]),
        (b"\x1f\x8bnot a gzip", ["ne peut pas être lu"]),
        (gzip.compress(b"a" * 41 * 1024 * 1024), ["trop gros"]),
    ],
)
def test_a_wrong_file_is_told_line_by_line_and_nothing_is_kept(
    app: Flask, agent: FlaskClient, content: bytes, told: list[str]
) -> None:
    answer = send(agent, content)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert [sentence for sentence in told if sentence not in page] == []
    with app.app_context():
        assert (count(AddressPoint), count(AddressUpload), count(LongWork)) == (0, 0, 0)


def test_somebody_else_neither_imports_nor_sees_the_import(app: Flask, agent: FlaskClient) -> None:
    sent = send(agent, "\n".join(lines_of(3)).encode())
    with app.app_context():
        rose = sign_in(app, add_person("Rose"))

    refused = send(rose, "\n".join(lines_of(3)).encode())
    assert (refused.status_code, rose.get(sent.location).status_code) == (403, 403)
    assert rose.post(sent.location, data={"csrf_token": csrf_of(rose)}).status_code == 403
    started = agent.post(sent.location, data={"csrf_token": csrf_of(agent)})
    assert rose.get(started.location).status_code == 404
    with app.app_context():
        assert count(LongWork) == 1


def test_a_preview_that_nobody_confirmed_is_forgotten(app: Flask, agent: FlaskClient) -> None:
    send(agent, "\n".join(lines_of(3)).encode())
    with app.app_context():
        addresses.forget_unconfirmed_uploads(utc_now())
        assert count(AddressUpload) == 1
        addresses.forget_unconfirmed_uploads(utc_now() + timedelta(days=2))
        assert (count(AddressUpload), count(AddressUploadPart)) == (0, 0)


def test_an_import_cut_in_the_middle_by_a_kill_ends_right_and_once(
    app: Flask,
) -> None:
    """The hold of the killed process is made to lapse at once, where a town hall would wait for its fifteen seconds."""
    total = 4_000
    with app.app_context():
        town, _ = add_town()
        agent = actor_of(add_person("Inès", roles=((Role.AGENT, town),)))
        upload = addresses.upload_addresses(agent, commune_id=town, name="a.csv", lines=lines_of(total))
        work_id = addresses.import_uploaded_addresses(agent, upload_id=upload)

        def running() -> LongWork:
            db.session.rollback()
            return db.session.get_one(LongWork, work_id, populate_existing=True)

        server = CrashServer(app.config["SQLALCHEMY_DATABASE_URI"])
        try:
            server.start()
            wait_until(lambda: running().done > 0, seconds=15, what="the first step")
            server.crash()
            db.session.rollback()
            cut_at, written = db.session.execute(
                sa.select(
                    sa.select(LongWork.done).filter_by(id=work_id).scalar_subquery(),
                    sa.select(sa.func.count()).select_from(AddressPoint).scalar_subquery(),
                )
            ).one()
            assert 0 < cut_at < total, "the kill came too late"
            assert written == cut_at  # what is said to be done is, and nothing more

            with transaction():
                db.session.execute(sa.update(LongWork).values(due_at=utc_now()))
            server.start_again()
            wait_until(lambda: running().state is WorkState.DONE, seconds=60, what="the end of the import")

            assert (running().done, count(AddressPoint)) == (total, total)
            assert running().result == {
                "added": total,
                "moved": 0,
                "unchanged": 0,
                "outside_neighbourhoods": 0,
            }
            assert (
                db.session.scalar(sa.select(sa.func.count()).where(AuditEntry.fact == "AddressesImported"))
                == 1
            )
        finally:
            server.close()
