"""A resident proposes to change a text; who signs it decides; nobody's text is written over unread."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.consultations.errors import PhaseClosed
from civic.consultations.models import Phase
from civic.consultations.rules import Activity
from civic.kernel.access import ANONYMOUS, Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, NotSignedIn, Refusal
from civic.kernel.transaction import transaction
from civic.moderation.errors import ContentNotFound, OwnContent
from civic.moderation.models import FlaggedContent
from civic.moderation.rules import Outcome, Reason, Rule, SubjectKind
from civic.moderation.service import decide_on_flags, flag_content, undo_decision
from civic.notifications.following.models import News
from civic.notifications.models import Notification
from civic.notifications.rules import Kind
from civic.proposals import queries as proposals
from civic.proposals.amendments import queries
from civic.proposals.amendments.errors import (
    AmendmentIsDecided,
    AmendmentNotFound,
    AmendmentWaits,
    NobodyDecides,
    NothingChanges,
    OwnText,
    TextIsAnswered,
    TextMovedMeanwhile,
)
from civic.proposals.amendments.models import Amendment, ProposalVersion
from civic.proposals.amendments.rules import AmendmentState, Text
from civic.proposals.amendments.service import (
    Change,
    accept_amendment,
    get_visible_amendment,
    propose_amendment,
    refuse_amendment,
    set_amendment_hidden,
    set_answer_hidden,
    withdraw_amendment,
)
from civic.proposals.authors.models import Coauthor
from civic.proposals.moderated import find_moderated_amendment
from civic.proposals.rules import Decision
from civic.proposals.service.answering import draft_answer, publish_answer
from civic.proposals.service.proposing import edit_proposal
from civic.proposals.service.taking_part import support_proposal
from tests.conftest import actor_of, add_person, add_town, bearer, plain, post_form, sign_in
from tests.consultations.making import add_consultation
from tests.proposals.making import WITHOUT, add_proposal, held, idea

TITLE, BODY = "Un banc à l’ombre", "Devant le lavoir."
BETTER = Text(TITLE, "Devant le lavoir, sous le tilleul.")


class Draft:
    """A proposal of Ada's, that Cora signs with her, and that Bob would improve."""

    def __init__(self) -> None:
        self.town, (self.place, *_) = add_town()
        self.consultation = add_consultation(self.town)
        self.ada, self.bob, self.cora, self.dan = (
            self.resident(name) for name in ("Ada", "Bob", "Cora", "Dan")
        )
        self.proposal = add_proposal(
            self.town, author=self.ada.id, consultation=self.consultation, place=self.place
        )

    def resident(self, name: str) -> Actor:
        return actor_of(add_person(name, lives_in=self.place))

    def cosign(self) -> None:
        db.session.add(Coauthor(proposal_id=self.proposal, person_id=self.cora.id, created_at=utc_now()))
        db.session.commit()

    def amend(self, actor: Actor | None = None, text: Text = BETTER, version: int | None = None) -> int:
        change = Change(text, "On y est mieux assis.", version or self.version)
        return propose_amendment(actor or self.bob, proposal_id=self.proposal, change=change)

    @property
    def version(self) -> int:
        db.session.rollback()
        return proposals.get_proposal(self.proposal).text_version

    @property
    def text(self) -> Text:
        db.session.rollback()
        return queries.text_of(proposals.get_proposal(self.proposal))

    def answer(self) -> None:
        mayor = actor_of(add_person("Isabelle", roles=((Role.COUNCILLOR, self.town),)))
        draft_answer(mayor, proposal_id=self.proposal, decision=Decision.ACCEPTED, body="Oui.")
        publish_answer(mayor, proposal_id=self.proposal)


def everything() -> list[tuple[object, ...]]:
    rows = held()
    for model in (Amendment, ProposalVersion):
        rows += [tuple(row) for row in db.session.execute(sa.select(model.__table__).order_by("id"))]
    return rows


def told(actor: Actor) -> list[str]:
    db.session.rollback()
    query = sa.select(Notification.kind).filter_by(person_id=actor.id).order_by(Notification.id)
    return [kind.value for kind in db.session.scalars(query)]


