"""What somebody wrote on paper counts as what others wrote here: each sheet once, by the day it was received, with its channel."""

import re
import threading
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.audit.models import AuditEntry
from civic.consultations.channels import Channel
from civic.consultations.models import Consultation
from civic.consultations.rules import Activity
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, Refusal
from civic.kernel.transaction import transaction
from civic.kernel.undo import TooLateToUndo
from civic.opinions.models import Participant, Reaction, Statement
from civic.opinions.queries import recount
from civic.participation import figures
from civic.participation.rules import AgeBand
from civic.participation.sheets import service
from civic.participation.sheets.errors import (
    NumberOfAnother,
    NumberTyped,
    NumberUnknown,
    ReceivedInFuture,
    ReceivedOutside,
    SheetIsEmpty,
    TypingIsOver,
    WrongLetters,
)
from civic.participation.sheets.models import ContributionSheet, SheetSupport
from civic.participation.sheets.service import TypedSheet
from civic.participation.showing import participation_of
from civic.proposals.models import Proposal, Support
from tests.conftest import actor_of, add_person, add_town, bearer, plain, post_form, sign_in
from tests.opinions.test_reacting import add_statement
from tests.proposals.making import add_consultation, add_proposal, counts_of, recounts_of

BODIES = ("Il faut éteindre la nuit.", "Il faut plus de bancs.", "Le marché doit durer l’après-midi.")


def add_asked(**values: Any) -> tuple[int, list[int], int, list[int], list[int], Any]:
    """Make an open consultation. Returns the commune, its neighbourhoods, the consultation, its proposals, its statements, an agent."""
    town, places = add_town()
    consultation = add_consultation(town, **values)
    proposals = [add_proposal(town, consultation=consultation, title=f"Idée {n}") for n in range(3)]
    statements = [add_statement(consultation, body) for body in BODIES]
    agent = actor_of(add_person("Agnès", roles=((Role.AGENT, town),)))
    return town, places, consultation, proposals, statements, agent


def numbers_of(sheet_ids: list[int]) -> list[str]:
    return [str(db.session.get_one(ContributionSheet, key).number) for key in sheet_ids]


def sheet(number: str = "", **values: Any) -> TypedSheet:
    told = {"channel": Channel.PAPER, "received_on": town_today(), "number": number, **values}
    return TypedSheet(**told)


def held() -> list[Any]:
    """Everything that typing may change."""
    db.session.rollback()
    tables = [model.__table__ for model in (ContributionSheet, Support, SheetSupport, Participant, Reaction)]
    rows = [tuple(row) for table in tables for row in db.session.execute(sa.select(*_plain(table)))]
    proposals = sa.select(Proposal.id, Proposal.support_count, Proposal.withdrawn_at).order_by(Proposal.id)
    statements = sa.select(Statement.id, Statement.agree_count, Statement.disagree_count).order_by(
        Statement.id
    )
    return sorted(map(str, [*rows, *db.session.execute(proposals), *db.session.execute(statements)]))


def _plain(table: Any) -> list[Any]:
    return [column for column in table.columns if column.name not in ("name", "contact")]


def test_a_sheet_counts_as_an_answer_given_here_and_names_nobody(app_context: Flask) -> None:
    _, places, consultation, proposals, statements, agent = add_asked()
    (number,) = numbers_of(service.print_sheets(agent, consultation_id=consultation, count=1))

    service.type_sheet(
        agent,
        consultation_id=consultation,
        typed=sheet(
            number.lower().replace("-", " "), title="Des bancs au lavoir", supports="ac", stances="on-",
            territory_id=places[0], band=AgeBand.FROM_65, name="Rose Dupré", contact="02 41 00 00 00",
        ),
    )  # fmt: skip

    kept = db.session.scalars(sa.select(Proposal).filter_by(title="Des bancs au lavoir")).one()
    assert (kept.channel, kept.author_id, kept.received_on) == (Channel.PAPER, None, town_today())
    assert [counts_of(key)[0] for key in proposals] == [1, 0, 1]
    assert all(counts_of(key) == recounts_of(key) for key in proposals)
    counts = recount(consultation)
    assert [(counts[key].agree, counts[key].disagree) for key in statements] == [(1, 0), (0, 1), (0, 0)]
    found = {
        one.id: (one.agree_count, one.disagree_count) for one in db.session.scalars(sa.select(Statement))
    }
    assert found[statements[0]] == (1, 0)
    journal = " ".join(str(entry.subjects) for entry in db.session.scalars(sa.select(AuditEntry)))
    assert "Rose" not in journal
    assert "paper" in journal


