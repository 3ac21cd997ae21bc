"""Consultations in each state, with what residents wrote in them and what the town hall answered."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from civic.consultations.models import Consultation, ConsultationNeighbourhood, Phase
from civic.consultations.rules import ConsultationState
from civic.demo.debating import build_debates
from civic.demo.script import Script
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.opinions import queries as opinions
from civic.opinions.models import Participant, Reaction, Stance, Statement
from civic.opinions.rules import FORGOTTEN_AFTER
from civic.opinions.service.mapping import ask_for_map
from civic.proposals.models import Answer, Argument, Proposal, Support
from civic.proposals.rules import AnswerState, Category, Decision, Side

CATEGORIES = {
    "circuler": Category.MOBILITY,
    "nature": Category.NATURE,
    "usages": Category.LEISURE,
    "rue": Category.PUBLIC_SPACES,
    "traverser": Category.MOBILITY,
    "velo": Category.MOBILITY,
    "accompagner": Category.YOUTH,
    "batiment": Category.BUILDINGS,
    "logement": Category.SOLIDARITY,
}

STRONGEST_LEAN = 42
"""Points of a hundred that a statement moves from one side to the other among those who lean most."""


def build_consultations(script: Script) -> None:
    for values in script.read("consultations.json")["consultations"]:
        consultation_id = _build_consultation(script, values)
        script.ids[values["key"]] = consultation_id
        concerned = script.neighbourhood_ids(values["neighbourhoods"])
        for proposal in values["proposals"]:
            _build_proposal(script, proposal, consultation_id, concerned)
        if values["statements"]:
            _build_statements(script, values["statements"], consultation_id, concerned)
    build_debates(script)


def _build_consultation(script: Script, values: dict[str, Any]) -> int:
    is_draft = values["status"] == "draft"
    body = values["body"]
    if values["outcome"]:
        body += f"\n\n## Ce que c’est devenu\n\n{values['outcome']['text']}"
    written = script.days(values["published_in_days"] if values["published_in_days"] is not None else -6)
    consultation = Consultation(
        territory_id=script.town_id,
        author_id=script.ids[values["author"]],
        title=values["title"],
        summary=values["summary"],
        body_source=body,
        body_html=markdown_to_html(body),
        plain_text=values["plain_text"],
        state=ConsultationState.DRAFT if is_draft else ConsultationState.PUBLISHED,
        created_at=written - timedelta(days=4),
        published_at=None if is_draft else written,
    )
    consultation.phases = [
        Phase(
            name=phase["title"],
            description=phase["description"],
            opens_at=script.on(phase["starts_in_days"]),
            closes_at=script.on(phase["ends_in_days"]),
            activities=sorted(phase["activities"]),
        )
        for phase in values["phases"]
    ]
    consultation.neighbourhoods = [
        ConsultationNeighbourhood(territory_id=script.territories[code])
        for code in values["neighbourhoods"]
        if script.territories[code] != script.town_id
    ]
    db.session.add(consultation)
    db.session.flush()
    return consultation.id


def _build_proposal(
    script: Script, values: dict[str, Any], consultation_id: int, concerned: set[int]
) -> None:
    created = script.days(values["created_in_days"])
    proposal = Proposal(
        consultation_id=consultation_id,
        territory_id=script.territories[values["neighbourhood"]]
        if values["neighbourhood"]
        else script.town_id,
        author_id=script.ids[values["author"]],
        title=values["title"],
        body_source=values["body"],
        body_html=markdown_to_html(values["body"]),
        category=CATEGORIES.get(values["category"], Category.OTHER),
        created_at=created,
        published_at=created,
    )
    db.session.add(proposal)
    db.session.flush()
    script.ids[values["key"]] = proposal.id
    proposal.argument_count = _build_arguments(script, values["arguments"], proposal.id)
    proposal.support_count = _build_supports(script, proposal, values["supporters"], concerned)
    if values["answer"]:
        _build_answers(script, values["answer"], proposal.id)


def _build_arguments(script: Script, arguments: list[dict[str, Any]], proposal_id: int) -> int:
    for values in arguments:
        argument = Argument(
            proposal_id=proposal_id,
            author_id=script.ids[values["author"]],
            side=Side(values["stance"]),
            body=values["body"],
            created_at=script.days(values["created_in_days"]),
        )
        db.session.add(argument)
        db.session.flush()
        script.ids[values["key"]] = argument.id
    return len(arguments)


def _build_supports(script: Script, proposal: Proposal, wanted: int, concerned: set[int]) -> int:
    """Draw who supports, among those who live there and had joined: never its author."""
    until = _supports_end(script, proposal.consultation_id)
    eligible = [
        person
        for person in script.people_of(concerned)
        if person != proposal.author_id and script.joined[person] < proposal.published_at
    ]
    supporters = script.rng.sample(eligible, min(wanted, len(eligible)))
    while_open = max(until - proposal.published_at, timedelta(0))
    rows = [
        {
            "proposal_id": proposal.id,
            "person_id": person,
            "created_at": proposal.published_at + while_open * script.rng.random(),
        }
        for person in supporters
    ]
    if rows:
        db.session.execute(sa.insert(Support), rows)
    return len(rows)


def _supports_end(script: Script, consultation_id: int) -> datetime:
    phases = db.session.scalars(sa.select(Phase).filter_by(consultation_id=consultation_id))
    ends = [
        phase.closes_at for phase in phases if "support" in phase.activities and phase.opens_at <= script.now
    ]
    return min(max(ends, default=script.now), script.now)


def _build_answers(script: Script, values: dict[str, Any], proposal_id: int) -> None:
    """The answer, and each piece of news of it, which is another answer."""
    told = [(values["published_in_days"], values["text"], values.get("plain_text", ""))]
    told += [
        (news["in_days"], news["text"], news.get("plain_text", "")) for news in values.get("follow_ups", [])
    ]
    for in_days, text, plain_text in told:
        published = script.days(in_days)
        db.session.add(
            Answer(
                proposal_id=proposal_id,
                author_id=script.ids[values["author"]],
                decision=Decision(values["decision"]),
                body_source=text,
                body_html=markdown_to_html(text),
                plain_text=plain_text,
                state=AnswerState.PUBLISHED,
                created_at=published - timedelta(days=2),
                published_at=published,
            )
        )


def _build_statements(
    script: Script, statements: list[dict[str, Any]], consultation_id: int, concerned: set[int]
) -> None:
    """Statements, and reactions drawn so that the shares are those of the content."""
    people = script.rng.sample(script.people_of(concerned), max(s["reactions"] for s in statements) + 60)
    participants = [Participant(consultation_id=consultation_id, person_id=person) for person in people]
    written = [
        Statement(
            consultation_id=consultation_id,
            author_id=script.ids[values["author"]],
            body=values["text"],
            created_at=script.days(values["created_in_days"]),
        )
        for values in statements
    ]
    db.session.add_all([*participants, *written])
    db.session.flush()
    ids = [participant.id for participant in participants]
    for values, statement in zip(statements, written, strict=True):
        script.ids[values["key"]] = statement.id
        db.session.execute(sa.insert(Reaction), _draw_reactions(script, values, statement.id, ids))
    ask_for_map(consultation_id, now=script.now - FORGOTTEN_AFTER)  # due at once, when the town is served
    recounted = opinions.recount(consultation_id)
    for statement in written:
        counts = recounted[statement.id]
        statement.agree_count, statement.disagree_count = counts.agree, counts.disagree
        statement.pass_count = counts.passed


def _draw_reactions(
    script: Script, values: dict[str, Any], statement_id: int, participant_ids: list[int]
) -> list[dict[str, int]]:
    stances = [Stance.AGREE, Stance.DISAGREE, Stance.PASS]
    shares = [values["agree_percent"], values["disagree_percent"], values["pass_percent"]]
    who = script.rng.sample(participant_ids, values["reactions"])
    rank = {participant_id: number for number, participant_id in enumerate(participant_ids)}
    return [
        {"participant_id": participant_id, "statement_id": statement_id, "value": stance.value}
        for participant_id in who
        for stance in script.rng.choices(
            stances, weights=_inclined(shares, values.get("lean", 0) * _side_of(rank[participant_id]))
        )
    ]


def _side_of(rank: int) -> int:
    """Return who would rather have light (1) or the night (-1), as many of each, and some of neither."""
    return (1, -1, 1, -1, 1, -1, 0)[rank % 7]


def _inclined(shares: list[int], lean: float) -> list[float]:
    """Return the shares of those of one side: what one gains the other loses, so that those of all stay about the same."""
    agree, disagree, passed = shares
    moved = max(-0.85 * agree, min(0.85 * disagree, STRONGEST_LEAN * lean))
    return [agree + moved, disagree - moved, passed]
