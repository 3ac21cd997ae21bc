"""A register is taken away whole, whatever its length, and no length of it fills the memory."""

import csv
import gzip
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from civic.inquiries import lines
from civic.inquiries.checking import command as check_register
from civic.inquiries.models import Inquiry, InquiryObservation
from civic.inquiries.queries import get_inquiry
from civic.inquiries.routes import study
from civic.inquiries.rules import Channel, MaskReason
from civic.inquiries.service import conducting
from civic.inquiries.whole_register import register_as_json
from civic.kernel.clock import iso_utc, utc_now
from civic.kernel.database import db
from tests.conftest import add_town, plain, sign_in
from tests.inquiries.making import add_open, agent, commissioner, deposit, stored


@pytest.fixture
def one_database(app: Flask) -> Iterator[None]:
    """Only on SQLite: what is long here is Python's."""
    with app.app_context():
        yield


MANY = 20_001
"""One more than the file held when it stopped at a number."""


def exported(inquiry: Inquiry) -> dict[str, Any]:
    told: dict[str, Any] = json.loads("".join(register_as_json(inquiry)))
    return told


def fill(inquiry_id: int, count: int, text: str = "Gardez les haies.") -> None:
    """Write lines in the register as deposits do, without their time."""
    inquiry, now = stored(inquiry_id), utc_now()
    previous = inquiry.head or check_register.first_link(lines.identity_of(inquiry))
    rows = []
    for number in range(inquiry.observation_count + 1, count + 1):
        content = {"name": "", "text": text, "files": [], "nonce": f"{number:032x}"}
        line = {
            "number": number,
            "deposited_at": iso_utc(now),
            "received_at": iso_utc(now),
            "channel": Channel.WEB.value,
            "fingerprint": check_register.content_fingerprint(content),
        }
        previous = check_register.line_fingerprint(previous, line)
        same = {"inquiry_id": inquiry_id, "channel": Channel.WEB, "deposited_at": now, "received_at": now}
        kept = {"number": number, "name": "", "text": text, "nonce": content["nonce"], "mask_note": ""}
        rows.append({**same, **kept, "fingerprint": line["fingerprint"], "line": previous})
    db.session.execute(db.insert(InquiryObservation), rows)
    inquiry.observation_count, inquiry.head = count, previous
    db.session.commit()


def test_a_register_longer_than_any_is_taken_away_whole_and_checked(one_database: None) -> None:
    town, _ = add_town()
    inquiry = add_open(town)
    fill(inquiry, MANY)

    told = exported(get_inquiry(inquiry))

    assert (told["count"], len(told["lines"])) == (MANY, MANY)
    assert check_register.problems_of(told) == []


def test_an_empty_register_and_one_of_exactly_a_step_are_whole_files(app_context: Flask) -> None:
    town, _ = add_town()
    inquiry = add_open(town)

    empty = exported(get_inquiry(inquiry))
    assert (empty["count"], empty["lines"], check_register.problems_of(empty)) == (0, [], [])
    for count in (1, lines.AT_ONCE, lines.AT_ONCE + 1):
        fill(inquiry, count)
        told = exported(get_inquiry(inquiry))
        assert (len(told["lines"]), check_register.problems_of(told)) == (count, [])


def test_a_file_four_times_as_long_takes_no_more_memory(one_database: None) -> None:
    town, _ = add_town()
    inquiry = add_open(town)
    most: list[int] = []
    for steps in (2, 8):
        fill(inquiry, steps * lines.AT_ONCE, "x" * 2_000)
        db.session.remove()
        read = get_inquiry(inquiry)
        tracemalloc.start()
        length = sum(len(piece) for piece in register_as_json(read))
        most.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert length > steps * lines.AT_ONCE * 2_000

    assert most[1] < 1.5 * most[0]


