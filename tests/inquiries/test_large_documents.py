"""A plan of twenty megabytes: put by the town hall, checked on the disk, kept in pieces, and downloaded a piece at a time."""

import hashlib
import io
import tracemalloc
from dataclasses import replace
from tempfile import TemporaryFile

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.consultations.beginning import copy_consultation
from civic.consultations.documents import queries as consultation_documents
from civic.consultations.documents import service as consultation_service
from civic.consultations.documents.models import ConsultationDocumentPiece
from civic.inquiries import queries
from civic.inquiries.errors import DocumentNotFound, FileRefused
from civic.inquiries.models import InquiryDocument, InquiryDocumentPiece
from civic.inquiries.rules import Part
from civic.inquiries.service import dossier
from civic.kernel.database import db
from civic.kernel.documents import ACTS, DocumentRefused
from civic.kernel.large_documents import (
    LARGEST_BYTES,
    MEGABYTE,
    PIECE_BYTES,
    TOO_HEAVY,
    PieceReader,
    check_large_document,
)
from config import SettingsError
from tests.conftest import actor_of, add_person, add_town, make_settings, sign_in
from tests.consultations.making import add_consultation
from tests.inquiries.making import add_announced, add_open, agent, held, stored
from tests.inquiries.test_doors import send, text_of

NAME = b"/Author (Secret Person \\(of the town\\))"


