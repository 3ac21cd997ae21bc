"""What is joined to an observation and masked: sealed where it lies, given to nobody, and whole again if the mask is lifted."""

import sqlalchemy as sa
from flask import Flask
from flask_migrate import downgrade, upgrade

from civic.app import create_app
from civic.inquiries import lines
from civic.inquiries.models import InquiryObservationFile
from civic.inquiries.rules import MaskReason
from civic.inquiries.service import conducting
from civic.kernel.access import Actor
from civic.kernel.database import db
from civic.kernel.sealing import SealedBytes
from tests.conftest import add_town, dispose, make_settings, sign_in
from tests.inquiries.making import PDF, add_open, agent, deposit
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

    for reader in (app.test_client(), sign_in(app, desk.id)):
        answers = {path: reader.get(path) for path in paths}
        assert answers[paths[0]].status_code == 404
        assert not [path for path, answer in answers.items() if WORDS in answer.data]


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