def test_the_site_sends_the_register_in_pieces_compressed_or_not(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        inquiry = add_open(town)
        fill(inquiry, lines.AT_ONCE + 1)
    path = f"/enquetes-publiques/{inquiry}/registre.json"

    sent = app.test_client().get(path)
    packed = app.test_client().get(path, headers={"Accept-Encoding": "gzip"})

    assert (sent.is_streamed, packed.headers["Content-Encoding"]) == (True, "gzip")
    assert json.loads(sent.data) == json.loads(gzip.decompress(packed.data))
    assert check_register.problems_of(json.loads(sent.data)) == []
    assert app.test_client().head(path).status_code == 200


def test_a_download_that_was_cut_is_said_incomplete(
    app_context: Flask, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    town, _ = add_town()
    inquiry = add_open(town)
    fill(inquiry, lines.AT_ONCE + 1)
    cut = tmp_path / "registre.json"
    cut.write_text(next(register_as_json(get_inquiry(inquiry))), encoding="utf-8")

    assert check_register.main(str(cut)) == 1
    assert "incomplet" in capsys.readouterr().out


def test_the_commissioner_s_files_hold_every_observation_and_the_page_to_print_says_where_the_others_are(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study, "MOST_PRINTED", 2)
    monkeypatch.setattr(lines.read_on, "__kwdefaults__", {"size": 2})
    with app.app_context():
        town, _ = add_town()
        mine = commissioner()
        inquiry = add_open(town, who=mine)
        for text in ("Les haies", "La mare", "=1+1", "Le chemin", "Le lavoir"):
            deposit(inquiry, text)
        theme = conducting.add_theme(mine, inquiry_id=inquiry, name="La campagne")
        conducting.sort_observations(mine, inquiry_id=inquiry, theme_id=theme, numbers=[1, 4, 5])
        conducting.write_note(mine, inquiry_id=inquiry, number=5, text="À voir")
    one, hers = f"/enquetes-publiques/{inquiry}/etude/synthese", sign_in(app, mine.id)

    rows = list(csv.reader(io.StringIO(hers.get(f"{one}.csv").get_data(as_text=True)[1:]), delimiter=";"))
    with zipfile.ZipFile(io.BytesIO(hers.get(f"{one}.xlsx").data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    page = plain(hers.get(one).get_data(as_text=True))

    assert [row[5] for row in rows[1:]] == ["Les haies", "La mare", "'=1+1", "Le chemin", "Le lavoir"]
    assert (rows[4][7], rows[5][8]) == ("La campagne", "À voir")
    assert (sheet.count("<row "), "Le lavoir" in sheet, "À voir" in sheet) == (6, True, True)
    assert "Les 2 premières sont imprimées ici. Toutes, soit 5, sont dans les fichiers" in page
    assert "Observations n° 1, 4, 5." in page
    assert ("La mare" in page, "Le chemin" in page) == (True, False)


def test_the_files_are_in_the_language_of_who_takes_them(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        desk = agent(town)
        inquiry = add_open(town)
        deposit(inquiry, "Les haies")
    path = f"/enquetes-publiques/{inquiry}/etude/synthese.csv"

    french = sign_in(app, desk.id).get(path).get_data(as_text=True)
    english = sign_in(app, desk.id).get(path, headers={"Accept-Language": "en"}).get_data(as_text=True)

    assert "Nom publié" in french
    assert "Nom publié" not in english


def test_what_is_masked_while_the_file_is_made_is_not_in_what_follows(app_context: Flask) -> None:
    town, _ = add_town()
    desk, inquiry = agent(town), add_open(town)
    fill(inquiry, lines.AT_ONCE + 2, "Un sot.")
    pieces = register_as_json(get_inquiry(inquiry))
    before = next(pieces)

    conducting.mask_observation(
        desk, inquiry_id=inquiry, number=lines.AT_ONCE + 2, reason=MaskReason.INSULT, note="Une injure", passage="Un sot."
    )  # fmt: skip

    told = json.loads(before + "".join(pieces))
    assert check_register.problems_of(told) == []
    assert [line["content"] is None for line in told["lines"][-2:]] == [False, True]
