"""The signed receipt: checked here, on paper, or by anyone with the public key; forged, it is refused."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import OutboxMessage, deliver_due
from civic.kernel.signing import public_key, public_key_pem
from civic.kernel.transaction import transaction
from civic.voting.errors import NoAddressForReceipt, ReceiptForged, ReceiptUnreadable
from civic.voting.models import RollEntry
from civic.voting.register import checking, queries
from civic.voting.register.checking import Listed
from civic.voting.register.models import RegisterEntry
from civic.voting.register.receipts import Receipt, is_genuine, read_receipt
from civic.voting.service import ballots
from tests.conftest import actor_of, add_person, add_town
from tests.voting.builders import add_poll, cast_ballot


@pytest.fixture
def cast(app_context: Flask) -> ballots.CastReceipt:
    _, (place, *_) = add_town()
    ada = add_person("Ada", lives_in=place)
    poll_id, (yes, _) = add_poll(place)
    return cast_ballot(actor_of(ada), poll_id=poll_id, choice_id=yes)


def read(text: str) -> Receipt:
    receipt = read_receipt(text)
    assert receipt is not None
    return receipt


def test_a_receipt_says_the_box_the_code_and_the_head_and_neither_name_nor_choice(
    cast: ballots.CastReceipt,
) -> None:
    receipt = read(cast.signed)
    head = queries.find_last_line(cast.poll_id)

    assert head is not None
    assert (receipt.poll, receipt.code, receipt.height, receipt.head) == (
        cast.poll_id,
        cast.receipt,
        head.height,
        head.hash,
    )
    assert is_genuine(receipt, public_key())
    assert "Ada" not in cast.signed
    assert "Oui" not in cast.signed


def test_an_honest_receipt_is_found_sound_before_and_after_the_list_is_published(
    cast: ballots.CastReceipt,
) -> None:
    found = checking.check_signed_receipt(text=cast.signed)
    assert (found.is_sound, found.listed) == (True, Listed.LATER)

    with time_machine.travel(utc_now() + timedelta(hours=1), tick=False):
        deliver_due(is_slow=False)
        found = checking.check_signed_receipt(text=cast.signed)
    assert (found.is_sound, found.listed) == (True, Listed.YES)


def test_a_receipt_pasted_from_a_mail_that_folded_its_lines_is_read(cast: ballots.CastReceipt) -> None:
    folded = "\n".join(
        f"  {line[i : i + 40]}" for line in cast.signed.split("\n") for i in range(0, len(line), 40)
    )

    assert read(f"Bonjour,\r\n{folded}\r\n") == read(cast.signed)


@pytest.mark.parametrize("part", ["rules", "code", "entry", "head", "signature"])
def test_a_receipt_changed_anywhere_is_not_genuine(cast: ballots.CastReceipt, part: str) -> None:
    lines = cast.signed.split("\n")
    index = next(i for i, line in enumerate(lines) if line.startswith(f"{part}:"))
    last = lines[index][-1]
    lines[index] = lines[index][:-1] + ("2" if last != "2" else "3")

    found = checking.check_signed_receipt(text="\n".join(lines))

    assert not found.is_genuine
    assert not found.is_sound


@pytest.mark.parametrize("cut", ["", "civic-receipt-1", "civic-receipt-1\npoll: 1\nrules: ab"])
def test_a_receipt_cut_short_is_refused(cast: ballots.CastReceipt, cut: str) -> None:
    with pytest.raises(ReceiptUnreadable):
        checking.check_signed_receipt(text=cut)
    with pytest.raises(ReceiptUnreadable):
        checking.check_signed_receipt(text=cast.signed[:-20])


def test_a_genuine_receipt_proves_that_its_ballot_was_taken_away(cast: ballots.CastReceipt) -> None:
    with transaction():
        taken = sa.update(RollEntry).values(has_voted=False, channel=None, receipt_digest=None)
        db.session.execute(taken)

    found = checking.check_signed_receipt(text=cast.signed)

    assert (found.is_genuine, found.is_in_box, found.is_sound) == (True, False, False)


def test_a_genuine_receipt_proves_that_the_register_was_written_again(cast: ballots.CastReceipt) -> None:
    with transaction():
        db.session.execute(
            sa.update(RegisterEntry).values(line=sa.func.replace(RegisterEntry.line, "4", "5"))
        )

    found = checking.check_signed_receipt(text=cast.signed)

    assert (found.is_genuine, found.is_chained, found.is_sound) == (True, False, False)


def test_a_receipt_missing_from_the_closing_list_is_told(cast: ballots.CastReceipt) -> None:
    with transaction():
        db.session.execute(sa.update(RollEntry).values(receipt_digest="0" * 64))
    with time_machine.travel(utc_now() + timedelta(days=8), tick=False):
        ballots.mix_box(poll_id=cast.poll_id)
        found = checking.check_signed_receipt(text=cast.signed)

    assert (found.is_genuine, found.listed, found.is_sound) == (True, Listed.NO, False)


SCRIPT = """
import sys
from cryptography.hazmat.primitives.serialization import load_pem_public_key

statement, _, signature = open(sys.argv[1]).read().strip().rpartition("\\nsignature: ")
load_pem_public_key(open(sys.argv[2], "rb").read()).verify(bytes.fromhex(signature), statement.encode())
print("genuine")
"""


def test_anyone_checks_a_receipt_with_the_published_key_and_without_us(
    cast: ballots.CastReceipt, tmp_path: Path
) -> None:
    """The very lines of docs/town-hall.md."""
    document = (Path(__file__).resolve().parents[3] / "docs" / "town-hall.md").read_text()
    assert SCRIPT.strip() in document
    (tmp_path / "key.pem").write_text(public_key_pem())
    for name, text in (
        ("true.txt", cast.signed + "\n"),
        ("false.txt", cast.signed.replace("poll: ", "poll: 9")),
    ):
        (tmp_path / name).write_text(text)

    runs = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(tmp_path / name), str(tmp_path / "key.pem")],
            capture_output=True,
            text=True,
            check=False,
        )
        for name in ("true.txt", "false.txt")
    ]

    assert (runs[0].returncode, runs[0].stdout) == (0, "genuine\n")
    assert runs[1].returncode != 0


def test_a_receipt_is_mailed_to_who_asks_alone_and_never_one_that_we_did_not_sign(
    cast: ballots.CastReceipt,
) -> None:
    ada = add_person("Ada")
    forged = cast.signed.replace(f"poll: {cast.poll_id}", f"poll: {cast.poll_id + 1}")
    with pytest.raises(ReceiptForged):
        checking.mail_receipt(actor_of(ada), text=forged)
    with transaction():
        from civic.accounts.models import Person

        db.session.add(nobody := Person(name="Sans adresse", created_at=utc_now()))
        db.session.flush()
    with pytest.raises(NoAddressForReceipt):
        checking.mail_receipt(actor_of(nobody.id), text=cast.signed)
    assert _owed() == []

    checking.mail_receipt(actor_of(ada), text=cast.signed)

    ((payload),) = _owed()
    assert (payload["person_id"], payload["text"]) == (ada, cast.signed)


def _owed() -> list[dict[str, object]]:
    query = sa.select(OutboxMessage.payload).filter_by(kind=checking.RECEIPT_MAIL)
    return list(db.session.scalars(query))
