"""Depositing, typing, masking: one register, one numbering, one chain. On both databases."""

import io
from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask
from PIL import Image

from civic.inquiries import lines
from civic.inquiries.checking import command as check_register
from civic.inquiries.errors import (
    FileRefused,
    InquiryNotFound,
    ObservationEmpty,
    PassageNotFound,
    ReceivedOutside,
    RegisterClosed,
    RegisterNotOpen,
    WrongInquiryState,
)
from civic.inquiries.queries import get_inquiry
from civic.inquiries.rules import Channel, MaskReason, Part, Written
from civic.inquiries.service import conducting, depositing, dossier, preparing
from civic.kernel.access import ANONYMOUS
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from tests.conftest import actor_of, add_person, add_town
from tests.inquiries.making import (
    PDF,
    add_announced,
    add_open,
    agent,
    at,
    commissioner,
    deposit,
    held,
    plan_from,
    stored,
)
from tests.inquiries.test_whole_register import exported

pytestmark = pytest.mark.usefixtures("app_context")
CROWD = 50


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (300, 300), "green").save(file, "JPEG")
    return file.getvalue()


def is_whole(inquiry_id: int) -> bool:
    return check_register.problems_of(exported(stored(inquiry_id))) == []


def test_anybody_deposits_without_an_account_and_it_is_the_next_line() -> None:
    town, _ = add_town()
    inquiry = add_open(town)

    numbers = [deposit(inquiry, "Gardez les haies.", name="Ada"), deposit(inquiry, "Et la mare.")]

    assert numbers == [1, 2]
    first, second = lines.read_on(inquiry, after=0, last=2)
    assert (first.name, first.channel, second.name) == ("Ada", Channel.WEB, "")
    assert stored(inquiry).head == second.line
    assert is_whole(inquiry)


def test_nothing_enters_before_the_opening_nor_after_the_closing_to_the_second() -> None:
    town, _ = add_town()
    inquiry = add_announced(town)
    opens_at, closes_at = stored(inquiry).opens_at, stored(inquiry).closes_at
    second = timedelta(seconds=1)

    before = held()
    with at(opens_at - second), pytest.raises(RegisterNotOpen):
        deposit(inquiry)
    with at(closes_at), pytest.raises(RegisterClosed):
        deposit(inquiry)
    assert held() == before
    with at(opens_at):
        assert deposit(inquiry) == 1
    with at(closes_at - second):
        assert deposit(inquiry, "À temps") == 2
    assert all(opens_at <= row.deposited_at < closes_at for row in lines.read_on(inquiry, after=0, last=1000))


def test_a_draft_is_nowhere_for_a_stranger() -> None:
    town, _ = add_town()
    desk = agent(town)
    inquiry = preparing.draft_inquiry(desk, territory_id=town, plan=plan_from(utc_now() - timedelta(days=1)))

    with pytest.raises(InquiryNotFound):
        deposit(inquiry)
    with pytest.raises(RegisterNotOpen):
        deposit(inquiry, actor=desk)


def test_what_came_on_paper_has_the_same_weight_and_the_next_number() -> None:
    town, _ = add_town()
    inquiry, desk = add_open(town), agent(town)
    deposit(inquiry)
    received = stored(inquiry).opens_at + timedelta(minutes=5)

    number = depositing.type_observation(
        desk,
        inquiry_id=inquiry,
        channel=Channel.LETTER,
        received_at=received,
        written=Written("Lettre recopiée", "Octavie", "3 rue des Lilas"),
        files=[PDF],
    )

    row = lines.get_observation(inquiry, number)
    assert (number, row.channel, row.received_at, row.contact) == (
        2,
        Channel.LETTER,
        received,
        "3 rue des Lilas",
    )
    assert deposit(inquiry, "Après") == 3
    assert is_whole(inquiry)


