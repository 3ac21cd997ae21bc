"""What the town hall commits itself to is kept as it was promised, shown late when it is, and told to those who follow it."""

import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from civic.accounts.models import Role
from civic.consultations.channels import Channel
from civic.kernel.access import Actor
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.photographs import (
    ABSENT,
    BROKEN,
    LARGEST_FILE_BYTES,
    NO_IMAGE,
    TOO_HEAVY,
    TOO_SMALL,
    PhotographRefused,
    draw_photograph,
)
from civic.kernel.transaction import transaction
from civic.notifications.rules import Kind
from civic.proposals.answers.errors import AnswersNotReady
from civic.proposals.arguing.recording import record_argument
from civic.proposals.commitments import queries, record, service, showing
from civic.proposals.commitments.errors import (
    AlreadyDone,
    CommitmentIsOver,
    CommitmentIsPublished,
    CommitmentNotFound,
    DoneInTheFuture,
    MilestoneWithoutDate,
    NothingRetained,
    NotYetPublished,
)
from civic.proposals.commitments.record import Kept
from civic.proposals.commitments.rules import (
    CommitmentPlan,
    CommitmentState,
    MilestoneState,
    Step,
    commitment_state,
    milestone_state,
    next_evening,
)
from civic.proposals.models import Proposal
from civic.proposals.rules import Decision, Side
from civic.proposals.service.answering import draft_answer, publish_answer
from civic.proposals.service.hiding import set_argument_hidden, set_proposal_hidden
from civic.proposals.service.taking_part import publish_argument, support_proposal
from tests.conftest import actor_of, add_person, add_town, bearer, plain, post_form, sign_in
from tests.consultations.making import add_consultation
from tests.proposals.making import add_proposal
from tests.proposals.promised import add_owed, agent, councillor, kept, promised, told

DAY = date(2027, 3, 12)


def plan(*due_in_days: int, title: str = "Poser quatre bancs") -> CommitmentPlan:
    steps = tuple(Step(f"Étape {n}", town_today() + timedelta(days=n)) for n in due_in_days)
    return CommitmentPlan(title, "Services techniques", budget_cents=1_250_000, steps=steps)


def answer(actor: Actor, proposal_id: int, decision: Decision = Decision.ACCEPTED) -> None:
    draft_answer(actor, proposal_id=proposal_id, decision=decision, body="Voici pourquoi")
    publish_answer(actor, proposal_id=proposal_id)


def committed(actor: Actor, proposal_id: int, *due_in_days: int) -> int:
    commitment = service.draft_commitment(actor, proposal_id=proposal_id, plan=plan(*due_in_days))
    answer(actor, proposal_id)
    return commitment


def state_of(commitment_id: int) -> CommitmentState:
    return queries.state_of(queries.get_commitment(commitment_id), today=town_today())


def milestones(commitment_id: int) -> list[int]:
    return [each.id for each in queries.get_commitment(commitment_id).milestones]


def test_a_step_is_in_time_all_its_day_and_a_commitment_is_late_while_one_step_is() -> None:
    next_day = DAY + timedelta(days=1)
    assert milestone_state(DAY, None, today=DAY) is MilestoneState.COMING
    assert milestone_state(DAY, None, today=next_day) is MilestoneState.LATE
    assert milestone_state(DAY, DAY, today=next_day) is MilestoneState.DONE
    assert milestone_state(DAY, next_day, today=next_day) is MilestoneState.DONE_LATE

    def state(*steps: Step, dropped: bool = False, published: bool = True) -> CommitmentState:
        return commitment_state(steps, is_published=published, is_dropped=dropped, today=next_day)

    done, late, missed = Step("a", DAY, DAY), Step("b", DAY, next_day), Step("c", DAY)
    coming = Step("d", next_day)
    assert state(done, coming) is CommitmentState.UNDER_WAY
    assert state(missed, coming, done) is CommitmentState.LATE
    assert state(done) is CommitmentState.KEPT
    assert state(done, late) is CommitmentState.KEPT_LATE
    assert state(missed, dropped=True) is CommitmentState.DROPPED
    assert state(done, published=False) is CommitmentState.DRAFT
    assert next_evening(datetime(2027, 3, 12, 16, 59, tzinfo=UTC)) == datetime(2027, 3, 12, 17, tzinfo=UTC)
    assert next_evening(datetime(2027, 3, 27, 17, tzinfo=UTC)) == datetime(2027, 3, 28, 16, tzinfo=UTC)