def large(megabytes: int = 5, middle: bytes = NAME) -> bytes:
    half = b"0 obj stream " * (megabytes * MEGABYTE // 26)
    return b"%PDF-1.7\n" + half + middle + half + b"\ntrailer\n%%EOF\n"


def test_a_large_plan_is_kept_in_pieces_downloaded_whole_and_taken_up_where_it_was_cut(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        desk, inquiry = agent(town), add_announced(town)
    client, reader, file = sign_in(app, desk.id), app.test_client(), large()

    sent = {"part": "dossier", "title": "Plan de zonage", "document": (io.BytesIO(file), "plan.pdf")}
    assert send(client, f"/bureau/enquetes-publiques/{inquiry}/dossier", **sent).status_code == 302
    with app.app_context():
        row = db.session.scalars(sa.select(InquiryDocument).filter_by(title="Plan de zonage")).one()
        document, digest = row.id, row.digest
        pieces = db.session.scalar(sa.select(sa.func.count()).select_from(InquiryDocumentPiece))
        assert (row.content, row.size_bytes, pieces) == (None, len(file), -(-len(file) // PIECE_BYTES))
    path = f"/enquetes-publiques/documents/{document}"
    whole = reader.get(path)
    assert (whole.status_code, len(whole.data)) == (200, len(file))
    assert whole.headers["Content-Disposition"] == 'attachment; filename="plan-de-zonage.pdf"'
    assert hashlib.sha256(whole.data).hexdigest() == digest
    assert b"Secret Person" not in whole.data
    assert whole.data.replace(b" ", b"") == file.replace(NAME, b"/Author()").replace(b" ", b"")
    rest = reader.get(path, headers={"Range": "bytes=3000000-"})
    assert (rest.status_code, rest.data) == (206, whole.data[3_000_000:])
    some = reader.get(path, headers={"Range": "bytes=262100-262200"})
    assert (some.status_code, some.data) == (206, whole.data[262_100:262_201])
    page = text_of(reader.get(f"/enquetes-publiques/{inquiry}"))
    assert "PDF, 5 Mo (environ 1 minute sur une ligne lente)" in page


def test_a_draft_s_large_plan_is_read_by_no_stranger_and_leaves_with_its_document(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        desk = agent(town)
        inquiry = add_announced(town)
        document = dossier.add_document(
            desk, inquiry_id=inquiry, part=Part.DOSSIER, title="Plan", file=large()
        )
        again = dossier.add_document(desk, inquiry_id=inquiry, part=Part.DOSSIER, title="Plan", file=large())
        assert document == again
        from civic.inquiries.service import preparing

        preparing.take_back_inquiry(desk, inquiry_id=inquiry)
    assert app.test_client().get(f"/enquetes-publiques/documents/{document}").status_code == 404
    with app.app_context():
        dossier.remove_document(desk, inquiry_id=inquiry, document_id=document)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(InquiryDocumentPiece)) == 0


def test_nobody_but_who_may_put_it_sends_a_large_file(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        inquiry, coming, consultation = add_open(town), add_announced(town), add_consultation(town)
        resident, before = add_person(), held()
    stranger, signed_in, file = app.test_client(), sign_in(app, resident), large()

    def answer(client: FlaskClient, path: str, field: str) -> int:
        values = {"text": "Mon avis", "part": "dossier", "title": "Plan", field: (io.BytesIO(file), "p.pdf")}
        return int(send(client, path, **values).status_code)

    for client in (stranger, signed_in):
        assert answer(client, f"/enquetes-publiques/{inquiry}/observer", "files") == 413
        assert answer(client, f"/bureau/enquetes-publiques/{coming}/dossier", "document") == 413
        assert answer(client, f"/consultations/{consultation}/documents", "document") == 413
    with app.app_context():
        assert (held(), stored(inquiry).observation_count) == (before, 0)


def test_what_is_larger_than_the_installation_takes_is_refused_and_says_how_much_it_takes(app: Flask) -> None:
    app.config["LARGEST_DOCUMENT_BYTES"] = 5 * MEGABYTE
    with app.app_context():
        town, _ = add_town()
        desk, inquiry = agent(town), add_announced(town)
        before = held()
    client, path = sign_in(app, desk.id), f"/bureau/enquetes-publiques/{inquiry}"

    assert "5 Mo au plus" in text_of(client.get(path))
    file = large(5) + b" " * 400_000 + b"%%EOF"
    sent = {"part": "dossier", "title": "Plan de zonage", "document": (io.BytesIO(file), "plan.pdf")}
    refused = send(client, f"{path}/dossier", **sent)
    assert refused.status_code == 422
    assert "Ce document pèse plus de 5 Mo." in text_of(refused)
    assert "Plan de zonage" in text_of(refused)
    sent["document"] = (io.BytesIO(large(7)), "plan.pdf")
    far = send(client, f"{path}/dossier", **sent)
    assert (far.status_code, "6 Mo" in text_of(far)) == (413, True)
    with app.app_context():
        assert held() == before
    with pytest.raises(SettingsError, match="CIVIC_LARGEST_DOCUMENT_MB"):
        replace(make_settings("sqlite:///x"), largest_document_mb=2)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (large(middle=b"/JavaScript (app.alert)"), ACTS),
        (large(middle=b"/J#61v#61Script (app.alert)"), ACTS),
        (large(middle=b"<< /OpenAction << /S /URI >>"), ACTS),
        (b"x" * 4 * MEGABYTE, "n’est pas un PDF"),
        (large() + b" " * 4096, "sa fin manque"),
    ],
)
def test_a_large_file_that_acts_is_cut_or_is_no_pdf_is_refused(file: bytes, sentence: str) -> None:
    with pytest.raises(DocumentRefused, match=sentence[:16]):
        check_large_document(io.BytesIO(file))


def test_what_a_program_hides_where_two_parts_of_the_search_meet_is_found() -> None:
    for before in range(4 * MEGABYTE - 12, 4 * MEGABYTE + 2, 3):
        file = b"%PDF-1.7\n" + b" " * (before - 9) + b"/JavaScript " + b" " * MEGABYTE + b"%%EOF"
        with pytest.raises(DocumentRefused):
            check_large_document(io.BytesIO(file))


def test_a_signed_document_is_left_as_it_was_signed_and_metadata_are_silent_elsewhere() -> None:
    signed = large(middle=NAME + b" /ByteRange [0 1 2 3]")
    assert check_large_document(io.BytesIO(signed)).sha256 == hashlib.sha256(signed).hexdigest()

    told = large(middle=b"<dc:creator><rdf:li>Secret Person</rdf:li></dc:creator> /Company <FEFF0041>")
    silent = b"".join(check_large_document(io.BytesIO(told)).pieces())
    assert (b"Secret" in silent, b"FEFF" in silent, len(silent)) == (False, False, len(told))


def test_a_large_document_is_never_whole_in_memory() -> None:
    with TemporaryFile("w+b") as file:
        for _ in range(12):
            file.write(b"%PDF-1.7" + b" 0 obj stream " * (MEGABYTE // 14) + b"/Author (Somebody)")
        file.write(b"%%EOF")
        size = file.tell()
        tracemalloc.start()
        try:
            read = check_large_document(file)
            assert sum(map(len, read.pieces())) == size
            assert tracemalloc.get_traced_memory()[1] < size / 3
        finally:
            tracemalloc.stop()


def test_a_reader_of_pieces_reads_from_any_place() -> None:
    whole = bytes(range(256)) * 3000
    reader = PieceReader(len(whole), lambda rank: whole[rank * PIECE_BYTES : (rank + 1) * PIECE_BYTES])

    assert b"".join(iter(lambda: reader.read(100_000), b"")) == whole
    assert (reader.seek(-7, io.SEEK_END), reader.read()) == (len(whole) - 7, whole[-7:])
    assert (reader.seek(PIECE_BYTES - 2), reader.read(10)) == (
        PIECE_BYTES - 2,
        whole[PIECE_BYTES - 2 : PIECE_BYTES],
    )
    assert (reader.seek(len(whole) + 5), reader.read()) == (len(whole) + 5, b"")


def test_a_consultation_has_a_large_study_which_its_copy_keeps(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        cleo = actor_of(add_person("Cléo", roles=((Role.COUNCILLOR, town),)))
        consultation = add_consultation(town)
    client, file = sign_in(app, cleo.id), large(middle=b"")

    sent = {"title": "L’étude", "document": (io.BytesIO(file), "etude.pdf")}
    assert send(client, f"/consultations/{consultation}/documents", **sent).status_code == 302
    with app.app_context():
        (first,) = consultation_documents.list_documents(consultation)
        copy = copy_consultation(cleo, consultation_id=consultation)
        consultation_service.remove_document(cleo, consultation_id=consultation, document_id=first.id)
        (second,) = consultation_documents.list_documents(copy)
        kept = sa.select(ConsultationDocumentPiece.document_id).distinct()
        assert list(db.session.scalars(kept)) == [second.id]
    got = client.get(f"/consultations/documents/{second.id}/document.pdf?v={second.digest}")
    assert (got.status_code, got.data) == (200, file)
    assert got.headers["Cache-Control"].startswith("private")


def test_a_program_s_bytes_are_read_as_a_form_s(app_context: Flask) -> None:
    town, _ = add_town()
    desk, inquiry = agent(town), add_announced(town)
    before = held()

    with pytest.raises(FileRefused) as refused:
        dossier.add_document(
            desk, inquiry_id=inquiry, part=Part.DOSSIER, title="Plan", file=large(4), most_bytes=3 * MEGABYTE
        )
    assert (refused.value.message, refused.value.values) == (TOO_HEAVY, {"most": 3})
    assert (held(), LARGEST_BYTES) == (before, 50 * MEGABYTE)
    one = dossier.add_document(desk, inquiry_id=inquiry, part=Part.DOSSIER, title="Plan", file=large(4))
    document = queries.get_document(one)
    ranks = range(-(-document.size_bytes // PIECE_BYTES))
    whole = b"".join(bytes(queries.read_piece(one, rank)) for rank in ranks)
    assert hashlib.sha256(whole).hexdigest() == document.digest
    with pytest.raises(DocumentNotFound):
        queries.read_piece(one, len(ranks))