def test_a_number_is_typed_once_and_the_second_agent_is_told_the_day(app_context: Flask) -> None:
    _, _, consultation, _, _, agent = add_asked()
    (number,) = numbers_of(service.print_sheets(agent, consultation_id=consultation, count=1))
    service.type_sheet(agent, consultation_id=consultation, typed=sheet(number, supports="a"))
    before = held()

    with pytest.raises(NumberTyped) as refused:
        service.type_sheet(agent, consultation_id=consultation, typed=sheet(number, supports="b"))

    assert refused.value.values["day"] == town_today().strftime("%d/%m/%Y")
    assert held() == before


def test_two_agents_who_type_the_same_sheet_at_once_count_it_once(app_context: Flask) -> None:
    _, _, consultation, proposals, _, agent = add_asked()
    (number,) = numbers_of(service.print_sheets(agent, consultation_id=consultation, count=1))
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def type_it() -> None:
        with app_context.app_context():
            together.wait()
            try:
                service.type_sheet(agent, consultation_id=consultation, typed=sheet(number, supports="a"))
                outcomes.append("typed")
            except NumberTyped:
                outcomes.append("refused")

    agents = [threading.Thread(target=type_it) for _ in range(2)]
    for each in agents:
        each.start()
    for each in agents:
        each.join()

    assert sorted(outcomes) == ["refused", "typed"]
    assert counts_of(proposals[0]) == (1, 0)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"number": "ZZZ-ZZZ", "supports": "a"}, NumberUnknown),
        ({"supports": "z"}, WrongLetters),
        ({"stances": "oooo"}, WrongLetters),
        ({"stances": "x"}, WrongLetters),
        ({}, SheetIsEmpty),
        ({"supports": "a", "received_on": town_today() + timedelta(days=2)}, ReceivedInFuture),
        ({"supports": "a", "received_on": date(2020, 1, 1)}, ReceivedOutside),
        ({"supports": "a", "same_as": "ZZZ-ZZZ"}, NumberUnknown),
    ],
)
def test_what_cannot_be_typed_is_refused_and_nothing_changes(
    app_context: Flask, values: dict[str, Any], refusal: type[Refusal]
) -> None:
    _, _, consultation, _, _, agent = add_asked()
    before = held()

    with pytest.raises(refusal):
        service.type_sheet(agent, consultation_id=consultation, typed=sheet(**values))

    assert held() == before


def test_a_sheet_of_another_consultation_says_which(app_context: Flask) -> None:
    town, _, consultation, _, _, agent = add_asked()
    other = add_consultation(town)
    (number,) = numbers_of(service.print_sheets(agent, consultation_id=other, count=1))

    with pytest.raises(NumberOfAnother) as refused:
        service.type_sheet(agent, consultation_id=consultation, typed=sheet(number, supports="a"))
    assert refused.value.values["title"] == "La place du marché"


def test_what_came_before_the_end_is_typed_for_fifteen_days_and_no_more(app_context: Flask) -> None:
    now = utc_now()
    _, _, consultation, proposals, _, agent = add_asked(
        opens_at=now - timedelta(days=40), closes_at=now - timedelta(days=10)
    )
    last_day, late = town_today() - timedelta(days=12), town_today() - timedelta(days=5)

    service.type_sheet(agent, consultation_id=consultation, typed=sheet(supports="a", received_on=last_day))
    assert counts_of(proposals[0])[0] == 1
    with pytest.raises(ReceivedOutside):
        service.type_sheet(agent, consultation_id=consultation, typed=sheet(supports="a", received_on=late))
    with transaction():
        for phase in db.session.get_one(Consultation, consultation).phases:
            phase.closes_at = now - timedelta(days=15, minutes=1)
    with pytest.raises(TypingIsOver):
        service.type_sheet(
            agent,
            consultation_id=consultation,
            typed=sheet(supports="a", received_on=town_today() - timedelta(days=20)),
        )
    assert counts_of(proposals[0])[0] == 1


