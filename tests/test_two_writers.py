"""Two people open the same form: the second who saves is told, reads both texts, and nothing of either is lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from html.parser import HTMLParser
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.accounts.service import people
from civic.checkins.register import service as register
from civic.consultations.documents import service as documents
from civic.councils import service as councils
from civic.councils.calls.service import writing
from civic.councils.calls.states import CallWish, Way
from civic.councils.deliberations import service as records
from civic.councils.queries import get_sitting
from civic.councils.rules import SeatOrigin, SeatRole
from civic.councils.sittings import agenda
from civic.councils.sortition.service import preparing
from civic.inquiries.service import conducting
from civic.inquiries.service import preparing as inquiries
from civic.kernel.clock import from_town_time, town_today, utc_now
from civic.kernel.database import db
from civic.kernel.errors import ChangedMeanwhile
from civic.kernel.transaction import transaction
from civic.matching.models import ContactSight
from civic.mutual_aid import queries as requests
from civic.mutual_aid.gatherings import service as gatherings
from civic.mutual_aid.guides import service as guides
from civic.mutual_aid.guides.rules import GuideText
from civic.mutual_aid.rules import Category, OfferDetails, Window
from civic.mutual_aid.series import service as repeating
from civic.mutual_aid.series.rules import Repeat, Repetition
from civic.mutual_aid.service import offers
from civic.mutual_aid.service.requests import ask_for_help
from civic.participation.synthesis.models import Theme
from civic.petitions.service import launching, signing
from civic.proposals.commitments import service as commitments
from civic.proposals.commitments.rules import CommitmentPlan, Step
from civic.proposals.rules import Decision
from civic.proposals.service.answering import draft_answer
from civic.voting.asking import ChoicePlan
from civic.voting.booth.service import preparing as sealing
from civic.voting.service import polls
from tests.checkins.making import entry_of
from tests.conftest import actor_of, add_person, add_town, bearer, plain, post_form, sign_in
from tests.consultations.making import add_consultation
from tests.councils.drawing import AGES, PLACES, SEXES, list_of
from tests.councils.drawing import WISH as DRAW
from tests.councils.test_deliberations import PDF
from tests.councils.test_deliberations import WISH as RECORD
from tests.inquiries import making
from tests.mutual_aid.making import add_request, request_details
from tests.petitions import making as petitions
from tests.proposals.making import add_proposal
from tests.two_writers_doors import ALONE, COVERED
from tests.voting.builders import make_plan

UNSENT = ("checkbox", "radio", "file")
MINE, HERS = "Le texte de la première personne", "Le texte de la seconde personne"


class Place(NamedTuple):
    town: int
    place: int
    first: int
    second: int
    council: int
    sitting: int


@pytest.fixture
def town(service_app: Flask) -> Place:
    with service_app.app_context():
        town, (place, *_) = add_town()
        roles = ((Role.AGENT, town), (Role.REGISTER_KEEPER, town))
        first, second = add_person("Agnès", roles=roles), add_person("Nadia", roles=roles)
        agnes = actor_of(first)
        council = councils.found_council(agnes, territory_id=place, name="Conseil des Bords", page="Entrez.")
        sitting = councils.save_sitting(
            agnes, council_id=council, title="Séance ordinaire", starts_at=utc_now() + timedelta(days=9), place="Centre social",
            agenda="- Tour de salle", minutes="Ouverture.", is_published=False,
        )  # fmt: skip
        return Place(town, place, first, second, council, sitting)


def a_seat(town: Place) -> str:
    seat = councils.save_seat(
        actor_of(town.first), council_id=town.council, role=SeatRole.MEMBER, origin=SeatOrigin.DRAWN, since=date(2026, 1, 4), name="Bob",
    )  # fmt: skip
    return f"/conseils-de-quartier/sieges/{seat}"


def an_item(town: Place) -> str:
    item = agenda.add_item(actor_of(town.first), sitting_id=town.sitting, title="Le marché")
    return f"/conseils-de-quartier/points/{item}"


def a_call(town: Place) -> str:
    now = utc_now()
    wish = CallWish(
        "Trois places", "Ce que l’on fait au conseil.", 3, Way.DRAWN, now, now + timedelta(days=9), town.place, None, None, False, True
    )  # fmt: skip
    return f"/appels-a-candidatures/{writing.write_call(actor_of(town.first), wish=wish)}/modifier"


def a_draw(town: Place) -> str:
    draw = preparing.create_draw(actor_of(town.first), territory_id=town.town, wish=DRAW)
    return f"/tirages-au-sort/{draw}/modifier"


def a_record(town: Place) -> str:
    record = records.save_record(actor_of(town.first), territory_id=town.town, wish=RECORD, file=PDF)
    return f"/conseil-municipal/{record}/modifier"


def a_guide(town: Place) -> str:
    text = GuideText("Refaire sa carte", "", "Prenez rendez-vous.", None)
    guide = guides.write_guide(actor_of(town.first), territory_id=town.town, content=text)
    return f"/entraide/guides/{guide}/modifier"


def an_entry(town: Place) -> str:
    entry = register.add_entry(actor_of(town.first), town_id=town.town, entry=entry_of(town.place))
    return f"/bureau/registre/{entry}/modifier"


def a_poll(town: Place) -> str:
    plan = make_plan(town.place, choices=(ChoicePlan("Un four"), ChoicePlan("Un préau")))
    return f"/scrutins/{polls.prepare_poll(actor_of(town.first), plan=plan)}/modifier"


def a_sealed_poll(town: Place) -> str:
    poll = polls.prepare_poll(actor_of(town.first), plan=make_plan(town.place))
    sealing.seal_poll(actor_of(town.first), poll_id=poll)
    return f"/scrutins/{poll}/secret"


def an_answer(town: Place) -> str:
    proposal = add_proposal(town.town)
    draft_answer(actor_of(town.first), proposal_id=proposal, decision=Decision.ACCEPTED, body="Oui.")
    return f"/propositions/{proposal}/reponse"


def a_commitment(town: Place) -> str:
    promised = CommitmentPlan("Poser un banc", "La mairie", steps=(Step("Commander", date(2027, 3, 12)),))
    made = commitments.draft_commitment(
        actor_of(town.first), proposal_id=add_proposal(town.town), plan=promised
    )
    return f"/engagements/{made}/modifier"


def an_inquiry(town: Place) -> str:
    plan = making.plan_from(utc_now() + timedelta(days=20))
    inquiry = inquiries.draft_inquiry(actor_of(town.first), territory_id=town.town, plan=plan)
    return f"/bureau/enquetes-publiques/{inquiry}"


def a_theme(town: Place) -> str:
    consultation = add_consultation(town.town)
    with transaction():
        theme = Theme(consultation_id=consultation, name="Ombre", words=["ombre"])
        db.session.add(theme)
        db.session.flush()
        return f"/consultations/{consultation}/synthese/themes?theme={theme.id}"


FORMS: dict[str, tuple[Callable[[Place], str], str]] = {
    "council": (lambda town: f"/conseils-de-quartier/{town.council}/modifier", "page"),
    "sitting": (lambda town: f"/conseils-de-quartier/seances/{town.sitting}/modifier", "agenda"),
    "minutes": (lambda town: f"/conseils-de-quartier/seances/{town.sitting}/modifier", "minutes"),
    "seat": (a_seat, "name"),
    "agenda item": (an_item, "text"),
    "call": (a_call, "body"),
    "draw": (a_draw, "purpose"),
    "record": (a_record, "summary"),
    "guide": (a_guide, "text"),
    "register entry": (an_entry, "home_service"),
    "poll": (a_poll, "description"),
    "option of a poll": (a_poll, "q1-0-label"),
    "answer": (an_answer, "body"),
    "commitment": (a_commitment, "details"),
    "step of a commitment": (a_commitment, "steps-0-title"),
    "town hall": (lambda _: "/bureau/mairie", "street"),
    "identity": (lambda _: "/bureau/identite", "tagline"),
    "inquiry": (lambda town: f"{an_inquiry(town)}/modifier", "subject"),
    "commissioner": (an_inquiry, "name_1"),
    "theme of a synthesis": (a_theme, "name"),
    "third party of a sealed poll": (a_sealed_poll, "authority"),
}


class Typed(HTMLParser):
    """What the form of a page that carries ``seen``, and this field, would send, left as it is; and what the page says outside of its fields."""

    def __init__(self, html: str, field: str = "seen") -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.actions: list[str] = []
        self.said = ""
        self._text = self._select = ""
        self.feed(html)
        number = next(i for i, form in enumerate(self.forms) if "seen" in form and field in form)
        self.values, self.action = self.forms[number], self.actions[number]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "form":
            self.forms.append({})
            self.actions.append(given.get("action", ""))
        elif tag == "textarea":
            self._text, self.forms[-1][name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.forms[-1][self._select] = given.get("value", "")
        elif tag == "input" and name and self.forms and (kind not in UNSENT or "checked" in given):
            self.forms[-1][name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.forms[-1][self._text] += data.removeprefix("\n")
        else:
            self.said += data


def page_of(client: FlaskClient, path: str, field: str = "seen") -> Typed:
    answer = client.get(path)
    assert answer.status_code == 200
    return Typed(answer.get_data(as_text=True), field)


def opened(client: FlaskClient, path: str, field: str = "seen") -> dict[str, str]:
    return sendable(page_of(client, path, field).values)


def sendable(values: dict[str, str]) -> dict[str, str]:
    return without(values, "csrf_token")


def sights() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(ContactSight)) or 0


def without(values: dict[str, str], left_out: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if name != left_out}


def meet(
    first: FlaskClient,
    second: FlaskClient,
    path: str,
    field: str,
    mine: str = MINE,
    hers: str = HERS,
    *,
    is_read: bool = True,
) -> Typed:
    """Both open; the first saves; the second is refused, with both texts before her; she saves over what she read."""
    before, late = page_of(first, path, field), opened(second, path, field)
    door = before.action or path
    assert post_form(first, door, **{**sendable(before.values), field: mine}).status_code == 302  # type: ignore[attr-defined]

    refused = post_form(second, door, **{**late, field: hers})
    page = Typed(refused.get_data(as_text=True), field)  # type: ignore[attr-defined]
    assert refused.status_code == 409  # type: ignore[attr-defined]
    assert page.values[field] == hers
    assert not is_read or mine in page.said
    assert opened(first, path, field)[field] == mine

    again = post_form(second, door, **sendable(page.values))
    assert again.status_code == 302  # type: ignore[attr-defined]
    assert opened(first, path, field)[field] == hers
    return page


@pytest.mark.parametrize("kind", FORMS)
def test_the_second_of_two_agents_reads_both_texts_before_hers_is_saved(
    service_app: Flask, town: Place, kind: str
) -> None:
    make, field = FORMS[kind]
    with service_app.app_context():
        path = make(town)
    meet(sign_in(service_app, town.first), sign_in(service_app, town.second), path, field)


def test_two_organisers_of_an_association_meet_in_the_same_way(service_app: Flask, town: Place) -> None:
    with service_app.app_context():
        owner = add_person("Omar", lives_in=town.place)
        club = people.add_organisation(
            name="Le Panier", territory_id=town.town, member_ids=[owner], is_verified=True
        )
        gathering = gatherings.draft_gathering(
            actor_of(owner), town_id=town.town, organisation_id=club, title="Collecte", text="", address="Halle du marché"
        )  # fmt: skip
    path = f"/entraide/rendez-vous/{gathering}/modifier"
    meet(sign_in(service_app, owner), sign_in(service_app, owner), path, "text")


def test_two_members_of_an_association_meet_over_its_offer_of_help(service_app: Flask, town: Place) -> None:
    with service_app.app_context():
        owner = add_person("Omar", lives_in=town.place)
        club = people.add_organisation(
            name="Le Panier", territory_id=town.town, member_ids=[owner], is_verified=True
        )
        offer = offers.offer_help(
            actor_of(owner),
            territory_id=town.town,
            organisation_id=club,
            accepts_charter=True,
            details=OfferDetails(Category.SHOPPING, "Vos courses", "Le samedi.", frozenset({town.place})),
        )
    first, second = sign_in(service_app, owner), sign_in(service_app, owner)
    path = f"/entraide/propositions/{offer}/modifier"
    meet(first, second, path, "text")

    mine, hers = opened(first, path), opened(second, path)
    post_form(first, path, **{**without(mine, "area_ids"), "slots": "2-morning"})
    refused = post_form(second, path, **{**hers, "text": MINE})
    said = plain(" ".join(Typed(refused.get_data(as_text=True)).said.split()))  # type: ignore[attr-defined]
    assert "Quartiers Toute la commune" in said
    assert "Moments mardi matin" in said


def test_who_is_helped_and_the_town_hall_meet_over_the_words_of_a_request(
    service_app: Flask, town: Place
) -> None:
    with service_app.app_context():
        mireille = add_person("Mireille", lives_in=town.place)
        request = add_request(mireille, town.place)
    path = f"/entraide/demandes/{request}/modifier"
    meet(sign_in(service_app, mireille), sign_in(service_app, town.first), path, "text")


def test_who_is_helped_and_the_town_hall_meet_over_how_she_is_reached_and_it_is_a_sight(
    service_app: Flask, town: Place
) -> None:
    with service_app.app_context():
        mireille = add_person("Mireille", lives_in=town.place)
        request = add_request(mireille, town.place)
    client, clerk = sign_in(service_app, mireille), sign_in(service_app, town.first)
    path = f"/entraide/demandes/{request}/coordonnees"
    hers, late = (
        sendable(Typed(post_form(each, path).get_data(as_text=True), "contact_name").values)  # type: ignore[attr-defined]
        for each in (client, clerk)
    )
    name = "contact_name"
    assert post_form(client, f"{path}/correction", **{**hers, name: MINE}).status_code == 302  # type: ignore[attr-defined]

    with service_app.app_context():
        before = sights()
    refused = post_form(clerk, f"{path}/correction", **{**late, name: HERS})
    page = Typed(refused.get_data(as_text=True), name)  # type: ignore[attr-defined]
    assert (refused.status_code, page.values[name], MINE in page.said) == (409, HERS, True)  # type: ignore[attr-defined]
    with service_app.app_context():
        assert sights() == before + 1
    assert post_form(clerk, f"{path}/correction", **sendable(page.values)).status_code == 302  # type: ignore[attr-defined]


def test_who_is_helped_and_the_town_hall_meet_over_the_rhythm_of_a_help(
    service_app: Flask, town: Place
) -> None:
    with service_app.app_context():
        mireille = add_person("Mireille", lives_in=town.place)
        actor, tomorrow = actor_of(mireille), datetime.combine(town_today() + timedelta(days=1), time(10))
        hours = Window(from_town_time(tomorrow), from_town_time(tomorrow + timedelta(hours=2)))
        asked = request_details(town.place, window=hours)
        first = repeating.ask_with_repetition(
            actor, lambda: ask_for_help(actor, details=asked), repetition=Repetition(Repeat.WEEKLY)
        )
        series = requests.get_request(first).series_id
    path, field = f"/entraide/aides-regulieres/{series}", "repeat"
    meet(
        sign_in(service_app, mireille), sign_in(service_app, town.first), path, field, "fortnightly", "monthly", is_read=False
    )  # fmt: skip


def test_two_agents_who_set_the_quotas_of_a_draw_meet(service_app: Flask, town: Place) -> None:
    with service_app.app_context():
        draw = preparing.create_draw(actor_of(town.first), territory_id=town.town, wish=DRAW)
        preparing.load_list(actor_of(town.first), draw_id=draw, content=list_of())
    path, door = f"/tirages-au-sort/{draw}/preparation", f"/tirages-au-sort/{draw}/quotas"
    first, second = sign_in(service_app, town.first), sign_in(service_app, town.second)
    seen = opened(first, path, "least")["seen"]
    rows = len(SEXES) + len(AGES) + len(PLACES)

    def post(client: FlaskClient, least: int, seen: str) -> Any:
        return post_form(client, door, least=[str(least)] * rows, most=["6"] * rows, seen=seen)

    assert post(first, 1, seen).status_code == 302
    refused = post(second, 0, seen)
    page = Typed(refused.get_data(as_text=True), "least")
    assert (refused.status_code, page.values["least"]) == (409, "0")
    assert "quartier, Bords : de 1 à 6" in plain(page.said)
    assert post(second, 0, page.values["seen"]).status_code == 302


def test_two_people_who_speak_for_an_association_meet_over_its_presentation(
    service_app: Flask, town: Place
) -> None:
    with service_app.app_context():
        owner = add_person("Omar", lives_in=town.place)
        club = people.add_organisation(
            name="Le Panier", territory_id=town.town, member_ids=[owner], is_verified=True
        )
    path = f"/associations/{club}/presentation"
    meet(sign_in(service_app, owner), sign_in(service_app, owner), path, "description")


def test_two_members_of_a_commission_meet_over_a_note_and_over_a_theme(
    service_app: Flask, town: Place
) -> None:
    with service_app.app_context():
        judge = making.commissioner()
        inquiry = making.add_open(town.town, who=judge)
        making.deposit(inquiry)
        theme = conducting.add_theme(judge, inquiry_id=inquiry, name="Les haies")
    client, other = sign_in(service_app, judge.id), sign_in(service_app, judge.id)
    meet(client, other, f"/enquetes-publiques/{inquiry}/etude/observations/1", "text")
    meet(client, other, f"/enquetes-publiques/{inquiry}/etude/themes/{theme}", "note")
    meet(client, other, f"/enquetes-publiques/{inquiry}/etude/themes/{theme}", "answer")


def test_an_answer_that_a_colleague_published_meanwhile_is_not_followed_by_another_unknowingly(
    service_app: Flask, town: Place
) -> None:
    with service_app.app_context():
        path = f"/propositions/{add_proposal(town.town)}/reponse"
        mayor = add_person("Isabelle", roles=((Role.COUNCILLOR, town.town),))
    first, second = sign_in(service_app, mayor), sign_in(service_app, mayor)
    mine, hers = ({**opened(client, path), "decision": "accepted"} for client in (first, second))
    post_form(first, f"{path}/publication", **{**mine, "body": MINE})

    reread = post_form(second, f"{path}/relecture", **{**hers, "body": HERS})
    assert f'name="seen" value="{hers["seen"]}"' in reread.get_data(as_text=True)  # type: ignore[attr-defined]
    refused = post_form(second, f"{path}/publication", **{**hers, "body": HERS})
    page = Typed(refused.get_data(as_text=True))  # type: ignore[attr-defined]
    assert refused.status_code == 409  # type: ignore[attr-defined]
    assert (page.values["body"], MINE in page.said) == (HERS, True)
    shown = first.get(path.removesuffix("/reponse")).get_data(as_text=True)
    assert (MINE in shown, HERS in shown) == (True, False)

    post_form(second, f"{path}/publication", **sendable(page.values))
    assert HERS in first.get(path.removesuffix("/reponse")).get_data(as_text=True)


def test_two_agents_who_set_the_rules_of_petitions_meet(service_app: Flask, town: Place) -> None:
    with service_app.app_context():
        petitions.take_petitions(town.town)
    first, second = sign_in(service_app, town.first), sign_in(service_app, town.second)
    meet(first, second, "/bureau/petitions/regles", "days", "45", "90")


PACE = "/entraide/rythme"
PROMISE = "/bureau/reponses/promesse"


@pytest.mark.parametrize(
    ("path", "field", "mine", "hers"),
    [
        (PACE, "volunteer_week", "4", "6"),
        (PROMISE, "days", "45", "75"),
        ("/entraide/relecture", "first_requests", "all", "none"),
        ("/entraide/benevoles/regles", "level_visits", "bulletin", "charter"),
    ],
)
def test_two_of_the_town_hall_who_set_the_same_thing_meet_from_the_first_time(
    service_app: Flask, town: Place, path: str, field: str, mine: str, hers: str
) -> None:
    with service_app.app_context():
        roles = ((Role.AGENT, town.town), (Role.ADMIN, town.town))
        clients = [sign_in(service_app, add_person(name, roles=roles)) for name in ("Ève", "Paul")]
    late = meet(*clients, path, field, mine, hers, is_read=False)
    assert "La version enregistrée par une autre personne" in late.said


def test_two_of_the_town_hall_who_promise_answers_meet_and_read_who_is_in_charge(
    service_app: Flask, town: Place
) -> None:
    with service_app.app_context():
        mayor = add_person("Isabelle", roles=((Role.COUNCILLOR, town.town),))
        consultation = add_consultation(town.town)
    path = f"/consultations/{consultation}/promesse"
    first, second = sign_in(service_app, town.first), sign_in(service_app, town.second)
    page, late = page_of(first, path), opened(second, path)
    values = sendable(page.values)
    post_form(first, path, **{**values, "in_charge_ids": str(mayor)})

    refused = post_form(second, path, **{**late, "in_charge_ids": str(town.second)})
    again = Typed(refused.get_data(as_text=True))  # type: ignore[attr-defined]
    assert (refused.status_code, again.values["seen"] != late["seen"]) == (409, True)  # type: ignore[attr-defined]
    assert "Personnes responsables Isabelle" in " ".join(again.said.split())


def test_who_comes_late_reads_the_other_promise_although_who_was_named_left_the_town_hall(
    service_app: Flask, town: Place
) -> None:
    with service_app.app_context():
        mayor, other = (
            add_person(name, roles=((Role.COUNCILLOR, town.town),)) for name in ("Isabelle", "Omar")
        )
        consultation = add_consultation(town.town)
    path = f"/consultations/{consultation}/promesse"
    first, second = sign_in(service_app, town.first), sign_in(service_app, town.second)
    page, late = page_of(first, path), opened(second, path)
    post_form(first, path, **{**sendable(page.values), "in_charge_ids": [str(mayor), str(other)]})
    with service_app.app_context():
        db.session.execute(sa.text(f"DELETE FROM role_grant WHERE person_id = {mayor}"))
        db.session.commit()

    refused = post_form(second, path, **{**late, "in_charge_ids": str(town.second)})
    again = Typed(refused.get_data(as_text=True))  # type: ignore[attr-defined]
    assert refused.status_code == 409  # type: ignore[attr-defined]
    assert "Personnes responsables Omar" in " ".join(again.said.split())


def test_two_agents_meet_over_the_words_of_a_document(service_app: Flask, town: Place) -> None:
    with service_app.app_context():
        consultation = add_consultation(town.town)
        documents.add_document(actor_of(town.first), consultation_id=consultation, file=PDF, title="Le plan")
    path = f"/consultations/{consultation}/documents"
    meet(sign_in(service_app, town.first), sign_in(service_app, town.second), path, "title")


def test_two_agents_who_plan_the_council_for_a_petition_meet(service_app: Flask, town: Place) -> None:
    with service_app.app_context():
        author = petitions.resident(town.place)
        petition = petitions.add_open_petition(town.town, author, threshold=1)
        signing.sign_petition(
            petitions.resident(town.place), petition_id=petition, is_shown=False, wants_news=False
        )
    path, field = f"/bureau/petitions/{petition}/suite", "agenda_on"
    first, second = sign_in(service_app, town.first), sign_in(service_app, town.second)
    page, late = page_of(first, path, field), opened(second, path, field)
    door = page.action
    post_form(first, door, **{**sendable(page.values), field: "2027-03-12"})

    refused = post_form(second, door, **{**late, field: "2027-04-02"})
    again = Typed(refused.get_data(as_text=True), field)  # type: ignore[attr-defined]
    assert (refused.status_code, again.values[field]) == (409, "2027-04-02")  # type: ignore[attr-defined]
    assert "vendredi 12 mars 2027" in plain(again.said)
    assert post_form(second, door, **sendable(again.values)).status_code == 302  # type: ignore[attr-defined]


@pytest.mark.parametrize(("what", "more"), [("ouverture", {}), ("refus", {"rule": "unclear", "note": HERS})])
def test_a_petition_that_its_author_changed_while_it_was_read_is_read_again_before_it_is_decided_of(
    service_app: Flask, town: Place, what: str, more: dict[str, str]
) -> None:
    with service_app.app_context():
        author = petitions.resident(town.place)
        petitions.take_petitions(town.town)
        petition = launching.submit_petition(author, territory_id=town.town, text=petitions.TEXT)
        path = f"/bureau/petitions/{petition}"
        clerk = sign_in(service_app, town.first)
        read = opened(clerk, path)["seen"]
        changed = replace(petitions.TEXT, title="Fermer la passerelle")
        launching.revise_petition(author, petition_id=petition, text=changed)

        refused = post_form(clerk, f"{path}/{what}", seen=read, **more)
        page = Typed(refused.get_data(as_text=True))  # type: ignore[attr-defined]
        assert refused.status_code == 409  # type: ignore[attr-defined]
        assert "Fermer la passerelle" in page.said
        assert petitions.stored(petition).opens_at is None
        assert petitions.stored(petition).refusal_note == ""
        assert post_form(clerk, f"{path}/{what}", seen=page.values["seen"], **more).status_code == 302  # type: ignore[attr-defined]


def test_two_agents_who_count_the_people_of_the_neighbourhoods_meet(service_app: Flask, town: Place) -> None:
    first, second = sign_in(service_app, town.first), sign_in(service_app, town.second)
    table = opened(first, "/bureau/population")["table"]
    head, *rows = table.splitlines()

    def counted(people: str) -> str:
        return "\n".join([head, *(row.split(";")[0] + f";{people}" * head.count(";") for row in rows)])

    late = opened(second, "/bureau/population")
    assert post_form(first, "/bureau/population", **{**late, "table": counted("7")}).status_code == 302  # type: ignore[attr-defined]
    refused = post_form(second, "/bureau/population", **{**late, "table": counted("9")})
    page = Typed(refused.get_data(as_text=True))  # type: ignore[attr-defined]
    assert (refused.status_code, page.values["table"]) == (409, counted("9"))  # type: ignore[attr-defined]
    assert ";7;7" in page.said
    assert ";7;7" in opened(first, "/bureau/population")["table"]
    assert post_form(second, "/bureau/population", **sendable(page.values)).status_code == 302  # type: ignore[attr-defined]
    assert ";9;9" in opened(first, "/bureau/population")["table"]


def test_the_same_words_sent_twice_are_saved_and_refused_to_nobody(service_app: Flask, town: Place) -> None:
    client, path = sign_in(service_app, town.first), f"/conseils-de-quartier/{town.council}/modifier"
    values = {**opened(client, path), "page": MINE}

    assert [post_form(client, path, **values).status_code for _ in range(2)] == [302, 302]  # type: ignore[attr-defined]


def test_a_sitting_published_meanwhile_is_not_hidden_again_by_who_did_not_know(
    service_app: Flask, town: Place
) -> None:
    first, second = sign_in(service_app, town.first), sign_in(service_app, town.second)
    path = f"/conseils-de-quartier/seances/{town.sitting}/modifier"
    mine, hers = opened(first, path), opened(second, path)
    post_form(first, path, **{**mine, "is_published": "true", "place": "Salle des fêtes"})

    refused = post_form(second, path, **{**hers, "title": HERS})
    said = plain(" ".join(Typed(refused.get_data(as_text=True)).said.split()))  # type: ignore[attr-defined]
    assert refused.status_code == 409  # type: ignore[attr-defined]
    assert "Publier : les habitants voient cette séance Oui" in said
    assert "Lieu Salle des fêtes" in said
    with service_app.app_context():
        assert get_sitting(town.sitting).published_at is not None


def test_a_result_written_by_a_timer_is_no_other_version_and_stays(service_app: Flask, town: Place) -> None:
    result = "**Vote nominal.** Le marché\n\n- Pour (3)"
    first, second = sign_in(service_app, town.first), sign_in(service_app, town.second)
    path = f"/conseils-de-quartier/seances/{town.sitting}/modifier"
    mine, hers = opened(first, path), opened(second, path)
    with service_app.app_context(), transaction():
        sitting = get_sitting(town.sitting)
        sitting.minutes_source = f"{sitting.minutes_source}\n\n{result}"

    assert post_form(first, path, **{**mine, "minutes": MINE}).status_code == 302  # type: ignore[attr-defined]
    refused = post_form(second, path, **{**hers, "minutes": HERS})
    page = Typed(refused.get_data(as_text=True))  # type: ignore[attr-defined]
    assert (refused.status_code, page.values["minutes"]) == (409, f"{HERS}\n\n{result}")  # type: ignore[attr-defined]
    assert post_form(second, path, **sendable(page.values)).status_code == 302  # type: ignore[attr-defined]
    assert opened(first, path)["minutes"] == f"{HERS}\n\n{result}"


def test_a_program_that_says_what_it_read_is_refused_and_one_that_does_not_overwrites(
    service_app: Flask, town: Place
) -> None:
    with service_app.app_context():
        draw = int(a_draw(town).split("/")[2])
        head = bearer(service_app, town.first)
        wish = {"title": DRAW.title, "seats": 6, "shows_list": True}
        client = service_app.test_client()
        path = f"/api/v1/draws/{draw}"
        seen = client.get(path, headers=head).get_json()["seen"]
        client.put(path, json={**wish, "purpose": MINE, "seen": seen}, headers=head)

        late = client.put(path, json={**wish, "purpose": HERS, "seen": seen}, headers=head)
        assert (late.status_code, late.get_json()["code"]) == (409, ChangedMeanwhile.code)
        assert client.get(path, headers=head).get_json()["purpose"] == MINE
        assert client.put(path, json={**wish, "purpose": HERS}, headers=head).status_code < 300
        assert client.get(path, headers=head).get_json()["purpose"] == HERS


def test_every_form_says_what_happens_when_two_people_send_it(app: Flask) -> None:
    doors = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.rule.startswith("/api/")
    }
    listed = [*COVERED, *(name for names in ALONE.values() for name in names)]

    assert sorted(doors - set(listed)) == [], "put each in tests/two_writers_doors.py"
    assert sorted(set(listed) - doors) == [], "these are gone"
    assert len(listed) == len(set(listed))
