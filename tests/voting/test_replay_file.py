"""A commune replays the ballots of a file under each rule before it chooses one; nothing of the file is kept."""

import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.kernel import work
from civic.kernel.database import db
from civic.kernel.work import LongWork
from civic.voting.models import Ballot, Poll
from civic.voting.service import replaying_files
from tests.conftest import add_person, add_town, plain, sign_in
from tests.voting.real import budget_file, burlington
from tests.voting.results.test_importing import FILE

PATH = "/scrutins/rejouer"
RANKS = b"vote,Tilleuls,Bancs,Haies\n1,1,2,3\n2,1,3,2\n3,2,1,3\n"
BLT = b'3 1\n4 1 2 0\n3 2 3 0\n0\n"Tilleuls"\n"Bancs"\n"Haies"\n"Un banc"\n'


@pytest.fixture
def people(app: Flask) -> tuple[FlaskClient, FlaskClient]:
    """An agent, and a resident."""
    with app.app_context():
        town, (place, *_) = add_town()
        agent = add_person("Agnès", roles=((Role.AGENT, town),))
        ada = add_person("Ada", lives_in=place)
    return sign_in(app, agent), sign_in(app, ada)


def send(client: FlaskClient, name: str, content: bytes, **values: Any) -> tuple[int, str]:
    token = (
        client.get(PATH)
        .get_data(as_text=True)
        .split('name="csrf_token"')[1]
        .split('value="')[1]
        .split('"')[0]
    )
    body = {"csrf_token": token, "file": (io.BytesIO(content), name), **values}
    answer = client.post(PATH, data=body, content_type="multipart/form-data")
    return answer.status_code, plain(answer.get_data(as_text=True))


def test_a_budget_is_counted_by_each_rule_and_nothing_is_kept(
    app: Flask, people: tuple[FlaskClient, FlaskClient]
) -> None:
    agent, _ = people

    code, page = send(agent, "las.pb", FILE)

    assert code == 200
    for told in (
        "3 bulletins, 2 réponses proposées",
        "Budget : par parts égales",
        "Rien de ce fichier n’est gardé",
        "Bancs",
    ):
        assert told in page
    with app.app_context():
        for table in (Poll, Ballot, LongWork):
            assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0


@pytest.mark.parametrize(
    ("name", "content", "kind", "told"),
    [
        ("rangs.csv", RANKS, "ranking", ("Duels", "Tilleuls")),
        ("choix.csv", b"vote,A,B\n1,1,\n2,1,1\n", "choices", ("2 bulletins, 2 réponses",)),
        ("rangs.blt", BLT, "choices", ("7 bulletins, 3 réponses", "Vote alternatif")),
    ],
)
def test_rankings_and_tables_are_counted_too(
    people: tuple[FlaskClient, FlaskClient], name: str, content: bytes, kind: str, told: tuple[str, ...]
) -> None:
    code, page = send(people[0], name, content, kind=kind)

    assert code == 200, page
    for words in told:
        assert words in page


def test_burlington_elects_another_mayor_by_another_rule(people: tuple[FlaskClient, FlaskClient]) -> None:
    code, page = send(people[0], "burlington.toi", burlington().read_bytes())

    assert code == 200
    assert "Kiss" in page
    assert "Montroll" in page


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("las.pb", FILE.replace(b"budget;100", b"budget;cher"), "Ligne 9"),
        ("las.pb", FILE.replace(b"3;2\n", b"3;7\n"), "Ligne 22"),
        ("las.pb", b"", "Ligne 1 : un fichier .pb commence"),
        ("rangs.csv", b"vote,A,B\n1,x,2\n", "Ligne 2"),
        ("rangs.soi", b"\xff\xfe", "Ligne 1"),
        ("photo.png", b"x", "doit finir par"),
        ("", b"", "Choisissez un fichier"),
    ],
)
def test_a_bad_file_says_which_line_and_leaves_nothing(
    app: Flask, people: tuple[FlaskClient, FlaskClient], name: str, content: bytes, told: str
) -> None:
    code, page = send(people[0], name, content)

    assert code == 422
    assert told in page
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(LongWork)) == 0


def test_a_resident_replays_no_file(people: tuple[FlaskClient, FlaskClient]) -> None:
    assert people[1].get(PATH).status_code == 403


def test_rankings_of_more_options_than_a_request_may_compare_are_refused(
    people: tuple[FlaskClient, FlaskClient],
) -> None:
    options = replaying_files.MOST_RANKED + 1
    names = ",".join(f"Projet {number}" for number in range(options))
    ranks = ",".join(str(number) for number in range(1, options + 1))

    code, page = send(people[0], "rangs.csv", f"vote,{names}\n1,{ranks}\n".encode(), kind="ranking")

    assert (code, "Ce fichier a plus de 100 réponses." in page) == (422, True)


def test_a_long_count_reads_the_file_once_for_all_its_steps_and_forgets_it_when_done(
    app: Flask, people: tuple[FlaskClient, FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, ada = people
    monkeypatch.setattr("civic.voting.service.counting.MOST_AT_ONCE", 10)
    code, page = send(agent, "las.pb", budget_file("Poland_Warszawa_2018_Las").read_bytes())
    assert (code, "Voir où en est le calcul" in page) == (200, True)
    readings = []
    read_content = replaying_files.read_content

    def reading(*what: Any) -> Any:
        readings.append(what[0])
        return read_content(*what)

    monkeypatch.setattr(replaying_files, "read_content", reading)
    monkeypatch.setattr("civic.voting.service.long_counts.STEP_SECONDS", 0.0)
    with app.app_context():
        started = db.session.scalars(sa.select(LongWork)).one()
        assert started.kind == replaying_files.REPLAY_FILE
        assert started.place["content"]
        work_id = started.id
        db.session.remove()
        while work.do_some_work():
            pass
        ended = db.session.get_one(LongWork, work_id)
        assert ended.state is work.WorkState.DONE, ended.problem
        assert ended.place == {}
        assert len(readings) == 2  # for the first step, and for what is told at the end

    shown = plain(agent.get(f"{PATH}/{work_id}").get_data(as_text=True))
    assert "Projets retenus" in shown
    assert "las.pb" in shown
    assert ada.get(f"{PATH}/{work_id}").status_code == 404


def test_a_file_is_not_counted_with_the_ballots_of_one_whose_count_was_forgotten(
    app: Flask, people: tuple[FlaskClient, FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("civic.voting.service.counting.MOST_AT_ONCE", 0)
    told = []
    for voted in (b"1", b"2"):
        content = FILE[: FILE.index(b"1;1\n")] + b"".join(b"%d;%s\n" % (one, voted) for one in range(1, 4))
        assert send(people[0], "budget.pb", content)[0] == 200
        with app.app_context():
            while work.do_some_work():
                pass
            ended = db.session.scalars(sa.select(LongWork)).one()
            assert ended.result is not None, ended.problem
            told.append(ended.result["winners"])
            db.session.delete(ended)
            db.session.commit()

    assert told == [["Bancs"], ["Arbres"]]