def test_a_letter_is_typed_after_the_closing_if_it_came_before_and_for_eight_days() -> None:
    town, _ = add_town()
    inquiry, desk = add_open(town), agent(town)
    closes_at = stored(inquiry).closes_at
    deposit(inquiry)

    def type_one(received_at: object) -> int:
        return depositing.type_observation(
            desk,
            inquiry_id=inquiry,
            channel=Channel.LETTER,
            received_at=received_at,
            written=Written("x"),  # type: ignore[arg-type]
        )

    with at(closes_at + timedelta(days=2)):
        at_closing = lines.find_closing_head(stored(inquiry))
        with pytest.raises(ReceivedOutside):
            type_one(closes_at)
        assert type_one(closes_at - timedelta(minutes=1)) == 2
        assert lines.find_closing_head(stored(inquiry)) == at_closing != stored(inquiry).head
    before = held()
    with at(closes_at + timedelta(days=8)), pytest.raises(WrongInquiryState):
        type_one(closes_at - timedelta(minutes=1))
    assert held() == before
    assert is_whole(inquiry)


def test_only_an_agent_or_the_commissioner_of_this_inquiry_types() -> None:
    town, (place, *_) = add_town()
    mine, other = commissioner(), commissioner("Dominique Autre")
    inquiry = add_open(town, who=mine)
    add_open(town, who=other)
    values = {"inquiry_id": inquiry, "channel": Channel.ORAL, "received_at": utc_now() - timedelta(minutes=1)}

    before = held()
    for actor in (other, actor_of(add_person(lives_in=place))):
        with pytest.raises(NotAllowed):
            depositing.type_observation(actor, written=Written("dit"), **values)  # type: ignore[arg-type]
    assert held() == before
    assert depositing.type_observation(mine, written=Written("dit"), **values) == 1  # type: ignore[arg-type]


