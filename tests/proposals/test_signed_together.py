"""Several people sign a proposal, and each may change its text: nobody's words are lost, each is credited, the others are told."""

import re
from dataclasses import dataclass, replace

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.personal_data import erase_personal_data, export_part
from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.transaction import transaction
from civic.notifications.models import Notification
from civic.proposals import queries as proposals
from civic.proposals.amendments import queries
from civic.proposals.amendments.models import Amendment, ProposalVersion
from civic.proposals.amendments.rules import Text
from civic.proposals.attached.queries import documents_of
from civic.proposals.attached.service import Sent
from civic.proposals.authors import service as signing
from civic.proposals.authors.models import Coauthor
from civic.proposals.errors import ProposalChangedMeanwhile, ProposalHasReplies
from civic.proposals.rules import Category, Side
from civic.proposals.service import proposing, taking_part
from civic.proposals.service.proposing import ProposalText
from tests.conftest import actor_of, add_person, add_town, bearer, plain, post_form, sign_in
from tests.proposals.making import add_proposal, held, idea
from tests.proposals.test_drafts import PDF


@dataclass
class Signed:
    """A proposal of Ada's, that Bob and Cora sign with her; Dan only lives there."""

    town: int
    place: int
    id: int
    ada: Actor
    bob: Actor
    cora: Actor
    dan: Actor

    @property
    def text(self) -> Text:
        db.session.rollback()
        return queries.text_of(proposals.get_proposal(self.id))

    def write(self, title: str) -> ProposalText:
        return idea(self.place, title)

    def edit(self, actor: Actor, title: str, *, version: int) -> None:
        proposing.edit_proposal(actor, proposal_id=self.id, text=self.write(title), version=version)


def signed() -> Signed:
    town, (place, *_) = add_town()
    people = [actor_of(add_person(name, lives_in=place)) for name in ("Ada", "Bob", "Cora", "Dan")]
    proposal = add_proposal(town, author=people[0].id, place=place)
    with transaction():
        for each in people[1:3]:
            db.session.add(Coauthor(proposal_id=proposal, person_id=each.id, created_at=utc_now()))
    return Signed(town, place, proposal, *people)


def everything() -> list[tuple[object, ...]]:
    rows = held()
    for model in (Amendment, ProposalVersion, Coauthor, Notification):
        rows += [tuple(row) for row in db.session.execute(sa.select(model.__table__))]
    return rows


def told(actor: Actor) -> list[tuple[str, str]]:
    db.session.rollback()
    found = db.session.scalars(sa.select(Notification).filter_by(person_id=actor.id))
    return [(each.kind.value, each.path) for each in found]


def test_whoever_signs_changes_the_text_is_credited_and_the_others_are_told_once(app_context: Flask) -> None:
    made = signed()
    first = made.text

    made.edit(made.bob, "Deux bancs", version=1)
    made.edit(made.ada, "Trois bancs", version=2)
    made.edit(made.bob, "Quatre bancs", version=3)

    versions = queries.list_versions(made.id).items
    assert [(each.number, each.text.title, each.credited_to, each.is_signers) for each in versions] == [
        (4, "Quatre bancs", "Bob", True),
        (3, "Trois bancs", None, False),  # its author
        (2, "Deux bancs", "Bob", True),
        (1, first.title, None, False),
    ]
    news = ("signed_text_changed", f"/propositions/{made.id}/versions")
    assert told(made.cora) == told(made.ada) == told(made.bob) == [news]  # unread, it is not said again
    assert told(made.dan) == []


def test_what_a_coauthor_changes_is_no_amendment_that_others_read_or_count(app_context: Flask) -> None:
    made = signed()
    made.edit(made.bob, "Deux bancs", version=1)

    assert queries.read_standing(made.id).total == 0
    for reader in (None, made.bob.id):
        assert queries.list_amendments(made.id, reader_id=reader).total == 0
    assert list(db.session.scalars(sa.select(Amendment.id))) == []
    last = sa.select(ProposalVersion.writer_id, ProposalVersion.is_cosigned).filter_by(number=2)
    assert db.session.execute(last).one() == (made.bob.id, True)


def test_two_who_edit_at_once_lose_nobodys_text(app_context: Flask) -> None:
    made = signed()
    made.edit(made.bob, "Deux bancs", version=1)
    before = everything()

    with pytest.raises(ProposalChangedMeanwhile):
        made.edit(made.cora, "Une fontaine", version=1)
    assert everything() == before
    made.edit(made.cora, "Deux bancs", version=1)  # the same words from both: nothing to choose between
    assert (made.text.title, queries.list_versions(made.id).total) == ("Deux bancs", 2)
    made.edit(made.cora, "Une fontaine", version=2)
    assert made.text.title == "Une fontaine"


def test_two_who_change_only_the_place_or_the_files_do_not_write_over_each_other(app_context: Flask) -> None:
    made = signed()
    kept = made.text
    same = replace(made.write(kept.title), body=kept.body)
    moved = replace(same, territory_id=made.town)
    proposing.edit_proposal(made.bob, proposal_id=made.id, text=moved, version=1)
    before = everything()

    for changed in (replace(same, category=Category.MOBILITY), replace(moved, title="Une table")):
        with pytest.raises(ProposalChangedMeanwhile):
            proposing.edit_proposal(made.cora, proposal_id=made.id, text=changed, version=1)
    with pytest.raises(ProposalChangedMeanwhile):
        taken = Sent(removed_documents=(1,))
        proposing.edit_proposal(made.cora, proposal_id=made.id, text=moved, sent=taken, version=1)
    assert everything() == before
    proposing.edit_proposal(made.cora, proposal_id=made.id, text=moved, version=1)  # the same place from both
    assert proposals.get_proposal(made.id).version == 2


