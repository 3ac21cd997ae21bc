"""Whatever the way by which people took part, every figure counts them alike: the same contributions are given by each, and each figure is read."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.consultations.channels import Channel
from civic.consultations.models import Consultation
from civic.inquiries import lines as inquiry_lines
from civic.inquiries.rules import Channel as ObservationChannel
from civic.inquiries.rules import Written
from civic.inquiries.service.depositing import type_observation
from civic.kernel.access import Actor
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.opinions.models import Stance
from civic.opinions.service.reacting import react
from civic.participation.figures import count_people
from civic.participation.sheets import service as sheets
from civic.participation.sheets.rules import TypedArgument
from civic.participation.synthesis.models import Synthesis
from civic.participation.synthesis.service import making, publishing
from civic.petitions.service.signing import count_sheet, sign_petition
from civic.proposals.commitments import record
from civic.proposals.rules import Side
from civic.proposals.service.proposing import submit_proposal
from civic.proposals.service.taking_part import publish_argument, support_proposal
from civic.surveys.asking import Kind, Question, Questionnaire
from civic.surveys.marks import Mark
from civic.surveys.rules import Openness
from civic.surveys.service import writing
from tests.conftest import actor_of, add_person, add_town, plain, sign_in
from tests.inquiries.making import add_open, deposit
from tests.opinions.test_reacting import add_statement
from tests.participation.test_sheets import numbers_of, sheet
from tests.petitions.making import add_open_petition, resident
from tests.petitions.making import agent as petition_agent
from tests.proposals.making import add_consultation, add_proposal, idea
from tests.surveys.making import YES, add_councillor, answer

A_WAY = 5
"""People by each way: fewer are told together with others."""
ALL = A_WAY * len(Channel)


class Town:
    """A consultation that asks everything, and the same contributions to it by every way."""

    def __init__(self) -> None:
        self.town, places = add_town()
        self.place = places[0]
        self.consultation = add_consultation(self.town)
        self.councillor = add_councillor(self.town)
        question = Question(1, Kind.YES_NO, "Venez-vous au marché ?", is_required=True)
        writing.save_survey(
            self.councillor,
            consultation_id=self.consultation,
            questionnaire=Questionnaire("Le marché", "", (question,)),
            openness=Openness.RESIDENTS,
        )
        self.proposal = add_proposal(self.town, consultation=self.consultation, title="Des bancs")
        self.statement = add_statement(self.consultation, "Il faut des bancs.")
        self.agent = petition_agent(self.town)
        self.numbers = iter(
            numbers_of(sheets.print_sheets(self.agent, consultation_id=self.consultation, count=ALL))
        )

    def take_part(self, each: int) -> None:
        for channel in Channel:
            for number in range(each):
                if channel is Channel.WEB:
                    self.here(actor_of(add_person(f"Ada {number}", lives_in=self.place)), number)
                else:
                    self.typed(channel, number)

    def here(self, ada: Actor, number: int) -> None:
        submit_proposal(ada, consultation_id=self.consultation, text=idea(self.place, f"Idée d’ici {number}"))
        support_proposal(ada, proposal_id=self.proposal)
        publish_argument(ada, proposal_id=self.proposal, side=Side.FOR, body="Pour s’asseoir.")
        react(ada, statement_id=self.statement, stance=Stance.AGREE)
        answer(ada.id, self.consultation, q1=YES)

    def typed(self, channel: Channel, number: int) -> None:
        sheets.type_sheet(
            self.agent,
            consultation_id=self.consultation,
            typed=sheet(
                next(self.numbers), channel=channel, title=f"Idée {channel.value} {number}", territory_id=self.place,
                supports="a", stances="o", arguments=[TypedArgument("a", "p", "Pour s’asseoir.")], answers={1: Mark("o")},
            ),
        )  # fmt: skip


def test_the_same_contributions_by_every_way_count_the_same_in_every_figure(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "_sort_into_themes", lambda *given, **values: 0)  # themes count nobody
    with app.app_context():
        asked = Town()
        asked.take_part(A_WAY)

    the_people_of_a_consultation(app, asked)
    each_support_argument_reaction_and_answer(app, asked)
    the_synthesis(app, asked)
    the_town_s_record(app, asked)


def the_people_of_a_consultation(app: Flask, asked: Town) -> None:
    same = {channel.value: A_WAY for channel in Channel}
    path = f"/consultations/{asked.consultation}"

    with app.app_context():
        people = count_people(asked.consultation, on=town_today())
        assert (dict(people.channels), people.total) == (same, ALL)
    told = app.test_client().get(f"/api/v1{path}/participation").get_json()
    assert told["people"] == ALL
    assert {cell["channels"][0]: cell["people"] for cell in told["channels"]} == same
    sentence = "25 personnes ont pris part : 5 sur internet, 5 sur papier, 5 par téléphone, 5 en réunion, 5 par courrier."
    assert sentence in plain(app.test_client().get(path).text)


def each_support_argument_reaction_and_answer(app: Flask, asked: Town) -> None:
    api = app.test_client()

    proposal = api.get(f"/api/v1/proposals/{asked.proposal}").get_json()
    assert (proposal["support_count"], proposal["argument_count"]) == (ALL, ALL)
    path = f"/api/v1/consultations/{asked.consultation}"
    (statement,) = api.get(f"{path}/statements").get_json()["items"]
    assert statement["agree_count"] == ALL
    assert api.get(f"{path}/proposals").get_json()["total"] == ALL + 1
    assert api.get(f"{path}/survey/results").get_json()["answers"] == ALL
    hers = sign_in(app, asked.councillor.id)
    answers = hers.get(f"/consultations/{asked.consultation}/questionnaire/reponses.csv").text
    assert len(list(csv.reader(io.StringIO(answers), delimiter=";"))) == ALL + 1
    totals = hers.get(f"/consultations/{asked.consultation}/questionnaire/resultats.csv").text
    assert str(ALL) in totals
    opinions = api.get(f"/consultations/{asked.consultation}/opinions.csv").text
    assert str(ALL) in opinions.splitlines()[1].split(";")


def the_synthesis(app: Flask, asked: Town) -> None:
    with app.app_context():
        making.ask_for_synthesis(asked.councillor, consultation_id=asked.consultation)
        making.make_synthesis(consultation_id=asked.consultation)
        told: Any = db.session.get_one(Synthesis, asked.consultation).told
        publishing.publish_synthesis(asked.councillor, consultation_id=asked.consultation)
    assert told["people"] == ALL
    assert told["counts"] == {
        "proposals": ALL + 1, "supports": ALL, "arguments": ALL, "statements": 1, "reactions": ALL,
    }  # fmt: skip
    assert [(cell["keys"], cell["people"]) for cell in told["channels"]] == [
        ([channel.value], A_WAY) for channel in Channel
    ]
    assert told["supported"][0] == [asked.proposal, ALL]
    assert sum(span[2] for span in told["curve"]) == 3 * ALL + 1
    published = app.test_client().get(f"/api/v1/consultations/{asked.consultation}/synthesis").get_json()
    assert [line["people"] for line in published["channels"]] == [A_WAY] * len(Channel)


def the_town_s_record(app: Flask, asked: Town) -> None:
    each = {channel.value: 3 * A_WAY for channel in Channel}
    each["web"] += 1  # the proposal that was there

    (year,) = app.test_client().get("/api/v1/record").get_json()["years"]
    assert year["channels"] == each
    (head, line) = csv.reader(
        io.StringIO(app.test_client().get("/bilan.csv").text.lstrip("\ufeff")), delimiter=";"
    )
    found = dict(zip(head, line, strict=True))
    assert [found[name] for name in ("Sur papier", "Par téléphone", "En réunion", "Par courrier")] == [
        "15"
    ] * 4
    assert found["Sur internet"] == "16"
    assert "Les propositions, les arguments et les soutiens" in plain(app.test_client().get("/bilan").text)


def test_a_sheet_that_is_taken_back_leaves_the_record(app: Flask) -> None:
    with app.app_context():
        town = Town()
        before = record.list_years(town.town, at=utc_now())
        town.typed(Channel.TELEPHONE, 1)
        (typed,) = record.list_years(town.town, at=utc_now())
        last = db.session.scalar(sa.text("SELECT max(sheet_id) FROM sheet_support"))
        sheets.take_back_sheet(town.agent, sheet_id=last)

        assert typed.channels[Channel.TELEPHONE] == 3
        assert record.list_years(town.town, at=utc_now()) == before


def test_while_a_phase_hides_supports_the_record_tells_none_of_any_way(app: Flask) -> None:
    with app.app_context():
        asked = Town()
        asked.take_part(1)
        (shown,) = record.list_years(asked.town, at=utc_now())
        change_phase(asked.consultation, hides_reactions=True)
        (hidden,) = record.list_years(asked.town, at=utc_now())
        change_phase(asked.consultation, closes_at=utc_now())
        (over,) = record.list_years(asked.town, at=utc_now())

    base = {channel: int(channel is Channel.WEB) for channel in Channel}  # the proposal that was there
    assert shown.channels == over.channels == {channel: base[channel] + 3 for channel in Channel}
    assert hidden.channels == {channel: base[channel] + 2 for channel in Channel}


def change_phase(consultation: int, **values: Any) -> None:
    with transaction():
        for phase in db.session.get_one(Consultation, consultation).phases:
            for name, value in values.items():
                setattr(phase, name, value)


def test_a_petition_adds_paper_to_what_is_signed_here(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        petition = add_open_petition(town, resident(place))
        sign_petition(resident(place, "Bob"), petition_id=petition, is_shown=True, wants_news=False)
        lines = "Rose Dupré 03/04/1950\nJean Petit 05/06/1960"
        count_sheet(petition_agent(town), petition_id=petition, number=1, lines=lines)
    api = app.test_client()

    told = api.get(f"/api/v1/petitions/{petition}").get_json()
    assert told["signature_count"] == told["online_count"] + 2
    total = told["signature_count"]
    (listed,) = api.get("/api/v1/petitions").get_json()["items"]
    assert listed["signature_count"] == total
    for path in (f"/petitions/{petition}", "/petitions"):
        assert f"{total} signatures sur 3" in plain(api.get(path).text), path
    assert f"Signatures en tout : {total}." in plain(api.get(f"/petitions/{petition}/signataires").text)


def test_the_register_of_an_inquiry_counts_every_way_alike(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        inquiry, agent = add_open(town), petition_agent(town)
        deposit(inquiry, "Sur le site.")
        for channel in ObservationChannel:
            if channel is not ObservationChannel.WEB:
                type_observation(
                    agent, inquiry_id=inquiry, channel=channel, received_at=utc_now() - timedelta(minutes=5),
                    written=Written(f"Par {channel.value}."),
                )  # fmt: skip
        counts = inquiry_lines.count_by_channel(inquiry)
    many, path = len(ObservationChannel), f"/inquiries/{inquiry}"

    assert counts == dict.fromkeys(ObservationChannel, 1)
    api = app.test_client()
    assert api.get(f"/api/v1{path}").get_json()["observation_count"] == many
    assert api.get(f"/api/v1{path}/observations").get_json()["total"] == many
    register = api.get(f"/enquetes-publiques/{inquiry}/registre.json").get_json()
    assert (register["count"], len(register["lines"])) == (many, many)
    assert {line["channel"] for line in register["lines"]} == {each.value for each in ObservationChannel}