def test_an_accepted_amendment_becomes_the_text_and_is_credited(app_context: Flask) -> None:
    draft = Draft()
    draft.cosign()
    support_proposal(draft.dan, proposal_id=draft.proposal)
    amendment = draft.amend()
    assert (draft.text, told(draft.ada), told(draft.cora)) == (
        Text(TITLE, BODY),
        ["amendment_proposed"],
        ["amendment_proposed"],
    )

    accept_amendment(draft.cora, amendment_id=amendment, version=1)

    assert (draft.text, draft.version) == (BETTER, 2)
    view = proposals.view_proposal(proposals.get_proposal(draft.proposal), reader_id=None)
    assert view.body_html == "<p>Devant le lavoir, sous le tilleul.</p>\n"
    assert view.edited_at is not None
    last, first = queries.list_versions(draft.proposal).items
    assert (last.number, last.credited_to, last.before, last.text) == (2, "Bob", Text(TITLE, BODY), BETTER)
    assert (first.number, first.credited_to, first.before) == (1, None, None)
    standing = queries.read_standing(draft.proposal)
    assert (standing.accepted, standing.waiting, standing.credited_to) == (1, 0, "Bob")
    assert told(draft.bob) == ["amendment_accepted"]
    assert told(draft.ada) == ["amendment_proposed", "signed_text_changed"]
    assert told(draft.cora) == ["amendment_proposed"]
    news = db.session.scalars(sa.select(News).filter_by(kind=Kind.NEWS_TEXT)).one()
    assert news.path == f"/propositions/{draft.proposal}"


def test_a_refused_amendment_says_why_and_changes_nothing(app_context: Flask) -> None:
    draft = Draft()
    amendment = draft.amend()
    refuse_amendment(draft.ada, amendment_id=amendment, answer="Le tilleul est malade.")

    assert draft.text == Text(TITLE, BODY)
    view = queries.view_amendment(amendment, reader_id=None)
    assert (view.state, view.answer) == (AmendmentState.REFUSED, "Le tilleul est malade.")
    assert told(draft.bob) == ["amendment_refused"]
    before = everything()
    for again in (
        lambda: accept_amendment(draft.ada, amendment_id=amendment, version=1),
        lambda: refuse_amendment(draft.ada, amendment_id=amendment, answer="Encore non."),
        lambda: withdraw_amendment(draft.bob, amendment_id=amendment),
    ):
        with pytest.raises(AmendmentIsDecided):
            again()
    assert everything() == before


def test_who_may_not_amend_or_decide_is_refused_and_nothing_changes(app_context: Flask) -> None:
    draft = Draft()
    draft.cosign()
    elsewhere = actor_of(add_person("Ève", lives_in=add_town()[0]))
    mayor = actor_of(add_person("Isabelle", roles=((Role.COUNCILLOR, draft.town), (Role.ADMIN, draft.town))))
    amendment = draft.amend()
    before = everything()

    for actor, refusal in (
        (elsewhere, NotAllowed), (mayor, NotAllowed), (ANONYMOUS, NotSignedIn), (draft.ada, OwnText), (draft.cora, OwnText),
    ):  # fmt: skip
        with pytest.raises(refusal):
            draft.amend(actor)
    for actor, refusal in ((draft.bob, NotAllowed), (mayor, NotAllowed), (ANONYMOUS, NotSignedIn)):
        with pytest.raises(refusal):
            accept_amendment(actor, amendment_id=amendment, version=1)
        with pytest.raises(refusal):
            refuse_amendment(actor, amendment_id=amendment, answer="Non, jamais.")
    for actor, refusal in ((draft.ada, NotAllowed), (ANONYMOUS, NotSignedIn)):
        with pytest.raises(refusal):
            withdraw_amendment(actor, amendment_id=amendment)
    assert everything() == before


def test_one_amendment_waits_at_a_time_and_one_taken_back_leaves_its_place(app_context: Flask) -> None:
    draft = Draft()
    first = draft.amend()
    with pytest.raises(AmendmentWaits):
        draft.amend(text=Text(TITLE, "Devant le lavoir, au soleil."))
    with pytest.raises(NothingChanges):
        draft.amend(draft.dan, Text(TITLE, BODY))

    withdraw_amendment(draft.bob, amendment_id=first)
    row = db.session.get_one(Amendment, first)
    assert (row.title, row.body_source, row.reason) == ("", "", "")
    assert queries.list_amendments(draft.proposal, reader_id=draft.bob.id).total == 0
    draft.amend()
    with pytest.raises(AmendmentNotFound):
        accept_amendment(draft.ada, amendment_id=first, version=1)