def test_no_file_is_opened_of_who_may_not_add_it() -> None:
    """A picture of forty million points takes a second: only who types may have it drawn."""
    town, _ = add_town()
    inquiry, bruno = add_open(town), actor_of(add_person("Bruno"))
    before = stored(inquiry).observation_count
    written, hour = Written("Une lettre."), utc_now() - timedelta(minutes=1)

    with pytest.raises(NotAllowed):
        depositing.type_observation(
            bruno, inquiry_id=inquiry, channel=Channel.LETTER, received_at=hour, written=written, files=[b"no picture"]
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        dossier.add_document(bruno, inquiry_id=inquiry, part=Part.DOSSIER, title="Notice", file=b"no PDF")
    assert stored(inquiry).observation_count == before


def test_what_is_neither_a_pdf_nor_a_photograph_is_refused_with_both_names() -> None:
    town, _ = add_town()
    inquiry = add_open(town)

    with pytest.raises(FileRefused, match="envoyez un PDF, ou une photo"):
        deposit(inquiry, "Voir mon tableau", files=[b"MZ"])
    assert stored(inquiry).observation_count == 0


def test_a_button_pressed_twice_deposits_once() -> None:
    town, _ = add_town()
    inquiry = add_open(town)

    assert [deposit(inquiry, "Une fois", sending_key="k1") for _ in range(2)] == [1, 1]
    assert deposit(inquiry, "Autre texte, même formulaire", sending_key="k1") == 2
    assert stored(inquiry).observation_count == 2


def test_who_comes_back_to_her_form_with_a_file_more_loses_nothing() -> None:
    town, _ = add_town()
    inquiry = add_open(town)

    assert deposit(inquiry, "Voir la photo", sending_key="k1") == 1
    assert deposit(inquiry, "Voir la photo", sending_key="k1", files=[picture()]) == 2
    assert deposit(inquiry, "", sending_key="k2", files=[PDF, picture()]) == 3
    assert deposit(inquiry, "", sending_key="k2", files=[PDF, picture()]) == 3
    assert deposit(inquiry, "", sending_key="k2", files=[PDF + b"\n"]) == 4
    assert is_whole(inquiry)


def test_two_sheets_that_say_the_same_are_two_lines_and_a_masked_one_sent_again_stays_one() -> None:
    town, _ = add_town()
    desk, inquiry = agent(town), add_open(town)
    typed = {
        "inquiry_id": inquiry, "received_at": utc_now(), "written": Written("Je suis contre."), "sending_key": "k",
    }  # fmt: skip

    for channel, number in ((Channel.LETTER, 1), (Channel.LETTER, 1), (Channel.REGISTER, 2)):
        assert depositing.type_observation(desk, channel=channel, **typed) == number  # type: ignore[arg-type]
    conducting.mask_observation(
        desk, inquiry_id=inquiry, number=1, reason=MaskReason.INSULT, note="Une injure", passage="Je"
    )
    assert depositing.type_observation(desk, channel=Channel.LETTER, **typed) == 1  # type: ignore[arg-type]
    assert stored(inquiry).observation_count == 2


def test_a_register_that_is_taken_away_while_somebody_deposits_still_holds() -> None:
    town, _ = add_town()
    inquiry = add_open(town)
    deposit(inquiry, "La première")
    read = stored(inquiry)
    db.session.expunge(read)  # as a reader holds it, whose lines are read an instant later
    deposit(inquiry, "Entre les deux")

    told = exported(read)
    assert check_register.problems_of(told) == []
    assert [line["number"] for line in told["lines"]] == [1]


def test_files_are_cleaned_and_hashed_with_the_text() -> None:
    town, _ = add_town()
    inquiry = add_open(town)

    number = deposit(inquiry, "", files=[PDF, picture()])

    line = lines.view_lines([lines.get_observation(inquiry, number)])[0]
    assert [file.mimetype for file in line.files] == ["application/pdf", "image/webp"]
    _, content = lines.get_open_file(line.files[0].id)
    assert b"Secret Person" not in content
    assert is_whole(inquiry)


def test_a_file_that_is_not_one_or_nothing_at_all_is_refused_and_changes_nothing() -> None:
    town, _ = add_town()
    inquiry = add_open(town)

    before = held()
    for files in ([b"not a file"], [PDF] * 4, [PDF + b" " * 3 * 1024 * 1024]):
        with pytest.raises(FileRefused):
            deposit(inquiry, "texte", files=files)
    with pytest.raises(ObservationEmpty):
        deposit(inquiry, "")
    assert held() == before


def test_fifty_people_at_once_have_fifty_numbers_and_one_chain(service_app: Flask) -> None:
    town, _ = add_town()
    inquiry = add_open(town)
    numbers: list[int] = []
    db.session.remove()

    def one(rank: int) -> None:
        with service_app.app_context():
            numbers.append(deposit(inquiry, f"Observation de {rank}"))

    threads = [Thread(target=one, args=(rank,)) for rank in range(CROWD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(numbers) == list(range(1, CROWD + 1))
    assert stored(inquiry).observation_count == CROWD
    assert is_whole(inquiry)


def test_a_masked_passage_is_read_no_more_stays_sealed_and_the_chain_holds() -> None:
    town, _ = add_town()
    mine = commissioner()
    inquiry = add_open(town, who=mine)
    number = deposit(inquiry, "Le maire est un sot. Gardez les haies.", name="Ada", files=[PDF])
    file_id = lines.view_lines([lines.get_observation(inquiry, number)])[0].files[0].id

    conducting.mask_observation(
        mine, inquiry_id=inquiry, number=number, reason=MaskReason.INSULT, note="Une injure.",
        passage="Le maire est un sot.", hides_name=True, file_ids=[file_id],
    )  # fmt: skip

    told = exported(stored(inquiry))
    assert told["lines"][0]["content"] is None
    assert "sot" not in str(told)
    row = lines.get_observation(inquiry, number)
    assert (row.text, row.name) == ("[…] Gardez les haies.", "[…]")
    assert row.sealed_text == "Le maire est un sot. Gardez les haies."
    raw = db.session.execute(db.text("SELECT text, name, sealed_text FROM inquiry_observation")).one()
    assert b"sot" not in bytes(raw[2])
    assert "sot" not in raw[0]
    check = lines.check_line(row)
    assert (check.is_content_whole, check.is_in_its_place) == (True, True)
    assert is_whole(inquiry)

    conducting.lift_mask(mine, inquiry_id=inquiry, number=number)
    row = lines.get_observation(inquiry, number)
    assert (row.name, row.text, row.sealed_text) == ("Ada", "Le maire est un sot. Gardez les haies.", None)
    assert is_whole(inquiry)


def test_a_mask_says_what_and_is_for_the_commissioner_and_the_town_hall() -> None:
    town, (place, *_) = add_town()
    inquiry = add_open(town)
    deposit(inquiry, "Bonjour")
    told = {"inquiry_id": inquiry, "number": 1, "reason": MaskReason.PERSONAL, "note": "Vie privée"}

    before = held()
    with pytest.raises(PassageNotFound):
        conducting.mask_observation(agent(town), passage="absent", **told)  # type: ignore[arg-type]
    with pytest.raises(PassageNotFound):
        conducting.mask_observation(agent(town), **told)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        conducting.mask_observation(actor_of(add_person(lives_in=place)), passage="Bonjour", **told)  # type: ignore[arg-type]
    assert held() == before


def test_the_file_of_another_observation_is_nothing_to_mask() -> None:
    town, _ = add_town()
    inquiry = add_open(town)
    deposit(inquiry, "Bonjour")
    deposit(inquiry, "Avec une pièce", files=[PDF])
    other = lines.view_lines([lines.get_observation(inquiry, 2)])[0].files[0].id

    before = held()
    with pytest.raises(PassageNotFound):
        conducting.mask_observation(
            agent(town), inquiry_id=inquiry, number=1, reason=MaskReason.PERSONAL, note="Vie privée", file_ids=[other]
        )  # fmt: skip
    assert held() == before


def test_a_second_mask_keeps_the_reason_that_was_published_of_the_first() -> None:
    town, _ = add_town()
    desk, inquiry = agent(town), add_open(town)
    deposit(inquiry, "Un sot, au 06 12 34 56 78.")
    told = {"inquiry_id": inquiry, "number": 1, "reason": MaskReason.PERSONAL}

    conducting.mask_observation(desk, passage="Un sot", note="Une injure.", **told)  # type: ignore[arg-type]
    conducting.mask_observation(desk, passage="06 12 34 56 78", note="Un téléphone.", **told)  # type: ignore[arg-type]
    assert lines.get_observation(inquiry, 1).mask_note == "Une injure. Un téléphone."
    conducting.lift_mask(desk, inquiry_id=inquiry, number=1)
    assert lines.get_observation(inquiry, 1).mask_note == ""


def test_the_contact_is_sealed_and_each_sight_is_in_the_journal() -> None:
    from civic.audit.models import AuditEntry

    town, _ = add_town()
    mine = commissioner()
    inquiry = add_open(town, who=mine)
    deposit(inquiry, "Mon avis", name="Ada Discrète", contact="ada@example.org", is_anonymous=True)

    assert "Discrète" not in str(exported(stored(inquiry)))
    row = conducting.see_observation(mine, inquiry_id=inquiry, number=1)
    assert (row.sealed_name, row.contact) == ("Ada Discrète", "ada@example.org")
    seen = db.session.query(AuditEntry).filter_by(fact="ObservationSeen").one()
    assert (seen.actor_id, seen.subjects["number"]) == (mine.id, 1)
    with pytest.raises(NotAllowed):
        conducting.see_observation(commissioner("Autre"), inquiry_id=inquiry, number=1)


def test_a_line_that_somebody_changed_in_the_database_is_found() -> None:
    town, _ = add_town()
    inquiry = add_open(town)
    deposit(inquiry, "Oui")
    deposit(inquiry, "Non")
    db.session.execute(db.text("UPDATE inquiry_observation SET text = 'Oui !' WHERE number = 2"))

    assert not lines.check_line(lines.get_observation(inquiry, 2)).is_content_whole
    assert check_register.problems_of(exported(get_inquiry(inquiry))) != []


def test_signed_in_or_not_an_observation_belongs_to_no_account() -> None:
    town, (place, *_) = add_town()
    inquiry = add_open(town)
    ada = actor_of(add_person(lives_in=place))

    deposit(inquiry, "Avec un compte", actor=ada)
    deposit(inquiry, "Sans", actor=ANONYMOUS)

    assert [row.typed_by_id for row in lines.read_on(inquiry, after=0, last=2)] == [None, None]


def test_who_sent_in_time_is_in_time_even_if_a_letter_is_typed_before_her_turn() -> None:
    """She waits for her turn over the closing: her line says when she sent it."""
    town, _ = add_town()
    inquiry, desk = add_open(town), agent(town)
    closes_at = stored(inquiry).closes_at
    with at(closes_at + timedelta(seconds=2)):
        depositing.type_observation(
            desk,
            inquiry_id=inquiry,
            channel=Channel.LETTER,
            received_at=closes_at - timedelta(hours=1),
            written=Written("Lettre"),
        )
    with at(closes_at - timedelta(seconds=1)):
        number = deposit(inquiry, "Envoyée à temps")

    row = lines.get_observation(inquiry, number)
    assert (number, row.received_at < closes_at, row.deposited_at >= closes_at) == (2, True, True)
    assert is_whole(inquiry)