def test_two_sheets_of_one_person_count_her_once(app_context: Flask) -> None:
    _, _, consultation, proposals, statements, agent = add_asked()
    first, second, *others = numbers_of(service.print_sheets(agent, consultation_id=consultation, count=7))
    service.type_sheet(agent, consultation_id=consultation, typed=sheet(first, supports="a", stances="o"))
    service.type_sheet(
        agent, consultation_id=consultation, typed=sheet(second, supports="ab", stances="no", same_as=first)
    )
    assert [counts_of(key)[0] for key in proposals] == [1, 1, 0]
    assert [recount(consultation)[key].total for key in statements] == [1, 1, 0]
    for number in others:
        service.type_sheet(agent, consultation_id=consultation, typed=sheet(number, supports="c"))

    told = participation_of([consultation])[consultation]
    assert told.people == 6
    assert plain(told.ways) == "sur papier"


def hide_supports(consultation: int, *, is_hidden: bool) -> None:
    with transaction():
        for phase in db.session.get_one(Consultation, consultation).phases:
            phase.hides_reactions = is_hidden


def test_while_supports_are_hidden_a_sheet_that_only_supports_is_not_counted_yet(app_context: Flask) -> None:
    """Of the one proposal that is printed, the people of paper would be its total."""
    _, _, consultation, _, _, agent = add_asked()
    hide_supports(consultation, is_hidden=True)
    *numbers, last = numbers_of(service.print_sheets(agent, consultation_id=consultation, count=7))

    for number in numbers:
        service.type_sheet(agent, consultation_id=consultation, typed=sheet(number, supports="a"))
    assert figures.read_channels([consultation]) == {consultation: {}}
    assert figures.count_people(consultation, on=town_today()).total == 0

    second = sheet(last, stances="o", same_as=numbers[0])
    service.type_sheet(agent, consultation_id=consultation, typed=second)
    assert figures.read_channels([consultation]) == {consultation: {"paper": 1}}

    hide_supports(consultation, is_hidden=False)
    assert figures.read_channels([consultation]) == {consultation: {"paper": 6}}


def test_a_sheet_typed_by_mistake_is_taken_back_whole_for_ten_minutes(app_context: Flask) -> None:
    _, _, consultation, _, _, agent = add_asked()
    (number,) = numbers_of(service.print_sheets(agent, consultation_id=consultation, count=1))
    before = held()
    typed = sheet(number, supports="ab", stances="onp", title="Des bancs au lavoir")

    key = service.type_sheet(agent, consultation_id=consultation, typed=typed)
    service.take_back_sheet(agent, sheet_id=key)
    kept = db.session.scalars(sa.select(Proposal).filter_by(title="Des bancs au lavoir")).one()
    assert kept.withdrawn_at is not None
    with transaction():
        db.session.delete(kept)
    assert held() == before

    key = service.type_sheet(agent, consultation_id=consultation, typed=typed)
    with transaction():
        db.session.get_one(ContributionSheet, key).typed_at = utc_now() - timedelta(minutes=11)
    with pytest.raises(TooLateToUndo):
        service.take_back_sheet(agent, sheet_id=key)


def test_a_councillor_and_a_resident_type_nothing(app_context: Flask) -> None:
    town, places, consultation, _, _, _ = add_asked()
    before = held()
    for who in (add_person(lives_in=places[0]), add_person(roles=((Role.COUNCILLOR, town),))):
        with pytest.raises(NotAllowed):
            service.type_sheet(actor_of(who), consultation_id=consultation, typed=sheet(supports="a"))
        with pytest.raises(NotAllowed):
            service.print_sheets(actor_of(who), consultation_id=consultation, count=1)
    assert held() == before


def test_names_are_forgotten_six_months_after_the_end(app_context: Flask) -> None:
    _, _, consultation, _, _, agent = add_asked()
    key = service.type_sheet(
        agent, consultation_id=consultation, typed=sheet(supports="a", name="Rose Dupré")
    )
    closes = max(phase.closes_at for phase in db.session.get_one(Consultation, consultation).phases)

    assert service.forget_old_names(closes + timedelta(days=179)) == 0
    assert service.forget_old_names(closes + timedelta(days=181)) == 1
    db.session.rollback()
    assert db.session.get_one(ContributionSheet, key).name is None