def test_a_commitment_is_published_with_the_answer_that_takes_the_proposal_up(app_context: Flask) -> None:
    town, _ = add_town()
    mayor, clerk = councillor(town), agent(town)
    proposal = add_proposal(town)
    commitment = service.draft_commitment(clerk, proposal_id=proposal, plan=plan(30))
    assert queries.commitments_of([proposal], today=town_today()) == {}
    draft_answer(clerk, proposal_id=proposal, decision=Decision.REFUSED, body="Non")
    before = kept()

    with pytest.raises(AnswersNotReady):
        publish_answer(mayor, proposal_id=proposal)
    assert kept() == before
    draft_answer(clerk, proposal_id=proposal, decision=Decision.PARTLY_ACCEPTED, body="En partie")
    publish_answer(mayor, proposal_id=proposal)

    (view,) = queries.commitments_of([proposal], today=town_today())[proposal]
    assert (view.id, view.state, view.budget_cents) == (commitment, CommitmentState.UNDER_WAY, 1_250_000)


def test_what_residents_read_of_it_does_not_change_and_what_slips_is_late(app_context: Flask) -> None:
    town, _ = add_town()
    mayor = councillor(town)
    commitment = committed(mayor, add_proposal(town), -3, 30)
    before = kept()

    for change in (
        lambda: service.revise_commitment(mayor, commitment_id=commitment, plan=plan(60)),
        lambda: service.delete_commitment_draft(mayor, commitment_id=commitment),
        lambda: service.make_commitment(mayor, commitment_id=commitment),
    ):
        with pytest.raises(CommitmentIsPublished):
            change()
    assert kept() == before
    assert state_of(commitment) is CommitmentState.LATE
    service.add_milestone(mayor, commitment_id=commitment, title="Fête", due_on=town_today())
    assert len(milestones(commitment)) == 3


def test_a_commitment_comes_after_an_answer_too_but_never_on_a_refusal(app_context: Flask) -> None:
    town, _ = add_town()
    mayor = councillor(town)
    refused, accepted = add_proposal(town), add_proposal(town)
    answer(mayor, refused, Decision.REFUSED)
    answer(mayor, accepted)
    of_refused, of_accepted = (
        service.draft_commitment(mayor, proposal_id=each, plan=plan(30)) for each in (refused, accepted)
    )

    with pytest.raises(NothingRetained):
        service.make_commitment(mayor, commitment_id=of_refused)
    service.make_commitment(mayor, commitment_id=of_accepted)
    assert [state_of(each) for each in (of_refused, of_accepted)] == [
        CommitmentState.DRAFT, CommitmentState.UNDER_WAY,
    ]  # fmt: skip
    with pytest.raises(NotYetPublished):
        service.give_news(mayor, commitment_id=of_refused, body="Bientôt")
    with pytest.raises(MilestoneWithoutDate):
        service.draft_commitment(mayor, proposal_id=accepted, plan=plan())