def test_a_text_changes_only_while_a_phase_permits_it_and_before_the_town_answers(app_context: Flask) -> None:
    draft = Draft()
    closed = add_proposal(
        draft.town,
        author=draft.ada.id,
        consultation=add_consultation(draft.town, activities=WITHOUT[Activity.AMEND]),
    )
    with pytest.raises(PhaseClosed):
        propose_amendment(draft.bob, proposal_id=closed, change=Change(BETTER, "Mieux assis.", 1))
    nobody_s = add_proposal(draft.town, consultation=draft.consultation)
    with pytest.raises(NobodyDecides):
        propose_amendment(draft.bob, proposal_id=nobody_s, change=Change(BETTER, "Mieux assis.", 1))

    amendment = draft.amend()
    draft.answer()
    before = everything()
    with pytest.raises(TextIsAnswered):
        accept_amendment(draft.ada, amendment_id=amendment, version=1)
    with pytest.raises(TextIsAnswered):
        draft.amend(draft.dan)
    assert everything() == before
    refuse_amendment(draft.ada, amendment_id=amendment, answer="La mairie a répondu.")


def test_a_text_that_moved_is_settled_by_a_person_and_never_written_over(app_context: Flask) -> None:
    draft = Draft()
    first, second = draft.amend(), draft.amend(draft.dan, Text(TITLE, "Devant le lavoir, en bois."))
    accept_amendment(draft.ada, amendment_id=first, version=1)
    before = everything()

    for version in (1, 2):
        with pytest.raises(TextMovedMeanwhile):
            accept_amendment(draft.ada, amendment_id=second, version=version)
    with pytest.raises(TextMovedMeanwhile):
        draft.amend(draft.resident("Élie"), version=1)
    with pytest.raises(NothingChanges):
        accept_amendment(draft.ada, amendment_id=second, version=2, settled=BETTER)
    assert everything() == before

    both = Text(TITLE, "Devant le lavoir, sous le tilleul, en bois.")
    accept_amendment(draft.ada, amendment_id=second, version=2, settled=both)
    assert draft.text == both
    assert [each.credited_to for each in queries.list_versions(draft.proposal).items] == ["Dan", "Bob", None]


def test_what_its_author_corrects_meanwhile_is_a_version_too(app_context: Flask) -> None:
    draft = Draft()
    edit_proposal(draft.ada, proposal_id=draft.proposal, text=idea(draft.place))
    assert (draft.version, queries.list_versions(draft.proposal).total) == (2, 0)

    amendment = draft.amend(text=Text("Deux bancs", "Devant le lavoir, au soleil."))
    edit_proposal(
        draft.ada,
        proposal_id=draft.proposal,
        text=replace(idea(draft.place), body="Devant la poste, à l’ombre."),
    )
    with pytest.raises(TextMovedMeanwhile):
        accept_amendment(draft.ada, amendment_id=amendment, version=2)
    assert [each.credited_to for each in queries.list_versions(draft.proposal).items] == [None, None]
    assert queries.view_amendment(amendment, reader_id=None).base.body == idea(draft.place).body


