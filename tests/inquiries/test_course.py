"""From the draft to the archive: who may do what, when, and who is told. On both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from civic.accounts.personal_data import erase_personal_data
from civic.inquiries import lines, queries
from civic.inquiries.errors import (
    ChangedMeanwhile,
    CommissionerRefused,
    DatesRefused,
    FileRefused,
    InquiryNotFound,
    NotReady,
    ProlongationRefused,
    RegisterClosed,
    ReportIncomplete,
    ReportTooEarly,
    SessionRefused,
    ThemeTaken,
    WrongInquiryState,
)
from civic.inquiries.models import InquiryDocument
from civic.inquiries.rules import InquiryState, MaskReason, Named, Part, Verdict, seen_of
from civic.inquiries.service import conducting, dossier, preparing
from civic.inquiries.service.reading import get_visible_inquiry, read_document
from civic.kernel.access import ANONYMOUS
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.transaction import transaction
from civic.notifications.following.models import News
from civic.notifications.models import Notification
from tests.conftest import actor_of, add_person, add_town
from tests.inquiries.making import (
    PDF,
    add_announced,
    add_open,
    agent,
    at,
    commissioner,
    deposit,
    email_of,
    held,
    plan_from,
    stored,
)

pytestmark = pytest.mark.usefixtures("app_context")

REPORT = {Part.REPORT: PDF, Part.CONCLUSIONS: PDF + b"\n", Part.REPLY: None}


def test_an_inquiry_is_announced_with_all_that_the_law_asks_or_says_what_lacks() -> None:
    town, _ = add_town()
    desk = agent(town)
    opens_at = utc_now() + timedelta(days=20)
    inquiry = preparing.draft_inquiry(desk, territory_id=town, plan=plan_from(opens_at))

    before = held()
    with pytest.raises(NotReady) as refused:
        preparing.announce_inquiry(desk, inquiry_id=inquiry)
    assert len(refused.value.fields["_form"]) == 4  # a commissioner, the order, the dossier, a session
    assert held() == before


def test_it_is_announced_fifteen_days_before_and_not_later() -> None:
    town, _ = add_town()

    add_announced(town, in_days=15.1)
    before = len(queries.list_inquiries(at=utc_now()).items)
    with pytest.raises(NotReady) as refused:
        add_announced(town, in_days=13)
    assert "15 jours" in refused.value.fields["_form"][0]
    assert len(queries.list_inquiries(at=utc_now()).items) == before


def test_announced_it_is_public_does_not_change_and_may_be_taken_back_before_it_opens() -> None:
    town, _ = add_town()
    desk, inquiry = agent(town), add_announced(town)
    document = queries.list_documents(stored(inquiry))[0]

    assert get_visible_inquiry(ANONYMOUS, inquiry).id == inquiry
    before = held()
    with pytest.raises(WrongInquiryState):
        preparing.revise_inquiry(desk, inquiry_id=inquiry, plan=plan_from(utc_now()))
    with pytest.raises(WrongInquiryState):
        dossier.remove_document(desk, inquiry_id=inquiry, document_id=document.id)
    assert held() == before
    preparing.take_back_inquiry(desk, inquiry_id=inquiry)
    with pytest.raises(InquiryNotFound):
        get_visible_inquiry(ANONYMOUS, inquiry)
    preparing.announce_inquiry(desk, inquiry_id=inquiry)
    with at(stored(inquiry).opens_at), pytest.raises(WrongInquiryState):
        preparing.take_back_inquiry(desk, inquiry_id=inquiry)


def test_a_document_added_during_the_inquiry_says_so_and_by_whom() -> None:
    town, _ = add_town()
    inquiry, ines = add_open(town), agent(town, "Inès Ajout")

    dossier.add_document(ines, inquiry_id=inquiry, part=Part.DOSSIER, title="Ajout", file=PDF)

    told = {each.title: each for each in queries.list_documents(stored(inquiry))}
    assert (told["Ajout"].is_added_during, told["Ajout"].added_by) == (True, "Inès Ajout")
    assert not told["Notice"].is_added_during
    with at(stored(inquiry).closes_at), pytest.raises(WrongInquiryState):
        dossier.add_document(ines, inquiry_id=inquiry, part=Part.DOSSIER, title="Trop tard", file=PDF)


def test_documents_are_cleaned_have_their_fingerprint_and_their_order() -> None:
    town, _ = add_town()
    desk = agent(town)
    inquiry = preparing.draft_inquiry(desk, territory_id=town, plan=plan_from(utc_now() + timedelta(days=20)))
    one, two = (
        dossier.add_document(desk, inquiry_id=inquiry, part=Part.DOSSIER, title=title, file=PDF)
        for title in ("Un", "Deux")
    )

    dossier.move_document(desk, inquiry_id=inquiry, document_id=two, is_up=True)
    assert [each.id for each in queries.list_documents(stored(inquiry))] == [two, one]
    dossier.move_document(
        desk, inquiry_id=inquiry, document_id=two, is_up=True
    )  # it is the first: nothing moves
    assert b"Secret Person" not in (read_document(desk, one).content or b"")
    with pytest.raises(FileRefused):
        dossier.add_document(desk, inquiry_id=inquiry, part=Part.DOSSIER, title="Faux", file=b"<html>")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(InquiryDocument)) == 2
    dossier.remove_document(desk, inquiry_id=inquiry, document_id=one)
    assert [each.id for each in queries.list_documents(stored(inquiry))] == [two]


def test_a_commissioner_has_rights_on_this_inquiry_alone_and_is_told_once() -> None:
    town, _ = add_town()
    mine = commissioner()
    inquiry, other = add_open(town, who=mine), add_open(town)
    deposit(inquiry)
    deposit(other)

    theme = conducting.add_theme(mine, inquiry_id=inquiry, name="Les haies")
    assert conducting.sort_observations(mine, inquiry_id=inquiry, theme_id=theme, numbers=[1]) == 1
    before = held()
    for command in (
        lambda: conducting.add_theme(mine, inquiry_id=other, name="Les haies"),
        lambda: conducting.add_theme(agent(town), inquiry_id=inquiry, name="De la mairie"),
        lambda: conducting.see_observation(mine, inquiry_id=other, number=1),
        lambda: preparing.name_commissioners(mine, inquiry_id=inquiry, people=[Named("Moi")]),
    ):
        with pytest.raises(NotAllowed):
            command()
    assert held() == before
    told = db.session.scalars(sa.select(Notification).filter_by(person_id=mine.id)).all()
    assert [each.key for each in told] == [f"inquiry_named:{inquiry}"]


def test_somebody_of_the_town_hall_is_not_its_commissioner() -> None:
    town, _ = add_town()
    desk = agent(town)
    inquiry = add_announced(town)

    before = held()
    for people in ([Named("Inès", email_of(desk))], [Named("Personne", "nobody@example.org")], []):
        with pytest.raises(CommissionerRefused):
            preparing.name_commissioners(desk, inquiry_id=inquiry, people=people)
    assert held() == before
    assert [each.name for each in stored(inquiry).commissioners] == ["Claude Juge"]


def test_each_commissioner_has_a_name_and_an_account_of_her_own() -> None:
    town, _ = add_town()
    mine, desk = commissioner(), agent(town)
    inquiry, email = add_announced(town), email_of(mine)

    before = held()
    for people, field in (
        ([Named("Claude Juge", email), Named("Dominique Juge", email)], "email_2"),
        ([Named("Claude Juge"), Named("", email)], "name_2"),
    ):
        with pytest.raises(CommissionerRefused) as refused:
            preparing.name_commissioners(desk, inquiry_id=inquiry, people=people)
        assert list(refused.value.fields) == [field]
    assert held() == before
    assert [(each.name, each.person_id) for each in stored(inquiry).commissioners] == [("Claude Juge", None)]


def test_a_session_is_during_the_inquiry_and_its_visitors_are_counted_after() -> None:
    town, _ = add_town()
    desk, inquiry = agent(town), add_open(town)
    opens_at = stored(inquiry).opens_at
    hour = timedelta(hours=1)

    for starts_at, ends_at in ((opens_at - hour, opens_at + hour), (opens_at + hour, opens_at)):
        with pytest.raises(SessionRefused):
            dossier.add_session(
                desk, inquiry_id=inquiry, place="Mairie", starts_at=starts_at, ends_at=ends_at
            )
    (session,) = queries.list_sessions(inquiry)
    dossier.count_visitors(desk, inquiry_id=inquiry, session_id=session.id, visitors=7)
    assert queries.list_sessions(inquiry)[0].visitors == 7


def test_a_session_that_was_held_stays_and_that_of_a_draft_whose_dates_moved_is_taken_out() -> None:
    town, _ = add_town()
    desk, inquiry = agent(town), add_open(town)
    (session,) = queries.list_sessions(inquiry)
    session_id, starts_at = session.id, session.starts_at

    before = held()
    with at(starts_at), pytest.raises(WrongInquiryState):
        dossier.remove_session(desk, inquiry_id=inquiry, session_id=session_id)
    assert held() == before
    dossier.remove_session(desk, inquiry_id=inquiry, session_id=session_id)
    assert queries.list_sessions(inquiry) == []

    coming = add_announced(town)
    preparing.take_back_inquiry(desk, inquiry_id=coming)
    (session,) = queries.list_sessions(coming)
    session_id, starts_at = session.id, session.starts_at
    with at(starts_at):
        dossier.remove_session(desk, inquiry_id=coming, session_id=session_id)
    assert queries.list_sessions(coming) == []


def test_it_is_prolonged_once_before_its_end_and_everybody_who_follows_is_told() -> None:
    town, _ = add_town()
    mine = commissioner()
    inquiry = add_open(town, who=mine)
    first = stored(inquiry).closes_at
    why = "Une réunion publique est nécessaire sur les haies."

    before = held()
    with pytest.raises(ProlongationRefused):
        conducting.prolong(mine, inquiry_id=inquiry, closes_at=first + timedelta(days=16), decision=why)
    with at(first), pytest.raises(WrongInquiryState):
        conducting.prolong(mine, inquiry_id=inquiry, closes_at=first + timedelta(days=5), decision=why)
    assert held() == before
    conducting.prolong(mine, inquiry_id=inquiry, closes_at=first + timedelta(days=15), decision=why)
    with pytest.raises(WrongInquiryState):
        conducting.prolong(
            mine, inquiry_id=inquiry, closes_at=first + timedelta(days=15, hours=1), decision=why
        )
    with at(first + timedelta(days=1)):
        assert deposit(inquiry, "Pendant la prolongation") == 1
    with at(first + timedelta(days=15)), pytest.raises(RegisterClosed):
        deposit(inquiry)
    assert (stored(inquiry).first_closes_at, stored(inquiry).prolongation) == (first, why)
    keys = set(db.session.scalars(sa.select(News.key)))
    assert {f"inquiry:{inquiry}", f"inquiry_prolonged:{inquiry}"} <= keys


def test_themes_notes_and_answers_change_nothing_of_the_register() -> None:
    town, _ = add_town()
    mine, desk = commissioner(), agent(town)
    inquiry = add_open(town, who=mine)
    for text in ("Les haies", "La mare", "Les deux"):
        deposit(inquiry, text)
    head = stored(inquiry).head

    theme = conducting.add_theme(mine, inquiry_id=inquiry, name="Les haies")
    with pytest.raises(ThemeTaken):
        conducting.add_theme(mine, inquiry_id=inquiry, name="Les haies")
    conducting.sort_observations(mine, inquiry_id=inquiry, theme_id=theme, numbers=[1, 3, 99])
    conducting.sort_observations(
        mine, inquiry_id=inquiry, theme_id=theme, numbers=[1]
    )  # again: nothing doubles
    conducting.write_theme(mine, inquiry_id=inquiry, theme_id=theme, note="Les gardent", appraisal="À suivre")
    conducting.write_note(mine, inquiry_id=inquiry, number=1, text="Voir le plan")
    conducting.answer_theme(desk, inquiry_id=inquiry, theme_id=theme, answer="Elles sont gardées.")

    (seen,) = lines.list_themes(inquiry)
    assert (seen.count, seen.note, seen.answer) == (2, "Les gardent", "Elles sont gardées.")
    assert lines.count_unsorted(inquiry) == 1
    assert [row.number for row in lines.list_lines(inquiry, theme_id=theme).items] == [1, 3]
    conducting.sort_observations(mine, inquiry_id=inquiry, theme_id=theme, numbers=[3], is_out=True)
    assert lines.list_themes(inquiry)[0].count == 1
    conducting.remove_theme(mine, inquiry_id=inquiry, theme_id=theme)
    assert lines.count_unsorted(inquiry) == 3
    assert stored(inquiry).head == head


def test_the_report_is_published_once_closed_then_contacts_are_erased_a_year_later() -> None:
    town, _ = add_town()
    mine = commissioner()
    inquiry = add_open(town, who=mine)
    deposit(inquiry, "Mon avis", name="Ada", contact="ada@example.org", is_anonymous=True)
    told = {"inquiry_id": inquiry, "verdict": Verdict.WITH_RESERVES, "reserves": "Garder les haies."}

    before = held()
    with pytest.raises(WrongInquiryState):
        conducting.publish_report(mine, files=REPORT, **told)  # type: ignore[arg-type]
    assert held() == before
    typed = stored(inquiry).closes_at + timedelta(days=8)
    with at(typed - timedelta(seconds=1)):
        before = held()
        with pytest.raises(ReportTooEarly) as early:
            conducting.publish_report(mine, files=REPORT, **told)  # type: ignore[arg-type]
        assert (early.value.values["when"], held()) == (typed, before)
    closed = typed
    with at(closed):
        with pytest.raises(ReportIncomplete) as refused:
            conducting.publish_report(mine, files={Part.REPORT: PDF}, **told)  # type: ignore[arg-type]
        assert set(refused.value.fields) == {"conclusions"}
        conducting.publish_report(mine, files=REPORT, **told)  # type: ignore[arg-type]
        with pytest.raises(WrongInquiryState):
            conducting.publish_report(mine, files=REPORT, **told)  # type: ignore[arg-type]
        assert not conducting.forget_contacts(inquiry, now=closed)
    year = closed + timedelta(days=367)  # a leap year has 366
    assert stored(inquiry).state_at(year) is InquiryState.ARCHIVED
    head = stored(inquiry).head
    with at(year):
        assert conducting.forget_contacts(inquiry, now=year)
        assert not conducting.forget_contacts(inquiry, now=year)
    row = lines.get_observation(inquiry, 1)
    assert (row.contact, row.sealed_name, row.text) == (None, None, "Mon avis")
    assert lines.check_line(row).is_content_whole
    assert stored(inquiry).head == head


def test_dates_that_the_law_refuses_change_nothing() -> None:
    town, _ = add_town()
    desk = agent(town)
    plan = plan_from(utc_now() + timedelta(days=20))

    before = held()
    for wrong in (plan_from(plan.opens_at, days=10), replace(plan, closes_at=plan.opens_at)):
        with pytest.raises(DatesRefused):
            preparing.draft_inquiry(desk, territory_id=town, plan=wrong)
    with pytest.raises(NotAllowed):
        preparing.draft_inquiry(actor_of(add_person()), territory_id=town, plan=plan)
    assert held() == before


def test_who_leaves_keeps_no_account_in_an_inquiry() -> None:
    town, _ = add_town()
    mine = commissioner()
    inquiry = add_open(town, who=mine)
    deposit(inquiry, "Un sot")

    desk = agent(town)
    conducting.mask_observation(
        desk, inquiry_id=inquiry, number=1, reason=MaskReason.INSULT, note="Une injure", passage="Un sot"
    )
    assert stored(inquiry).commissioner_ids == {mine.id}
    with transaction():
        erase_personal_data(mine.id, utc_now())
        erase_personal_data(desk.id, utc_now())
    assert stored(inquiry).commissioner_ids == frozenset()
    assert [each.name for each in stored(inquiry).commissioners] == ["Claude Juge"]
    assert lines.get_observation(inquiry, 1).masked_by_id is None


def test_two_people_who_write_the_same_draft_lose_nothing() -> None:
    town, _ = add_town()
    desk, mine = agent(town), commissioner()
    plan = plan_from(utc_now() + timedelta(days=20))
    draft = preparing.draft_inquiry(desk, territory_id=town, plan=plan)
    seen = stored(draft).seen
    inquiry = add_open(town, who=mine)
    theme = conducting.add_theme(mine, inquiry_id=inquiry, name="Les haies")

    preparing.revise_inquiry(desk, inquiry_id=draft, plan=replace(plan, seat="Mairie annexe"), seen=seen)
    conducting.answer_theme(desk, inquiry_id=inquiry, theme_id=theme, answer="Première", seen=seen_of(""))
    before = held()
    with pytest.raises(ChangedMeanwhile):
        preparing.revise_inquiry(desk, inquiry_id=draft, plan=plan, seen=seen)
    with pytest.raises(ChangedMeanwhile):
        conducting.answer_theme(desk, inquiry_id=inquiry, theme_id=theme, answer="Autre", seen=seen_of(""))
    assert held() == before
    preparing.revise_inquiry(desk, inquiry_id=draft, plan=plan, seen=stored(draft).seen)