def test_nobody_else_commits_the_town_hall_and_a_draft_does_not_exist_for_residents(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    mayor, clerk = councillor(town), agent(town)
    ada = actor_of(add_person("Ada", lives_in=place))
    proposal = add_proposal(town, author=ada.id)
    hidden = service.draft_commitment(mayor, proposal_id=proposal, plan=plan(30))
    shown = committed(mayor, add_proposal(town), 30)
    before = kept()

    with pytest.raises(NotAllowed):
        service.draft_commitment(ada, proposal_id=proposal, plan=plan(30))
    with pytest.raises(CommitmentNotFound):
        service.revise_commitment(ada, commitment_id=hidden, plan=plan(30))
    with pytest.raises(NotAllowed):
        service.give_news(ada, commitment_id=shown, body="C’est fait")
    with pytest.raises(NotAllowed):
        service.complete_milestone(ada, milestone_id=milestones(shown)[0], done_on=town_today())
    with pytest.raises(NotAllowed):
        service.drop_commitment(clerk, commitment_id=shown, reason="Trop cher pour la commune")
    assert kept() == before


def test_a_step_done_by_mistake_is_taken_back_and_a_done_one_is_done_once(app_context: Flask) -> None:
    town, _ = add_town()
    mayor = councillor(town)
    commitment = committed(mayor, add_proposal(town), 30)
    (step,) = milestones(commitment)
    with pytest.raises(DoneInTheFuture):
        service.complete_milestone(mayor, milestone_id=step, done_on=town_today() + timedelta(days=1))

    service.complete_milestone(mayor, milestone_id=step, done_on=town_today(), body="Les bancs sont là.")
    assert state_of(commitment) is CommitmentState.KEPT
    with pytest.raises(CommitmentIsOver):
        service.complete_milestone(mayor, milestone_id=step, done_on=town_today())
    service.reopen_milestone(mayor, milestone_id=step)
    service.reopen_milestone(mayor, milestone_id=step)
    view = queries.view_commitment(queries.get_commitment(commitment), today=town_today())
    assert (view.state, view.news) == (CommitmentState.UNDER_WAY, ())

    other = committed(mayor, add_proposal(town), 30, 60)
    service.complete_milestone(mayor, milestone_id=milestones(other)[0], done_on=town_today())
    with pytest.raises(AlreadyDone):
        service.complete_milestone(mayor, milestone_id=milestones(other)[0], done_on=town_today())


def test_what_moved_in_a_day_is_told_once_in_the_evening(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    mayor = councillor(town)
    ada, bob = add_person("Ada", lives_in=place), actor_of(add_person("Bob", lives_in=place))
    consultation = promised(town, mayor)
    one, two = (add_proposal(town, consultation=consultation, author=ada, title=t) for t in ("Banc", "Arbre"))
    support_proposal(bob, proposal_id=one)
    first, second = committed(mayor, one, 30, 60), committed(mayor, two, 30)
    service.complete_milestone(mayor, milestone_id=milestones(first)[0], done_on=town_today())
    service.give_news(mayor, commitment_id=first, body="La pose commence lundi.")
    service.drop_commitment(mayor, commitment_id=second, reason="Le sol ne s’y prête pas.")
    assert service.tell_what_moved(now=utc_now()) == 0
    evening = utc_now() + timedelta(days=1)

    assert service.tell_what_moved(now=evening) == 3
    assert service.tell_what_moved(now=evening) == 0

    assert [(person, params["count"]) for person, params in told(Kind.COMMITMENTS_MOVED)] == [(ada, 2)]
    assert [(person, params["title"]) for person, params in told(Kind.COMMITMENT_MOVED)] == [(bob.id, "Banc")]
    assert state_of(second) is CommitmentState.DROPPED


def test_what_moved_on_a_proposal_hidden_since_is_told_to_nobody(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    mayor = councillor(town)
    bob = actor_of(add_person("Bob", lives_in=place))
    consultation = promised(town, mayor)
    hidden, shown = (add_proposal(town, consultation=consultation, title=t) for t in ("Une insulte", "Arbre"))
    for each in (hidden, shown):
        support_proposal(bob, proposal_id=each)
        service.give_news(mayor, commitment_id=committed(mayor, each, 30), body="La pose commence lundi.")
    set_proposal_hidden(proposal_id=hidden, is_hidden=True, now=utc_now())
    evening = utc_now() + timedelta(days=1)

    assert service.tell_what_moved(now=evening) == 1
    assert service.tell_what_moved(now=evening) == 0

    assert [(person, params["title"]) for person, params in told(Kind.COMMITMENT_MOVED)] == [
        (bob.id, "Arbre")
    ]
    assert told(Kind.COMMITMENTS_MOVED) == []


def test_the_record_counts_each_year_what_was_asked_answered_promised_and_kept(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    mayor = councillor(town)
    consultation = promised(town, mayor)
    intime, waiting, late = (add_owed(town, consultation, place, title=f"Idée {n}") for n in range(3))
    answer(mayor, intime)
    from tests.proposals.promised import move_back

    move_back(late, timedelta(days=61))
    kept_one = committed(mayor, intime, 30)
    service.complete_milestone(mayor, milestone_id=milestones(kept_one)[0], done_on=town_today())
    for days in ((-1,), (30,)):
        committed(mayor, intime, *days)

    years = record.list_years(town, at=utc_now())

    waits = [(y.answers.expected, y.answers.in_time, y.answers.awaited, y.answers.late) for y in years]
    assert [sum(column) for column in zip(*waits, strict=True)] == [3, 1, 1, 1]
    assert years[0].commitments == Kept(kept=1, under_way=1, late=1)
    assert sum(year.proposals for year in years) == 3
    assert [each.title for each in record.list_late_answers(town, at=utc_now())] == ["Idée 2"]
    assert record.count_kept(consultation, today=town_today()) == Kept(kept=1, under_way=1, late=1)
    states = [view.state for view in queries.list_commitments(today=town_today()).items]
    assert states == [CommitmentState.LATE, CommitmentState.UNDER_WAY, CommitmentState.KEPT]
    for state in (CommitmentState.LATE, CommitmentState.UNDER_WAY, CommitmentState.KEPT):
        found = queries.list_commitments(today=town_today(), state=state).items
        assert [view.state for view in found] == [state]
    assert waiting


def test_the_record_tells_by_which_way_residents_took_part_and_counts_no_article_of_the_town_hall(
    app: Flask,
) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        ada = actor_of(add_person("Ada", lives_in=place))
        consultation = add_consultation(town)
        typed, article, proposal = (
            add_proposal(town, consultation=consultation, title=f"Idée {number}") for number in range(3)
        )
        with transaction():
            db.session.get_one(Proposal, typed).channel = Channel.PAPER
            db.session.get_one(Proposal, article).article_number = 1
            record_argument(proposal, side=Side.FOR, body="Oui.", channel=Channel.MEETING, now=utc_now())
        hidden = publish_argument(ada, proposal_id=proposal, side=Side.FOR, body="Imbéciles.")
        set_argument_hidden(argument_id=hidden, is_hidden=True, now=utc_now())
        (year,) = record.list_years(town, at=utc_now())

    assert year.proposals == 2
    assert {key: count for key, count in year.channels.items() if count} == {
        Channel.WEB: 1, Channel.PAPER: 1, Channel.MEETING: 1,
    }  # fmt: skip
    page = plain(app.test_client().get("/bilan").text)
    assert "Par quelle voie les habitants ont pris part" in page
    assert "En réunion" in page
    assert "Par courrier" not in page, "nothing came by that way"
    (told,) = app.test_client().get("/api/v1/record").json["years"]
    assert (told["channels"]["paper"], told["channels"]["mail"]) == (1, 0)
    assert "Par courrier" in app.test_client().get("/bilan.csv").text


def test_on_its_pages_a_commitment_is_written_published_followed_and_given_up(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        mayor = councillor(town)
        consultation = promised(town, mayor)
        proposal = add_owed(town, consultation, place)
    browser, stranger = sign_in(app, mayor.id), app.test_client()
    address = f"/propositions/{proposal}/engagements/nouveau"
    typed = {
        "title": "Poser quatre bancs", "in_charge": "Services techniques", "budget_cents": "12 500,50 €",
        "steps-0-title": "Commande", "steps-0-due_on": "2099-03-01", "steps-1-title": "", "steps-1-due_on": "",
    }  # fmt: skip

    bad = post_form(browser, address, **{**typed, "steps-0-due_on": "", "budget_cents": "cher"})
    assert bad.status_code == 422  # type: ignore[attr-defined]
    page = bad.get_data(as_text=True)  # type: ignore[attr-defined]
    assert 'value="cher"' in page
    assert 'value="Commande"' in page
    assert post_form(browser, address, **typed, add_step="1").status_code == 200  # type: ignore[attr-defined]
    made = post_form(browser, address, **typed)
    own = made.headers["Location"]  # type: ignore[attr-defined]
    assert stranger.get(own).status_code == 404
    assert "12 500,50 €" in browser.get(own).get_data(as_text=True).replace("\u202f", " ").replace(
        "\xa0", " "
    )
    assert 'value="12500,50"' in browser.get(f"{own}/modifier").get_data(as_text=True)
    with app.app_context():
        answer(mayor, proposal)
        (step,) = milestones(int(own.rsplit("/", 1)[1]))

    assert "Services techniques" in stranger.get(own).get_data(as_text=True)
    assert "Poser quatre bancs" in stranger.get(f"/propositions/{proposal}").get_data(as_text=True)
    outcome = stranger.get(f"/consultations/{consultation}").get_data(as_text=True)
    assert "Ce qu’elle est devenue" in outcome
    assert 'href="#devenue"' not in outcome
    with time_machine.travel(utc_now() + timedelta(days=400)):
        over = stranger.get(f"/consultations/{consultation}").get_data(as_text=True)
    assert over.index('href="#devenue"') < over.index('id="devenue"')
    assert "Poser quatre bancs" in outcome
    assert "Poser quatre bancs" in stranger.get("/engagements?state=under_way").get_data(as_text=True)
    assert "Aucun engagement dans cet état" in stranger.get("/engagements?state=late").get_data(as_text=True)
    assert post_form(browser, f"{own}/etapes/{step}", done_on="2098-01-01").status_code == 422  # type: ignore[attr-defined]
    assert post_form(browser, f"{own}/nouvelles", body="La commande part lundi.").status_code == 302  # type: ignore[attr-defined]
    assert post_form(browser, f"{own}/etapes", title="Pose", due_on="2099-05-01").status_code == 302  # type: ignore[attr-defined]
    assert post_form(browser, f"{own}/abandon", reason="Non").status_code == 422  # type: ignore[attr-defined]
    assert post_form(browser, f"{own}/abandon", reason="Le sol ne s’y prête pas.").status_code == 302  # type: ignore[attr-defined]
    shown = stranger.get(own).get_data(as_text=True)
    assert "La commande part lundi." in shown
    assert "Le sol ne s’y prête pas." in shown
    record_page = stranger.get("/bilan").get_data(as_text=True)
    assert "Bilan de la commune" in record_page
    lines = stranger.get("/bilan.csv").get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert lines[0].startswith("Année;Propositions;Réponses dues")
    assert ";1;1;0;0;0;1;0;0;0;0;1;" in lines[1]  # then what came, by channel


def test_a_commitment_prepared_after_its_answer_says_who_is_left_to_publish_it(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        mayor, clerk = councillor(town), add_person("Inès Agente", roles=((Role.AGENT, town),))
        proposal = add_proposal(town)
        commitment = service.draft_commitment(mayor, proposal_id=proposal, plan=plan(30))
    page = f"/engagements/{commitment}"
    elected, staff = sign_in(app, mayor.id), sign_in(app, clerk)
    assert "Il sera publié avec la réponse" in plain(elected.get(page).text)
    with app.app_context():
        answer(mayor, proposal)
        late = service.draft_commitment(mayor, proposal_id=proposal, plan=plan(30))

    page = f"/engagements/{late}"
    assert "c’est à vous de publier l’engagement" in plain(elected.get(page).text)
    assert "demandez à un élu de publier l’engagement" in plain(staff.get(page).text)
    assert "Publier l’engagement" not in plain(staff.get(page).text)


def test_a_button_pressed_twice_promises_once(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        mayor = councillor(town)
        proposal = add_proposal(town)
        commitment = committed(mayor, proposal, 30)
    browser = sign_in(app, mayor.id)
    own = f"/engagements/{commitment}"
    new = f"/propositions/{proposal}/engagements/nouveau"
    step = {"title": "Pose", "due_on": "2099-05-01"}
    steps = {"steps-0-title": "Pose", "steps-0-due_on": "2099-05-01"}

    def press_twice(page: str, address: str, **values: str) -> None:
        (key,) = set(
            re.findall(
                rf'action="{address}"(?:(?!</form>).)*?name="idempotency_key" value="([^"]+)"',
                browser.get(page).get_data(as_text=True),
                re.S,
            )
        )
        for _ in range(2):
            assert (
                post_form(
                    browser, address, idempotency_key=key, written_by=str(mayor.id), **values
                ).status_code
                == 302
            )  # type: ignore[attr-defined]

    press_twice(own, f"{own}/etapes", **step)
    press_twice(new, new, title="Planter", in_charge="Services techniques", **steps)

    with app.app_context():
        assert len(milestones(commitment)) == 2
        assert [each.title for each in queries.list_drafts(proposal)] == ["Planter"]
    (draft,) = set(
        re.findall(
            r"/engagements/\d+", browser.get(f"/propositions/{proposal}/reponse").get_data(as_text=True)
        )
    ) - {own}
    press_twice(
        f"{draft}/modifier",
        f"{draft}/modifier",
        title="Planter dix arbres",
        in_charge="Services techniques",
        **steps,
    )


def test_an_empty_town_has_its_empty_pages(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        mayor = councillor(town)
    browser = app.test_client()
    assert "Le bilan commence avec la première proposition" in browser.get("/bilan").get_data(as_text=True)
    assert "pas encore pris d’engagement" in browser.get("/engagements").get_data(as_text=True)
    assert browser.get("/api/v1/record").get_json() == {"years": []}
    assert "ne doit aucune réponse" in sign_in(app, mayor.id).get("/bureau/reponses").get_data(as_text=True)


def test_over_the_api_a_commitment_is_made_and_its_steps_are_done(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        mayor = councillor(town)
        proposal = add_proposal(town)
        answer(mayor, proposal)
    client, headers, api = app.test_client(), bearer(app, mayor.id), "/api/v1"
    body = {
        "title": "Bancs",
        "in_charge": "Mairie",
        "budget_cents": 5,
        "steps": [{"title": "Pose", "due_on": "2099-01-01"}],
    }
    made = client.post(f"{api}/proposals/{proposal}/commitments", headers=headers, json=body)
    address = f"{api}/commitments/{made.get_json()['id']}"
    assert client.get(address).status_code == 404
    assert (
        client.put(address, headers=headers, json={**body, "title": "Deux bancs"}).get_json()["title"]
        == "Deux bancs"
    )
    shown = client.post(f"{address}/publication", headers=headers).get_json()
    assert (shown["state"], shown["milestones"][0]["state"]) == ("under_way", "coming")
    step = f"{api}/milestones/{shown['milestones'][0]['id']}/completion"
    done = {"done_on": town_today().isoformat()}
    assert client.put(step, headers=headers, json=done).get_json()["state"] == "kept"
    assert client.delete(step, headers=headers).get_json()["state"] == "under_way"
    listed = client.get(f"{api}/commitments?state=under_way").get_json()
    assert [each["title"] for each in listed["items"]] == ["Deux bancs"]
    assert client.get(f"{api}/record").get_json()["years"][0]["commitments"]["made"] == 1


def picture(size: tuple[int, int] = (640, 400), kind: str = "JPEG") -> bytes:
    """Return a photograph that says where it was taken, turned on its side."""
    image = Image.new("RGB", size, "green")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 7.0)})
    written = BytesIO()
    image.save(written, kind, exif=exif)
    return written.getvalue()


def test_a_photograph_is_drawn_again_upright_and_says_not_where_it_was_taken() -> None:
    sent = picture()
    assert Image.open(BytesIO(sent)).getexif().get_ifd(0x8825)

    drawn = draw_photograph(sent)

    read = Image.open(BytesIO(drawn.content))
    assert (read.format, read.size, drawn.width, drawn.height) == ("WEBP", (400, 640), 400, 640)
    assert not read.getexif()
    assert "exif" not in read.info
    assert max(draw_photograph(picture((3000, 2000))).width, 0) <= 1280


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"", ABSENT),
        (b"<html><script>alert(1)</script></html>", NO_IMAGE),
        (picture()[:700], BROKEN),
        (picture((100, 100)), TOO_SMALL),
        (b"\xff\xd8" + b"0" * LARGEST_FILE_BYTES, TOO_HEAVY),
    ],
    ids=["nothing", "a page", "a broken file", "a tiny one", "a heavy one"],
)
def test_what_is_no_photograph_is_refused_with_its_reason(file: bytes, sentence: str) -> None:
    with pytest.raises(PhotographRefused) as refusal:
        draw_photograph(file)
    assert refusal.value.fields == {"photograph": [sentence]}


def test_the_file_of_who_may_add_no_photograph_is_not_read(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    mayor = councillor(town)
    ada = actor_of(add_person("Ada", lives_in=place))
    shown = committed(mayor, add_proposal(town), 30)
    draft = service.draft_commitment(mayor, proposal_id=add_proposal(town), plan=plan(30))

    with pytest.raises(NotAllowed):
        showing.add_photograph(ada, commitment_id=shown, file=b"pas une photo", description="Deux bancs")
    with pytest.raises(CommitmentNotFound):
        showing.add_photograph(ada, commitment_id=draft, file=b"pas une photo", description="Deux bancs")
    assert queries.count_photographs(shown) == queries.count_photographs(draft) == 0


def test_a_photograph_has_words_and_is_seen_with_its_commitment_alone(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        mayor = councillor(town)
        ada = add_person("Ada", lives_in=place)
        draft = service.draft_commitment(mayor, proposal_id=add_proposal(town), plan=plan(30))
        shown = committed(mayor, add_proposal(town), 30)
        hidden = showing.add_photograph(mayor, commitment_id=draft, file=picture(), description="Deux bancs")
    browser, stranger, address = sign_in(app, mayor.id), app.test_client(), f"/engagements/{shown}"

    def send(description: str, file: bytes, client: FlaskClient = browser) -> int:
        sent = {"photograph": (BytesIO(file), "banc.jpg"), "description": description}
        return post_form(client, f"{address}/photos", **sent).status_code  # type: ignore[attr-defined, no-any-return]

    assert send("", picture()) == 422
    assert send("Deux bancs posés à l’ombre", b"pas une photo") == 422
    assert send("Deux bancs posés à l’ombre", picture(), sign_in(app, ada)) == 403
    assert send("Deux bancs posés à l’ombre", picture()) == 302
    page = stranger.get(address).get_data(as_text=True)
    assert 'alt="Deux bancs posés à l’ombre"' in page
    (image,) = re.findall(r'src="(/engagements/photos/[^"]+)"', page)
    assert stranger.get(image).mimetype == "image/webp"
    assert stranger.get(f"/engagements/photos/{hidden}").status_code == 404
    assert stranger.get("/engagements/photos/999").status_code == 404
    number = image.split("/")[3].split("?")[0]
    assert post_form(browser, f"/engagements/{draft}/photos/{number}/retrait").status_code == 404  # type: ignore[attr-defined]
    assert post_form(browser, f"{address}/photos/{number}/retrait").status_code == 302  # type: ignore[attr-defined]
    assert stranger.get(image).status_code == 404
