"""Who signs a proposal: alone, with others who accepted, as an association; or nobody whom the public reads."""

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts import queries as accounts
from civic.accounts.models import Role
from civic.accounts.personal_data import erase_personal_data, export_part
from civic.accounts.service import people
from civic.audit.models import AuditEntry
from civic.consultations.models import Consultation
from civic.kernel.access import ANONYMOUS
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, NotSignedIn
from civic.kernel.outbox import OutboxMessage
from civic.kernel.transaction import transaction
from civic.moderation import queries as moderation_queries
from civic.moderation import service as moderation
from civic.moderation.rules import Reason, SubjectKind
from civic.proposals import queries as proposals
from civic.proposals.authors import queries, service
from civic.proposals.authors.errors import (
    AnonymityNotAllowed,
    AnonymousIsAlone,
    AssociationSigns,
    CosigningNotFound,
    NotAnonymous,
    TooManyCoauthors,
)
from civic.proposals.authors.models import Coauthor, CoauthorInvitation
from civic.proposals.authors.rules import INVITATION_DAYS
from civic.proposals.models import Proposal
from civic.proposals.rules import Category, Decision, Side
from civic.proposals.service import answering, proposing, taking_part
from civic.proposals.service.hiding import set_proposal_hidden
from civic.proposals.service.proposing import ProposalText
from tests.conftest import actor_of, add_person, add_town, bearer, post_form, sign_in
from tests.consultations.making import add_consultation
from tests.proposals.making import add_proposal, counts_of

HIDDEN = "Zénobie Secrète"


def email_of(person: int) -> str:
    return str(accounts.get_person(person).email)


def signing() -> list[tuple[object, ...]]:
    db.session.rollback()
    return [
        tuple(row)
        for model in (Coauthor, CoauthorInvitation)
        for row in db.session.execute(sa.select(model.__table__))
    ]