def test_accepting_editing_and_taking_back_at_once_leave_one_outcome(app_context: Flask) -> None:
    draft = Draft()
    amendment = draft.amend()
    outcomes: Counter[str] = Counter()
    edited = replace(idea(draft.place), title="Deux bancs")
    commands: dict[str, Callable[[], object]] = {
        "accepted": lambda: accept_amendment(draft.ada, amendment_id=amendment, version=1),
        "edited": lambda: edit_proposal(draft.ada, proposal_id=draft.proposal, text=edited),
        "withdrawn": lambda: withdraw_amendment(draft.bob, amendment_id=amendment),
        "refused": lambda: refuse_amendment(draft.ada, amendment_id=amendment, answer="Non merci bien."),
    }
    together = threading.Barrier(len(commands))
    db.session.rollback()

    def act(name: str) -> None:
        with app_context.app_context():
            together.wait()
            try:
                commands[name]()
                outcomes[name] += 1
            except Refusal:
                pass
            finally:
                db.session.remove()

    threads = [threading.Thread(target=act, args=(name,)) for name in commands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    decided = {name for name in outcomes if name != "edited"}
    assert len(decided) <= 1
    assert outcomes["edited"] == 1
    db.session.rollback()
    assert db.session.get_one(Amendment, amendment).state.value == (decided.pop() if decided else "proposed")
    assert draft.text.title == "Deux bancs"
    kept = queries.list_versions(draft.proposal).items
    assert [each.number for each in kept] == list(range(draft.version, 0, -1))
    assert kept[0].text == draft.text


def test_moderation_hides_an_amendment_from_everybody_but_who_wrote_it(app_context: Flask) -> None:
    draft = Draft()
    amendment = draft.amend()
    found = find_moderated_amendment(amendment)
    assert found is not None
    assert "sous le tilleul" in found.text
    set_amendment_hidden(amendment_id=amendment, is_hidden=True, now=utc_now())

    assert queries.list_amendments(draft.proposal, reader_id=None).total == 0
    assert queries.list_amendments(draft.proposal, reader_id=draft.bob.id).total == 1
    with pytest.raises(AmendmentNotFound):
        accept_amendment(draft.ada, amendment_id=amendment, version=1)


def test_why_an_amendment_is_refused_is_flagged_hidden_and_shown_again(app_context: Flask) -> None:
    draft = Draft()
    amendment = draft.amend()
    moderator = actor_of(add_person("Modeste", roles=((Role.MODERATOR, draft.town),)))
    kind, reason = SubjectKind.AMENDMENT_ANSWER, Reason.INSULTING
    with pytest.raises(ContentNotFound):  # nothing is answered yet
        flag_content(draft.dan, kind=kind, subject_id=amendment, reason=reason)
    refuse_amendment(draft.ada, amendment_id=amendment, answer="Bob n’y connaît rien.")
    with pytest.raises(OwnContent):
        flag_content(draft.ada, kind=kind, subject_id=amendment, reason=reason)

    flag_content(draft.bob, kind=kind, subject_id=amendment, reason=reason)
    content = db.session.scalars(sa.select(FlaggedContent)).one()
    decision = decide_on_flags(
        moderator, content_id=content.id, outcome=Outcome.HIDE, rule=Rule.RESPECT_PERSONS, text="Une personne est visée."
    )  # fmt: skip

    def read(reader: Actor) -> str:
        db.session.rollback()
        return queries.view_amendment(amendment, reader_id=reader.id).answer

    assert [read(each) for each in (draft.bob, draft.dan, draft.ada)] == ["", "", "Bob n’y connaît rien."]
    assert get_visible_amendment(draft.dan, amendment).state is AmendmentState.REFUSED
    undo_decision(moderator, decision_id=decision)
    assert read(draft.bob) == "Bob n’y connaît rien."


def test_a_hidden_refusal_is_not_read_on_its_page_nor_by_programs(app: Flask) -> None:
    with app.app_context():
        draft = Draft()
        amendment = draft.amend()
        refuse_amendment(draft.ada, amendment_id=amendment, answer="Bob n’y connaît rien.")
    page, bob = f"/propositions/amendements/{amendment}", sign_in(app, draft.bob.id)
    assert f"/signalements/nouveau/amendment_answer/{amendment}" in bob.get(page).text
    with app.app_context():
        set_answer_hidden(amendment_id=amendment, is_hidden=True, now=utc_now())

    for client in (bob, app.test_client()):
        said = plain(client.get(page).text)
        assert "La modération a masqué cette réponse. L’amendement reste refusé." in said
        assert "n’y connaît rien" not in said
        assert "n’y connaît rien" not in client.get(f"/api/v1/amendments/{amendment}").text
    assert "n’y connaît rien" in plain(sign_in(app, draft.ada.id).get(page).text)


def test_on_pages_the_difference_is_shown_before_anything_is_sent(app: Flask) -> None:
    with app.app_context():
        draft = Draft()
    client, address = sign_in(app, draft.bob.id), f"/propositions/{draft.proposal}/amendements/nouveau"
    assert "Devant le lavoir." in client.get(address).get_data(as_text=True)
    typed = {
        "title": TITLE,
        "body": "Devant le lavoir, sous le <tilleul>.",
        "version": "1",
        "reason": "On y est mieux assis.",
    }

    shown = post_form(client, address, **typed)
    page = shown.get_data(as_text=True)
    assert shown.status_code == 200
    assert "Voici ce que vous changez" in page
    assert "sous le &lt;tilleul&gt;" in page
    assert "Début d’ajout." in page
    with app.app_context():
        assert db.session.scalars(sa.select(Amendment)).all() == []
    seen = page.split('name="seen" value="')[1].split('"')[0]
    again = post_form(client, address, **{**typed, "body": "Devant le lavoir, au soleil."}, seen=seen)
    assert "Voici ce que vous changez" in again.get_data(as_text=True)

    sent = post_form(client, address, **typed, seen=seen)
    assert sent.status_code == 302
    page = plain(app.test_client().get(sent.location).get_data(as_text=True))
    assert "On y est mieux assis." in page
    assert "En attente de l’auteur" in page


def test_who_was_writing_when_the_phase_closed_is_told_so_and_keeps_her_text(app: Flask) -> None:
    with app.app_context():
        draft = Draft()
        with transaction():
            db.session.execute(sa.update(Phase).values(closes_at=utc_now() - timedelta(minutes=1)))
    answer = post_form(
        sign_in(app, draft.bob.id),
        f"/propositions/{draft.proposal}/amendements/nouveau",
        title=TITLE,
        body=BETTER.body,
        reason="On y est mieux assis.",
        version="1",
        seen="",
    )

    page = plain(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert BETTER.body in page
    assert "On y est mieux assis." in page
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Amendment)) == 0


