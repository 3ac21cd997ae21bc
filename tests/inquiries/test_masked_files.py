"""What is joined to an observation and masked: sealed where it lies, given to nobody, and whole again if the mask is lifted."""

import sqlalchemy as sa
from flask import Flask
from flask_migrate import downgrade, upgrade

from civic.accounts.models import Role
from civic.app import create_app
from civic.audit.models import AuditEntry
from civic.inquiries import lines
from civic.inquiries.models import InquiryObservationFile
from civic.inquiries.rules import MaskReason
from civic.inquiries.service import conducting
from civic.kernel.access import Actor
from civic.kernel.database import db
from civic.kernel.sealing import SealedBytes
from tests.conftest import add_person, add_town, dispose, make_settings, plain, sign_in
from tests.inquiries.making import PDF, add_open, agent, commissioner, deposit
from tests.inquiries.test_register import is_whole

WORDS = b"Secret-Word-Of-The-Letter"
LETTER = PDF.replace(b"endobj", WORDS + b" endobj")
RAW = sa.text("SELECT content, sealed_content, is_masked FROM inquiry_observation_file ORDER BY rank")


def mask_file(actor: Actor, inquiry: int, rank: int = 0) -> int:
    file_id = lines.view_lines([lines.get_observation(inquiry, 1)])[0].files[rank].id
    conducting.mask_observation(
        actor, inquiry_id=inquiry, number=1, reason=MaskReason.PERSONAL, note="Une adresse.", file_ids=[file_id]
    )  # fmt: skip
    return file_id


def raw_files() -> list[sa.Row[tuple[object, ...]]]:
    db.session.rollback()
    return list(db.session.execute(RAW).all())  # type: ignore[arg-type]


def test_a_masked_file_is_unreadable_in_a_stolen_database_and_whole_again_when_the_mask_is_lifted(
    app_context: Flask,
) -> None:
    town, _ = add_town()
    desk, inquiry = agent(town), add_open(town)
    deposit(inquiry, "", files=[LETTER, PDF])
    kept = raw_files()[0].content

    mask_file(desk, inquiry)
    mask_file(desk, inquiry)  # again: it is not sealed twice

    masked, other = raw_files()
    assert WORDS in bytes(kept)
    assert (masked.content, bool(masked.is_masked), bool(other.is_masked)) == (None, True, False)
    assert WORDS not in bytes(masked.sealed_content)
    assert is_whole(inquiry)

    conducting.lift_mask(desk, inquiry_id=inquiry, number=1)
    opened, _ = raw_files()
    assert (opened.content, opened.sealed_content) == (kept, None)
    assert is_whole(inquiry)


def test_a_sealed_file_opens_in_no_other_place_and_with_no_other_key(app_context: Flask) -> None:
    import pytest
    from cryptography.exceptions import InvalidTag

    dialect = db.engine.dialect
    sealed = SealedBytes("inquiry_observation_file.sealed_content").process_bind_param(LETTER, dialect)
    again = SealedBytes("inquiry_observation_file.sealed_content").process_bind_param(LETTER, dialect)

    assert sealed != again
    with pytest.raises(InvalidTag):
        SealedBytes("another.place").process_result_value(sealed, dialect)