def test_an_agent_prints_then_types_by_the_page_and_undoes_the_last(app: Flask) -> None:
    with app.app_context():
        _, _, consultation, proposals, _, agent = add_asked()
        key = agent.id
    client = sign_in(app, key)
    sheets = f"/consultations/{consultation}/feuilles"

    printed = client.get(post_form(client, sheets, count="2").headers["Location"]).get_data(as_text=True)  # type: ignore[attr-defined]
    first, second = re.findall(r'reply__number">([\w-]+)<', printed)
    assert "Il faut éteindre la nuit." in printed
    assert "A – Idée 0" in plain(printed)
    assert "autofocus" in client.get(f"{sheets}/saisie").get_data(as_text=True)
    refused = post_form(
        client, f"{sheets}/saisie", number=first, received_on=town_today().isoformat(), stances="zz"
    )
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert f'value="{first}"' in refused.get_data(as_text=True)  # type: ignore[attr-defined]
    done = post_form(
        client, f"{sheets}/saisie", number=first, received_on=town_today().isoformat(), channel="mail",
        supports="a", title="Des bancs au lavoir", name="Rose Dupré",
    )  # fmt: skip
    next_page = client.get(done.headers["Location"]).get_data(as_text=True)  # type: ignore[attr-defined]
    assert "moyen=mail" in done.headers["Location"]  # type: ignore[attr-defined]
    assert f"Feuille {first} saisie." in plain(next_page)
    undo = re.search(r'action="(/feuilles/(\d+)/annulation)"', next_page)
    assert undo is not None
    seen = client.get(f"/feuilles/{undo[2]}").get_data(as_text=True)
    assert "Rose Dupré" in seen
    with app.app_context():
        entries = db.session.scalars(sa.select(AuditEntry).filter_by(fact="ContributionNameSeen")).all()
        assert [entry.actor_id for entry in entries] == [key]
        proposal = db.session.scalars(sa.select(Proposal).filter_by(title="Des bancs au lavoir")).one().id
    public = plain(app.test_client().get(f"/propositions/{proposal}").get_data(as_text=True))
    assert "reçue par courrier" in public
    assert "Rose" not in public
    post_form(client, undo[1])
    with app.app_context():
        assert counts_of(proposals[0])[0] == 0
    assert second in client.get(f"{sheets}/imprimer?first=1&last=9").get_data(as_text=True)


def test_the_api_types_sheets_and_counts_every_channel(app: Flask) -> None:
    with app.app_context():
        town, places, consultation, _, _, agent = add_asked()
        token = bearer(app, agent.id)
        for n in range(6):
            person = add_person(f"Ada {n}", lives_in=places[0])
            add_proposal(town, author=person, consultation=consultation, title=f"Autre {n}")
    client = app.test_client()
    address = f"/api/v1/consultations/{consultation}"
    for _ in range(5):
        answer = client.post(
            f"{address}/sheets", json={"channel": "telephone", "received_on": town_today().isoformat(), "supports": "b"}, headers=token
        )  # fmt: skip
        assert answer.status_code == 201
    web = client.post(f"{address}/sheets", json={"channel": "web", "received_on": town_today().isoformat(), "supports": "b"}, headers=token)  # fmt: skip
    assert web.status_code == 422

    assert client.get(f"{address}/participation").get_json() == {
        "people": 11,
        "channels": [{"channels": ["web"], "people": 6}, {"channels": ["telephone"], "people": 5}],
    }
    page = plain(client.get(f"/consultations/{consultation}").get_data(as_text=True))
    assert "11 personnes ont pris part : 6 sur internet, 5 par téléphone." in page
    assert client.delete(f"/api/v1/sheets/{answer.get_json()['id']}", headers=token).status_code == 204
    assert client.get(f"{address}/participation").get_json()["people"] == 10


def test_a_consultation_that_asks_nothing_on_paper_says_so(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        consultation = add_consultation(town, activities=(Activity.READ, Activity.VOTE))
        agent = add_person("Agnès", roles=((Role.AGENT, town),))
    page = plain(sign_in(app, agent).get(f"/consultations/{consultation}/feuilles").get_data(as_text=True))
    assert "rien qui s’écrive sur une feuille" in page
