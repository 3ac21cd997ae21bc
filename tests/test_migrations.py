"""A database made by the migrations is the one that the models describe, on SQLite and on PostgreSQL."""

import json

from flask import Flask
from flask_migrate import check, downgrade, upgrade

from civic.app import create_app
from civic.kernel.access import ANONYMOUS
from civic.kernel.database import db
from civic.voting import queries as voting
from civic.voting.rules import fingerprint
from civic.voting.service.counting import tally_of
from civic.web.health import find_problem
from tests.conftest import dispose, make_settings


def test_migrations_make_what_the_models_describe_and_can_be_undone(bare_database_url: str) -> None:
    app: Flask = create_app(make_settings(bare_database_url))
    with app.app_context():
        upgrade()
        check()  # exits when a model and its table differ
        assert find_problem() is None

        downgrade(revision="base")
        assert "person" not in db.inspect(db.engine).get_table_names()
        assert find_problem() is not None
        upgrade()
        check()
    dispose(app)


def test_polls_that_exist_keep_their_ballots_their_result_and_their_fingerprint(
    bare_database_url: str,
) -> None:
    """What 0005 carries over: a closed poll, then a draft."""
    app: Flask = create_app(make_settings(bare_database_url))
    with app.app_context():
        upgrade(revision="0004")
        _write_old_polls()
        before = _box_of_old()
        upgrade()
        check()

        poll = voting.get_poll(1)
        assert (poll.rules_format, poll.tie_seed) == ("civic-poll-1", None)
        document = json.loads(voting.rules_document(poll))
        assert [choice["id"] for choice in document["choices"]] == [11, 12]
        assert document["format"] == "civic-poll-1"
        assert "questions" not in document
        assert fingerprint(voting.rules_document(poll)) == OLD_FINGERPRINT
        tally = tally_of(ANONYMOUS, 1, 1)
        assert (tally.winners, tally.turnout, tally.blank) == (("c2",), 4, 1)
        assert voting.count_ballots(poll, turnout=3).counts == {11: 1, 12: 2}
        draft = voting.get_poll(2)
        assert (draft.rules_format, len(draft.tie_seed or "")) == ("civic-poll-2", 64)
        db.session.remove()

        downgrade(revision="0004")
        assert _box_of_old() == before
    dispose(app)


OLD_FINGERPRINT = "798b3287cdc9a3ff838e0a694d11681a58da6c6edc57fc62e93185946eaaa8ca"
"""As the version that opened this poll computed it."""


def _write_old_polls() -> None:
    window = "'2026-01-05 08:00:00+00:00', '2026-01-12 19:00:00+00:00'"
    written = "'2026-01-01 08:00:00+00:00'"
    rows = [
        "INSERT INTO territory (id, kind, code, name, created_at) VALUES (1, 'commune', '99999', 'Aubernay', {written})",
        "INSERT INTO poll (id, territory_id, question, description_source, description_html, plain_text, opens_at, closes_at,"
        " needs_verified_residency, quorum_percent, shows_turnout, state, roll_salt, roll_size, roll_digest, rules_hash, created_at, frozen_at)"
        " VALUES (1, 1, 'Des arbres ?', '', '', '', {window}, false, 0, true, 'frozen', 'salt', 4, 'digest', 'hash', {written}, {written})",
        "INSERT INTO poll (id, territory_id, question, description_source, description_html, plain_text, opens_at, closes_at,"
        " needs_verified_residency, quorum_percent, shows_turnout, state, roll_salt, created_at)"
        " VALUES (2, 1, 'Des bancs ?', '', '', '', {window}, false, 0, true, 'draft', 'salt', {written})",
        "INSERT INTO choice (id, poll_id, position, label, text) VALUES (11, 1, 1, 'Oui', ''), (12, 1, 2, 'Non', ''),"
        " (13, 2, 1, 'Oui', ''), (14, 2, 2, 'Non', '')",
        *[
            f"INSERT INTO ballot (id, poll_id, choice_id) VALUES ('{str(key) * 32}', 1, {choice})"
            for key, choice in enumerate(("11", "12", "NULL", "12"), start=1)
        ],
    ]
    with db.engine.begin() as connection:
        for row in rows:
            connection.exec_driver_sql(row.format(window=window, written=written))


def _box_of_old() -> list[tuple[str, int | None]]:
    with db.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT id, choice_id FROM ballot ORDER BY id")
        return [(str(row[0]).replace("-", ""), row[1]) for row in rows]


NINE, TEN = "'2026-01-05 09:00:00.000000+00:00'", "'2026-01-05 10:00:00.000000+00:00'"
WROTE = f"'t', 'b', '', 'accepted', {NINE}"
COSIGNED = [
    f"INSERT INTO territory (id, kind, code, name, created_at) VALUES (1, 'commune', '99999', 'Aubernay', {NINE})",
    "INSERT INTO person (id, name, folded_name, language, created_at)"
    f" VALUES (1, 'Ada', 'ada', 'fr', {NINE}), (2, 'Bob', 'bob', 'fr', {NINE}), (3, 'Cora', 'cora', 'fr', {NINE})",
    "INSERT INTO consultation (id, territory_id, title, summary, body_source, body_html, state, version, created_at)"
    f" VALUES (1, 1, 'C', '', '', '', 'draft', 1, {NINE})",
    "INSERT INTO proposal (id, consultation_id, territory_id, author_id, title, body_source, body_html, category, created_at,"
    " published_at, support_count, argument_count, text_version)"
    f" VALUES (1, 1, 1, 1, 't', 'b', '', 'nature', {NINE}, {NINE}, 0, 0, 3)",
    "INSERT INTO amendment (proposal_id, author_id, version, title, body_source, reason, state, created_at, decided_at, decided_by_id)"
    f" VALUES (1, 2, 1, {WROTE}, {NINE}, 2), (1, 3, 2, {WROTE}, {TEN}, 1)",
    "INSERT INTO proposal_version (proposal_id, number, title, body_source, amendment_id, written_at)"
    f" VALUES (1, 1, 't', 'b', NULL, {NINE}), (1, 2, 't', 'b', 1, {NINE}), (1, 3, 't', 'b', 2, {TEN})",
]
"""A text that Bob, who signs it, changed himself (version 2), then Ada after an amendment of Cora's (version 3)."""


def test_what_a_coauthor_wrote_before_is_hers_and_no_longer_an_amendment(bare_database_url: str) -> None:
    """What 0035 carries over, and the way back."""
    app: Flask = create_app(make_settings(bare_database_url))
    amendments = "SELECT author_id, version, state, decided_by_id FROM amendment ORDER BY version"
    with app.app_context():
        upgrade(revision="0034")
        with db.engine.begin() as connection:
            for statement in COSIGNED:
                connection.exec_driver_sql(statement)
        before = _rows(amendments)

        for _ in range(2):
            upgrade()
            check()
            assert _rows(
                "SELECT number, amendment_id, writer_id, is_cosigned FROM proposal_version ORDER BY number"
            ) == [(1, None, None, False), (2, None, 2, True), (3, 2, None, False)]
            assert _rows("SELECT id FROM amendment") == [(2,)]
            assert _rows("SELECT version FROM proposal") == [(3,)]

            downgrade(revision="0034")
            assert _rows(amendments) == before
            assert _rows("SELECT count(*) FROM proposal_version WHERE amendment_id IS NOT NULL") == [(2,)]
    dispose(app)


def _rows(query: str) -> list[tuple[object, ...]]:
    with db.engine.begin() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]