def test_a_masked_file_is_given_to_nobody_by_any_door(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        desk, inquiry = agent(town), add_open(town)
        deposit(inquiry, "Ci-joint.", files=[LETTER])
        file_id = mask_file(desk, inquiry)
    one = f"/enquetes-publiques/{inquiry}"
    paths = (
        f"/enquetes-publiques/pieces/{file_id}", one, f"{one}/registre", f"{one}/registre/1", f"{one}/registre.json",
        f"{one}/registre/1/preuve", f"{one}/registre/1/preuve.txt", f"/api/v1/inquiries/{inquiry}/observations/1",
        f"{one}/etude/observations/1", f"{one}/etude/synthese.csv",
    )  # fmt: skip
    sealed = f"{one}/etude/observations/1/pieces-masquees/{file_id}"

    for reader in (app.test_client(), sign_in(app, desk.id)):
        answers = {path: reader.get(path) for path in paths}
        assert answers[paths[0]].status_code == 404
        assert not [path for path, answer in answers.items() if WORDS in answer.data]
    assert app.test_client().get(sealed).status_code == 302  # to sign in
    with app.app_context():
        ada = add_person("Ada")
    refused = sign_in(app, ada).get(sealed)
    assert (refused.status_code, WORDS in refused.data) == (403, False)


def seen_files() -> list[tuple[int | None, int, int]]:
    db.session.rollback()
    entries = db.session.query(AuditEntry).filter_by(fact="MaskedFileOpened").order_by(AuditEntry.id)
    return [(each.actor_id, each.subjects["number"], each.subjects["rank"]) for each in entries]


def test_who_answers_for_a_mask_opens_what_it_hides_and_each_opening_is_in_the_journal(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        mine, other, desk = commissioner(), commissioner("Camille Ailleurs"), agent(town)
        inquiry = add_open(town, who=mine)
        elsewhere = add_open(town, who=other)
        deposit(inquiry, "Ci-joint.", files=[LETTER, PDF])
        deposit(inquiry, "Sans rien.")
        file_id = mask_file(desk, inquiry)
        councillor = add_person("Cléo", roles=((Role.COUNCILLOR, town), (Role.MODERATOR, town)))
        (_, open_id) = [each.id for each in lines.view_lines([lines.get_observation(inquiry, 1)])[0].files]
    page = f"/enquetes-publiques/{inquiry}/etude/observations/1"
    sealed = f"{page}/pieces-masquees/{file_id}"

    for who in (mine.id, desk.id):
        told = plain(sign_in(app, who).get(page).get_data(as_text=True))
        assert sealed in told
        assert "Chaque ouverture est écrite au journal" in told
        opened = sign_in(app, who).get(sealed)
        assert (opened.status_code, WORDS in opened.data) == (200, True)
        assert opened.headers["Cache-Control"] == "no-store"
        assert opened.headers["Content-Disposition"].startswith("attachment")
    for who in (other.id, councillor):
        refused = sign_in(app, who).get(sealed)
        assert (refused.status_code, WORDS in refused.data) == (403, False)
    hers = sign_in(app, mine.id)
    for path in (
        f"{page}/pieces-masquees/{open_id}",
        f"{page}/pieces-masquees/999",
        sealed.replace("observations/1", "observations/2"),
    ):
        assert hers.get(path).status_code == 404
    elsewhere_path = sealed.replace(f"/{inquiry}/", f"/{elsewhere}/", 1)
    assert sign_in(app, other.id).get(elsewhere_path).status_code == 404
    with app.app_context():
        assert seen_files() == [(mine.id, 1, 1), (desk.id, 1, 1)]


def test_files_masked_before_are_sealed_by_the_migration_and_opened_by_its_undoing(
    bare_database_url: str,
) -> None:
    app: Flask = create_app(make_settings(bare_database_url))
    row = InquiryObservationFile.__table__
    with app.app_context():
        upgrade()
        town, _ = add_town()
        inquiry = add_open(town)
        deposit(inquiry, "", files=[LETTER, PDF])
        db.session.remove()
        downgrade(revision="0035")
        db.session.execute(sa.update(row).where(row.c.rank == 1).values(is_masked=True))
        db.session.commit()
        upgrade()
        sealed = raw_files()[0]
        assert (sealed.content, WORDS in bytes(sealed.sealed_content)) == (None, False)
        assert WORDS in (lines.list_whole_files(1)[0].sealed_content or b"")
        db.session.remove()
        downgrade(revision="0035")
        opened = db.session.execute(sa.text("SELECT content FROM inquiry_observation_file WHERE rank = 1"))
        assert WORDS in bytes(opened.scalar_one())
        db.session.remove()
    dispose(app)