def test_files_that_two_join_at_once_are_both_kept_and_told_to_whoever_writes(app_context: Flask) -> None:
    made = signed()
    kept = made.text
    same = replace(made.write(kept.title), body=kept.body)
    for who, name in ((made.bob, "Plan"), (made.cora, "Devis")):
        sent = Sent(document=PDF, title=name)
        proposing.edit_proposal(who, proposal_id=made.id, text=same, sent=sent, version=1)

    assert [each.title for each in documents_of(made.id)] == ["Plan", "Devis"]
    with pytest.raises(ProposalChangedMeanwhile):
        made.edit(made.ada, "Deux bancs", version=1)
    assert made.text == kept


def test_a_change_of_the_place_alone_is_no_version_and_tells_nobody(app_context: Flask) -> None:
    made = signed()
    present = made.text
    same = replace(made.write(present.title), body=present.body)

    proposing.edit_proposal(made.bob, proposal_id=made.id, text=same, version=1)

    assert (queries.list_versions(made.id).total, told(made.ada)) == (0, [])


def test_the_text_changes_no_more_once_somebody_took_part(app_context: Flask) -> None:
    made = signed()
    taking_part.publish_argument(made.dan, proposal_id=made.id, side=Side.FOR, body="Bonne idée.")
    before = everything()

    for each in (made.ada, made.bob):
        with pytest.raises(ProposalHasReplies):
            made.edit(each, "Deux bancs", version=1)
    assert everything() == before


def test_a_coauthor_neither_withdraws_nor_chooses_who_signs_and_others_edit_nothing(
    app_context: Flask,
) -> None:
    made = signed()
    before = everything()

    for refused in (
        lambda: proposing.withdraw_proposal(made.bob, proposal_id=made.id),
        lambda: proposing.restore_proposal(made.bob, proposal_id=made.id),
        lambda: signing.invite_coauthor(made.bob, proposal_id=made.id, email="eve@example.org"),
        lambda: signing.cancel_invitations(made.bob, proposal_id=made.id),
        lambda: made.edit(made.dan, "Rien", version=1),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert everything() == before
    signing.stop_signing(made.bob, proposal_id=made.id)
    with pytest.raises(NotAllowed):
        made.edit(made.bob, "Deux bancs", version=1)
    assert made.text.title != "Deux bancs"


def test_who_leaves_is_no_longer_named_in_the_versions_and_had_a_copy_of_what_she_wrote(
    app_context: Flask,
) -> None:
    made = signed()
    made.edit(made.bob, "Deux bancs", version=1)
    assert [each["title"] for each in export_part("signed_texts", made.bob.id)] == ["Deux bancs"]

    with transaction():
        erase_personal_data(made.bob.id, utc_now())
        db.session.execute(sa.text("DELETE FROM person WHERE id = :id"), {"id": made.bob.id})

    last = queries.list_versions(made.id).items[0]
    assert (last.text.title, last.credited_to, last.is_signers) == ("Deux bancs", None, True)


def test_on_pages_both_texts_come_back_and_saving_again_replaces_knowingly(app: Flask) -> None:
    with app.app_context():
        made = signed()
    ada, bob = sign_in(app, made.ada.id), sign_in(app, made.bob.id)
    page, form = f"/propositions/{made.id}", {"category": "nature", "territory_id": made.place}
    assert f"{page}/modifier" in bob.get(page).text
    assert "La retirer" not in plain(bob.get(page).text)
    assert "Modifier la proposition que vous signez" in plain(bob.get(f"{page}/modifier").text)
    assert "Modifier ma proposition" in plain(ada.get(f"{page}/modifier").text)
    (shown,) = re.findall(r'name="version"\s+value="(\d+)"', bob.get(f"{page}/modifier").text)
    post_form(ada, f"{page}/modifier", **form, title="Un banc", body="Du côté de la fontaine.", version="1")

    mine = {**form, "title": "Une table", "body": "Sous les grands tilleuls."}
    again = post_form(bob, f"{page}/modifier", **mine, version=shown)

    said = plain(again.text)  # type: ignore[attr-defined]
    assert again.status_code == 409  # type: ignore[attr-defined]
    assert "Du côté de la fontaine." in said
    assert "Sous les grands tilleuls." in said
    (now,) = re.findall(r'name="version"\s+value="(\d+)"', again.text)  # type: ignore[attr-defined]
    assert post_form(bob, f"{page}/modifier", **mine, version=now).status_code == 302  # type: ignore[attr-defined]
    stranger = app.test_client()
    assert "Sous les grands tilleuls." in plain(stranger.get(page).text)
    assert f"{page}/versions" in stranger.get(page).text
    assert "Modifié par Bob, qui signe la proposition" in plain(stranger.get(f"{page}/versions").text)


def test_by_json_a_coauthor_names_the_version_that_she_read(app: Flask) -> None:
    with app.app_context():
        made = signed()
        headers = bearer(app, made.bob.id)
    client, address = app.test_client(), f"/api/v1/proposals/{made.id}"
    body = {
        "title": "Deux bancs",
        "body": "Devant le lavoir, à l’ombre.",
        "category": "nature",
        "territory_id": made.place,
    }

    assert client.put(address, json=body, headers=headers).status_code == 422
    stale = client.put(address, json={**body, "version": 7}, headers=headers)
    assert (stale.status_code, client.get(address).json["text_version"]) == (409, 1)
    assert client.put(address, json={**body, "version": 1}, headers=headers).json["text_version"] == 2
    (last, _) = client.get(f"{address}/versions").json["items"]
    assert (last["credited_to"], last["amendment_id"], last["is_signers"]) == ("Bob", None, True)
