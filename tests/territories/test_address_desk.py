"""An agent imports the addresses of the commune from the desk: a preview, then long work that a power cut does not double."""

import gzip
import io
import threading
from collections.abc import Callable
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
from civic.kernel.errors import NotAllowed
from civic.kernel.transaction import transaction
from civic.kernel.work import LongWork, WorkState, resume_work
from civic.relay import do_all_work
from civic.territories.models import AddressPoint, AddressUpload, AddressUploadPart
from civic.territories.service import addresses
from tests.conftest import actor_of, add_person, add_town, build, csrf_of, dispose, plain, sign_in
from tests.durability.crash import CrashServer
from tests.servers import wait_until

HEADER = "numero,rep,nom_voie,code_postal,nom_commune,lon,lat"


def lines_of(count: int) -> list[str]:
    return [HEADER, *(f"{n},,rue des Tilleuls,49000,Aubernay,-0.295,47.205" for n in range(1, count + 1))]


def squeeze(content: bytes) -> bytes:
    """Compress without the date: each test process must give a test the same name."""
    return gzip.compress(content, mtime=0)


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
    sent = send(agent, squeeze("\n".join(lines_of(450)).encode()), "adresses-49.csv.gz")
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
        (squeeze(b"a" * 21 * 1024 * 1024), ["trop gros"]),
        (squeeze(b"a," * 6_000), ["ne peut pas être lu"]),
        (
            squeeze(f"{HEADER}\n".encode() + b"1\n" * 5_000_000),
            ["Au moins 1 000 lignes", "La suite du fichier n’a pas été lue"],
        ),
        (squeeze(f"{HEADER}\n".encode() + b"\n" * 10_000_000), ["il y a plus de 60000 lignes"]),
    ],
)
def test_a_wrong_file_is_told_line_by_line_and_nothing_is_kept(
    app: Flask, agent: FlaskClient, content: bytes, told: list[str]
) -> None:
    answer = send(agent, content)

    page = plain(answer.get_data(as_text=True))
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


def test_the_import_confirmed_is_of_the_file_previewed_or_nothing(app: Flask, agent: FlaskClient) -> None:
    previewed = send(agent, "\n".join(lines_of(3)).encode())
    in_another_tab = send(agent, "\n".join(lines_of(5)).encode())

    refused = agent.post(previewed.location, data={"csrf_token": csrf_of(agent)})

    assert refused.status_code == 404
    assert previewed.location != in_another_tab.location
    with app.app_context():
        assert (count(LongWork), count(AddressUpload)) == (0, 1)


def test_a_file_sent_while_another_is_being_confirmed_takes_nothing_from_it(
    new_postgres_url: Callable[[], str],
) -> None:
    app = build(new_postgres_url())
    with app.app_context():
        town, _ = add_town()
        agent = actor_of(add_person("Inès", roles=((Role.AGENT, town),)))
        confirmed = addresses.upload_addresses(agent, commune_id=town, name="a", lines=lines_of(3))

        def send_another() -> None:
            with app.app_context():
                addresses.upload_addresses(agent, commune_id=town, name="b", lines=lines_of(5))

        sending = threading.Thread(target=send_another)
        with transaction():
            work_id = addresses.import_uploaded_addresses(agent, upload_id=confirmed)
            sending.start()
            wait_until(lambda: is_waiting_for_a_lock(app), seconds=20, what="the other file")
        sending.join()
        do_all_work(app)

        db.session.rollback()
        imported = db.session.get_one(LongWork, work_id, populate_existing=True)
        assert (imported.state, imported.done, count(AddressPoint)) == (WorkState.DONE, 3, 3)
        assert count(AddressUpload) == 1
    dispose(app)


def is_waiting_for_a_lock(app: Flask) -> bool:
    with db.engine.connect() as connection:
        return bool(connection.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def test_an_import_whose_file_is_gone_fails_and_says_so(app: Flask, agent: FlaskClient) -> None:
    sent = send(agent, "\n".join(lines_of(3)).encode())
    agent.post(sent.location, data={"csrf_token": csrf_of(agent)})
    with app.app_context():
        with transaction():
            db.session.execute(sa.delete(AddressUploadPart))
        do_all_work(app)

        failed = db.session.scalars(sa.select(LongWork)).one()
        assert (failed.state, count(AddressPoint)) == (WorkState.FAILED, 0)
        facts = sa.select(sa.func.count()).where(AuditEntry.fact == "AddressesImported")
        assert db.session.scalar(facts) == 0


def test_who_is_an_agent_no_more_does_not_resume_an_import(app: Flask, agent: FlaskClient) -> None:
    with app.app_context():
        town, _ = add_town()
        former = actor_of(add_person("Rose"))
        failed = LongWork(kind=addresses.IMPORT_ADDRESSES, owner_id=former.id, place={"commune_id": town})
        failed.state, failed.due_at, failed.created_at = WorkState.FAILED, utc_now(), utc_now()
        with transaction():
            db.session.add(failed)
        work_id = failed.id

        with pytest.raises(NotAllowed):
            resume_work(former, work_id=work_id)

        db.session.rollback()
        assert db.session.get_one(LongWork, work_id, populate_existing=True).state is WorkState.FAILED


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