def test_who_decides_once_another_did_keeps_what_she_wrote(app: Flask) -> None:
    with app.app_context():
        draft = Draft()
        draft.cosign()
        amendment = draft.amend()
        refuse_amendment(draft.cora, amendment_id=amendment, answer="Nous en avons parlé.")
    client, page = sign_in(app, draft.ada.id), f"/propositions/amendements/{amendment}"

    refused = post_form(client, f"{page}/refus", answer="Le tilleul sera coupé.")
    settled = post_form(
        client, f"{page}/acceptation", version="1", title=TITLE, body="Devant le vieux lavoir."
    )

    assert (refused.status_code, settled.status_code) == (409, 409)
    assert "Le tilleul sera coupé." in plain(refused.get_data(as_text=True))
    assert "Devant le vieux lavoir." in plain(settled.get_data(as_text=True))
    with app.app_context():
        assert draft.text == Text(TITLE, BODY)


def test_on_pages_the_author_accepts_and_supporters_read_that_the_text_changed(app: Flask) -> None:
    with app.app_context():
        draft = Draft()
        support_proposal(draft.dan, proposal_id=draft.proposal)
        first, second = draft.amend(), draft.amend(draft.cora, Text(TITLE, "Devant le lavoir, en bois."))
    client, address = sign_in(app, draft.ada.id), "/propositions/amendements"
    refused = post_form(client, f"{address}/{second}/refus", answer="")
    assert refused.status_code == 422
    post_form(client, f"{address}/{first}/acceptation", version="1")

    page = plain(app.test_client().get(f"/propositions/{draft.proposal}").get_data(as_text=True))
    assert "Texte modifié d’après l’amendement de Bob" in page
    hers = plain(sign_in(app, draft.dan.id).get(f"/propositions/{draft.proposal}").get_data(as_text=True))
    assert "Le texte a changé depuis que vous la soutenez" in hers
    stale = post_form(
        client, f"{address}/{second}/acceptation", version="1", title=TITLE, body="Mon texte, gardé ici."
    )
    assert stale.status_code == 409
    assert "Mon texte, gardé ici." in stale.get_data(as_text=True)
    assert "touchent le même passage" in plain(stale.get_data(as_text=True))
    post_form(
        client,
        f"{address}/{second}/acceptation",
        version="2",
        title=TITLE,
        body="Devant le lavoir, en bois, à l’ombre.",
    )
    versions = plain(app.test_client().get(f"/propositions/{draft.proposal}/versions").get_data(as_text=True))
    assert "Modifié d’après l’amendement de Cora" in versions
    assert "Version 3" in versions


def test_over_the_api_a_text_is_amended_accepted_and_its_versions_are_read(app: Flask) -> None:
    with app.app_context():
        draft = Draft()
    client, hers, his = app.test_client(), bearer(app, draft.ada.id), bearer(app, draft.bob.id)
    address = f"/api/v1/proposals/{draft.proposal}"
    change = {"title": BETTER.title, "body": BETTER.body, "reason": "On y est mieux assis.", "version": 1}

    made = client.post(f"{address}/amendments", headers=his, json=change)
    assert (made.status_code, made.json["state"], made.json["base"]["body"]) == (201, "proposed", BODY)
    one = f"/api/v1/amendments/{made.json['id']}"
    assert client.post(f"{one}/acceptance", headers=his, json={"version": 1}).status_code == 403
    assert client.post(f"{one}/acceptance", headers=hers, json={"version": 1}).json["state"] == "accepted"
    assert client.get(address).json["body"] == BETTER.body
    assert client.get(address).json["text_version"] == 2
    assert [each["credited_to"] for each in client.get(f"{address}/versions").json["items"]] == ["Bob", None]
    assert client.get(f"{address}/amendments?state=accepted").json["total"] == 1
    assert client.delete(one, headers=his).json["code"] == "amendment_is_decided"