def test_a_coauthor_signs_once_she_accepted_and_may_sign_no_more(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, bob, eve = (actor_of(add_person(name, lives_in=place)) for name in ("Ada", "Bob", "Eve"))
    proposal = add_proposal(town, author=ada.id)

    def names() -> tuple[str, ...]:
        return proposals.view_proposal(proposals.get_proposal(proposal), reader_id=None).coauthors

    service.invite_coauthor(ada, proposal_id=proposal, email=email_of(bob.id).upper())
    service.invite_coauthor(ada, proposal_id=proposal, email="personne@example.org")
    assert names() == ()
    assert [asked.id for asked in queries.list_asked(bob.id)] == [proposal]
    before = signing()
    with pytest.raises(CosigningNotFound):
        service.answer_invitation(eve, proposal_id=proposal, is_accepted=True)
    with pytest.raises(NotAllowed):
        service.invite_coauthor(bob, proposal_id=proposal, email="eve@example.org")
    assert signing() == before
    service.answer_invitation(bob, proposal_id=proposal, is_accepted=True)
    assert names() == ("Bob",)
    for _ in range(2):  # a coauthor supports as anybody: once
        taking_part.support_proposal(bob, proposal_id=proposal)
    assert counts_of(proposal)[0] == 1
    service.stop_signing(bob, proposal_id=proposal)
    assert (names(), queries.list_invited_emails(proposal)) == ((), ["personne@example.org"])


def test_an_invitation_tells_not_who_has_an_account_and_is_forgotten(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, bob = (actor_of(add_person(name, lives_in=place)) for name in ("Ada", "Bob"))
    far = actor_of(add_person("Zoé"))
    proposal = add_proposal(town, author=ada.id)
    for address in (email_of(bob.id), email_of(far.id), *(f"p{n}@example.net" for n in range(8))):
        service.invite_coauthor(ada, proposal_id=proposal, email=address)
    before = signing()

    with pytest.raises(TooManyCoauthors):
        service.invite_coauthor(ada, proposal_id=proposal, email="encore@example.net")
    with pytest.raises(NotAllowed):  # she does not live where it is asked
        service.answer_invitation(far, proposal_id=proposal, is_accepted=True)
    assert signing() == before
    service.answer_invitation(bob, proposal_id=proposal, is_accepted=False)
    assert len(queries.list_invited_emails(proposal)) == 9
    with transaction():
        db.session.execute(
            sa.update(CoauthorInvitation).values(created_at=utc_now() - timedelta(days=INVITATION_DAYS + 1))
        )
    service.forget_old_invitations(utc_now())
    assert signing() == []


def test_who_leaves_signs_no_more_and_asks_nobody(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, bob = (actor_of(add_person(name, lives_in=place)) for name in ("Ada", "Bob"))
    hers, other = add_proposal(town, author=ada.id), add_proposal(town, author=bob.id)
    service.invite_coauthor(ada, proposal_id=hers, email="x@example.org")
    for proposal in (other,):
        service.invite_coauthor(bob, proposal_id=proposal, email=email_of(ada.id))
        service.answer_invitation(ada, proposal_id=proposal, is_accepted=True)
    with transaction():
        erase_personal_data(ada.id, utc_now())
    assert signing() == []


def anonymous(place: int, title: str = "Une borne près de l’école") -> ProposalText:
    return ProposalText(
        title, "Devant le portail, les soirs d’hiver.", Category.MOBILITY, place, is_anonymous=True
    )


def allow(consultation: int) -> int:
    with transaction():
        found = db.session.get(Consultation, consultation)
        assert found
        found.allows_anonymous = True
    return consultation


def test_a_name_is_kept_silent_only_where_the_consultation_allows_it(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    member = add_person("Ada", lives_in=place)
    association = people.add_organisation(name="Amicale", territory_id=town, member_ids=[member])
    people_verify(association)
    ada, bob = actor_of(member), actor_of(add_person("Bob", lives_in=place))
    signed, silent = add_consultation(town), allow(add_consultation(town))

    with pytest.raises(AnonymityNotAllowed):
        proposing.submit_proposal(ada, consultation_id=signed, text=anonymous(place))
    with pytest.raises(AssociationSigns):
        proposing.submit_proposal(
            ada, consultation_id=silent, text=anonymous(place), organisation_id=association
        )
    assert db.session.scalars(sa.select(Proposal.id)).all() == []
    made = proposing.submit_proposal(ada, consultation_id=silent, text=anonymous(place))
    with pytest.raises(AnonymousIsAlone):
        service.invite_coauthor(ada, proposal_id=made, email=email_of(bob.id))
    mine = proposals.view_proposal(proposals.get_proposal(made), reader_id=ada.id)
    assert (mine.is_own, mine.author_name, mine.author_id) == (True, None, None)


def people_verify(association: int) -> None:
    from civic.accounts.models import Organisation

    with transaction():
        found = db.session.get(Organisation, association)
        assert found
        found.verified_at = utc_now()


def test_moderators_and_agents_see_the_name_and_it_is_written_down(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    zoe = actor_of(add_person(HIDDEN, lives_in=place))
    agent = actor_of(add_person("Agent", roles=((Role.AGENT, town),)))
    admin = actor_of(add_person("Admin", roles=((Role.ADMIN, town),)))
    made = proposing.submit_proposal(
        zoe, consultation_id=allow(add_consultation(town)), text=anonymous(place)
    )
    signed = add_proposal(town, author=zoe.id)

    assert service.see_anonymous_author(agent, proposal_id=made) == HIDDEN
    (entry,) = db.session.scalars(sa.select(AuditEntry).filter_by(fact="AnonymousAuthorSeen"))
    assert (entry.actor_id, entry.subjects) == (agent.id, {"proposal_id": made})
    for actor in (admin, zoe, ANONYMOUS):
        with pytest.raises((NotAllowed, NotSignedIn)):
            service.see_anonymous_author(actor, proposal_id=made)
    with pytest.raises(NotAnonymous):
        service.see_anonymous_author(agent, proposal_id=signed)
    assert len(db.session.scalars(sa.select(AuditEntry.id).filter_by(fact="AnonymousAuthorSeen")).all()) == 1


def test_no_outlet_tells_the_name_of_who_does_not_publish_it(app: Flask) -> None:
    """Pages, the API, feeds, search, live events, mails and the journal, read by a stranger, a neighbour and the town hall."""
    with app.app_context():
        town, (place, *_) = add_town()
        zoe = add_person(HIDDEN, lives_in=place)
        neighbour = add_person("Voisin", lives_in=place)
        everybody = add_person("Mairie", lives_in=place, roles=tuple((role, town) for role in Role))
        consultation = allow(add_consultation(town))
        author = actor_of(zoe)
        made = proposing.submit_proposal(author, consultation_id=consultation, text=anonymous(place))
        proposing.edit_proposal(author, proposal_id=made, text=anonymous(place, "Une borne, et un banc"))
        taking_part.support_proposal(author, proposal_id=made)
        taking_part.support_proposal(actor_of(neighbour), proposal_id=made)
        taking_part.publish_argument(actor_of(neighbour), proposal_id=made, side=Side.FOR, body="Très utile.")
        answering.publish_this_answer(
            actor_of(everybody), proposal_id=made, decision=Decision.ACCEPTED, body="Ce sera fait."
        )
        silent = journal_about(zoe) + outbox_texts(zoe)
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and rule.endpoint != "static"
    ]
    readers = {
        "stranger": app.test_client(),
        "neighbour": sign_in(app, neighbour),
        "town hall": sign_in(app, everybody),
    }
    ids = {"proposal_id": made, "consultation_id": consultation, "territory_id": place}
    told, read = [], 0
    for name, client in readers.items():
        for rule in rules:
            address = address_of(rule, ids)
            if address is None or rule.endpoint in NAMED_PAGES:
                continue
            for asked in (address, f"{address}?q=borne", f"{address}?q=Zénobie"):
                page = client.get(asked)
                read += page.status_code == 200
                if HIDDEN in page.get_data(as_text=True).replace("\\u00e9", "é").replace("\\u00e8", "è"):
                    told.append((name, asked))
    assert told == []
    assert read > 100
    assert silent == []
    own = sign_in(app, zoe).get(f"/propositions/{made}").text
    assert "vous, de façon anonyme" in own
    revealed = post_form(readers["town hall"], f"/propositions/{made}/auteur")
    assert HIDDEN in revealed.text  # type: ignore[attr-defined]
    assert post_form(readers["neighbour"], f"/propositions/{made}/auteur").status_code == 403  # type: ignore[attr-defined]
    headers = bearer(app, neighbour)
    assert app.test_client().post(f"/api/v1/proposals/{made}/author", headers=headers).status_code == 403


NAMED_PAGES = {
    "accounts.list_people",
    "accounts.show_people",
    "accounts.list_persons",
    "accounts_api.list_people",
    "audit.show_journal",
}
"""Where the town hall looks people up, whatever they wrote; the journal names who did things under their name (she supported)."""


def address_of(rule: Any, ids: dict[str, int]) -> str | None:
    if not set(rule.arguments) <= set(ids):
        return None
    built = rule.build({name: ids[name] for name in rule.arguments})
    return built[1] if built else None


def journal_about(person: int) -> list[str]:
    """Return the facts of the journal that tie a person to a proposal as its author."""
    tied = []
    for entry in db.session.scalars(sa.select(AuditEntry)):
        told = {
            name: value for name, value in entry.subjects.items() if name.endswith(("author_id", "person_id"))
        }
        if "proposal_id" in entry.subjects and person in (entry.actor_id, *told.values()):
            tied.append(f"{entry.fact} {json.dumps(entry.subjects)} {entry.actor_id}")
    return tied


def outbox_texts(person: int) -> list[str]:
    return [
        str(row.payload) for row in db.session.scalars(sa.select(OutboxMessage)) if HIDDEN in str(row.payload)
    ]


def test_a_resident_invites_and_another_signs_on_pages(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        ada, bob = add_person("Ada", lives_in=place), add_person("Bob", lives_in=place)
        proposal = add_proposal(town, author=ada)
        address = email_of(bob)
    author, other, page = sign_in(app, ada), sign_in(app, bob), f"/propositions/{proposal}"

    assert post_form(author, f"{page}/coauteurs", email="pas une adresse").status_code == 422  # type: ignore[attr-defined]
    post_form(author, f"{page}/coauteurs", email=address)
    assert address in author.get(f"{page}/coauteurs").text
    assert other.get(f"{page}/coauteurs").status_code == 403
    assert f"{page}/signature" in other.get("/mon-espace").text
    assert author.get(f"{page}/signature").status_code == 404
    assert "Je signe" in other.get(f"{page}/signature").text
    post_form(other, f"{page}/signature", is_accepted="true")
    assert "Ada, avec Bob" in app.test_client().get(page).text
    post_form(other, f"{page}/signature/retrait")
    assert "avec Bob" not in app.test_client().get(page).text
    headers, api = bearer(app, ada), app.test_client()
    assert (
        api.post(
            f"/api/v1/proposals/{proposal}/coauthors", json={"email": address}, headers=headers
        ).status_code
        == 204
    )
    assert api.get("/api/v1/cosignings", headers=bearer(app, bob)).get_json()["items"][0]["id"] == proposal
    answered = api.put(
        f"/api/v1/proposals/{proposal}/cosigning", json={"is_accepted": True}, headers=bearer(app, bob)
    )
    assert answered.status_code == 204
    assert api.get(f"/api/v1/proposals/{proposal}").get_json()["coauthors"] == ["Bob"]
    assert api.delete(f"/api/v1/proposals/{proposal}/cosigning", headers=bearer(app, bob)).status_code == 204
    assert (
        api.delete(f"/api/v1/proposals/{proposal}/coauthors/invitations", headers=headers).status_code == 204
    )
    assert api.get(f"/api/v1/proposals/{proposal}/coauthors", headers=headers).get_json() == {
        "coauthors": [],
        "invited": [],
    }


def test_a_moderator_sees_who_wrote_what_is_hidden_or_withdrawn_and_a_neighbour_sees_neither(
    app: Flask,
) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        zoe, bob = actor_of(add_person(HIDDEN, lives_in=place)), add_person("Bob", lives_in=place)
        moderator = add_person("Modération", roles=((Role.MODERATOR, town),))
        silent = allow(add_consultation(town))
        hidden, withdrawn = (
            proposing.submit_proposal(zoe, consultation_id=silent, text=anonymous(place)) for _ in range(2)
        )
        flag = {"kind": SubjectKind.PROPOSAL, "subject_id": hidden, "reason": Reason.INSULTING}
        moderation.flag_content(actor_of(bob), **flag)
        with transaction():
            set_proposal_hidden(proposal_id=hidden, is_hidden=True, now=utc_now())
        proposing.withdraw_proposal(zoe, proposal_id=withdrawn)
        content = moderation_queries.find_flagged_content(SubjectKind.PROPOSAL, hidden)
        assert content
        judged = f"/signalements/{content.id}"
    reader, neighbour = sign_in(app, moderator), sign_in(app, bob)

    assert f"/propositions/{hidden}/auteur" in reader.get(judged).text
    for proposal in (hidden, withdrawn):
        assert HIDDEN in post_form(reader, f"/propositions/{proposal}/auteur").text  # type: ignore[attr-defined]
        assert post_form(neighbour, f"/propositions/{proposal}/auteur").status_code == 404  # type: ignore[attr-defined]
    with app.app_context():
        seen = sa.select(sa.func.count()).select_from(AuditEntry).filter_by(fact="AnonymousAuthorSeen")
        assert db.session.scalar(seen) == 2


def test_who_asks_for_her_data_reads_whom_she_asked_to_sign_and_where_she_proposed(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    ada, bob = (actor_of(add_person(name, lives_in=place)) for name in ("Ada", "Bob"))
    proposal = add_proposal(town, author=ada.id)
    with transaction():
        db.session.execute(
            sa.update(Proposal).values(longitude=2.5, latitude=48.5, place_label="3 rue du Lavoir")
        )
    service.invite_coauthor(ada, proposal_id=proposal, email=email_of(bob.id))

    hers, his = (export_part("coauthor_invitations", person.id) for person in (ada, bob))
    title = proposals.get_proposal(proposal).title
    assert hers["sent"] == [{"email": email_of(bob.id), "proposal": title}]
    assert his == {"sent": [], "received": [{"proposal": title}]}
    (told,) = export_part("proposals", ada.id)["proposals"]
    assert told["point"] == {"longitude": 2.5, "latitude": 48.5, "label": "3 rue du Lavoir"}
    assert (told["is_anonymous"], told["photographs"], told["documents"]) == (False, [], [])
