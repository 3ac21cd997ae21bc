"""A file of ballots is imported once, however many try at the same moment; the import is in the journal and in the public register."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import sqlalchemy as sa
from flask import Flask

from civic.audit.models import AuditEntry
from civic.kernel.access import ANONYMOUS
from civic.kernel.database import db
from civic.territories.models import Territory
from civic.voting import queries
from civic.voting.models import Ballot, ImportedPoll, Poll
from civic.voting.register.chain import LineKind, read_register
from civic.voting.register.checking import export_register, find_damage
from civic.voting.register.presentation import register_words
from civic.voting.service.importing import Imported, import_pabulib
from tests.conftest import add_town, plain

FILE = b"""META
key;value
description;Budget de Las
country;Poland
unit;Las
instance;2018
num_projects;2
num_votes;3
budget;100
vote_type;approval
rule;greedy
date_begin;01.06.2018
date_end;10.06.2018
PROJECTS
project_id;cost;votes;name
1;60;2;Bancs
2;50;2;Arbres
VOTES
voter_id;vote
1;1
2;1,2
3;2
"""
AT_ONCE = 4


def test_a_file_that_several_import_at_the_same_moment_makes_one_poll(service_app: Flask) -> None:
    with service_app.app_context():
        town, _ = add_town()
        code = db.session.get_one(Territory, town).code
    ready = Barrier(AT_ONCE)

    def run(_: int) -> Imported:
        with service_app.app_context():
            ready.wait(timeout=20)
            return import_pabulib(FILE, territory_code=code)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(pool.map(run, range(AT_ONCE)))

    assert sorted(one.is_new for one in done) == [False] * (AT_ONCE - 1) + [True]
    assert len({one.poll_id for one in done}) == 1
    with service_app.app_context():
        counts = {
            table: db.session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (Poll, Ballot, ImportedPoll)
        }
        assert counts == {Poll: 1, Ballot: 3, ImportedPoll: 1}
        imports = sa.select(AuditEntry.subjects).where(AuditEntry.fact == "PollImported")
        assert len(list(db.session.scalars(imports))) == 1


def test_an_import_is_in_the_journal_and_begins_a_register_that_holds(app_context: Flask) -> None:
    town, _ = add_town()
    code = db.session.get_one(Territory, town).code
    poll_id = import_pabulib(FILE, territory_code=code).poll_id
    other = import_pabulib(FILE, territory_code=code, method="budget-equal-shares").poll_id

    lines = read_register(export_register(ANONYMOUS, poll_id=poll_id))

    assert other != poll_id
    assert [line.kind for line in lines] == [LineKind.IMPORTED, LineKind.COUNTED]
    assert lines[0].content["file"]["ballots"] == 3
    with app_context.test_request_context():
        assert "Scrutin repris d’un fichier de bulletins déposés ailleurs (3 bulletins)" in plain(
            register_words(lines[0])
        )
    assert find_damage(queries.get_poll(poll_id)) is None
    with_journal = sa.select(sa.func.count()).select_from(AuditEntry).where(AuditEntry.fact == "PollImported")
    assert db.session.scalar(with_journal) == 2


def test_anybody_reads_the_register_of_what_was_imported(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        code = db.session.get_one(Territory, town).code
        poll_id = import_pabulib(FILE, territory_code=code).poll_id

    client = app.test_client()

    assert f"/scrutins/{poll_id}/registre" in client.get(f"/scrutins/{poll_id}").get_data(as_text=True)
    page = plain(client.get(f"/scrutins/{poll_id}/registre").get_data(as_text=True))
    assert "Scrutin repris d’un fichier" in page
    assert "La clé des récépissés" not in page
    assert client.get(f"/api/v1/polls/{poll_id}/register").status_code == 200
