"""Closed polls, open ones, drafts, of every way of answering; the council that asked for one of them."""

import json
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from civic.accounts.queries import names_of
from civic.councils.models import Council, Seat, Sitting, SittingVoice, SittingVote
from civic.councils.rules import SeatOrigin, SeatRole, VoiceAnswer
from civic.demo.script import Script
from civic.demo.sealed_votes import build_sealed_poll
from civic.demo.sittings import build_sittings
from civic.kernel.database import db
from civic.kernel.sealing import keyed_digest
from civic.kernel.text import markdown_to_html
from civic.voting.answers import BLANK, write_ballot
from civic.voting.asking import BALLOT_KINDS, read_terms, write_terms
from civic.voting.methods import ballots as methods
from civic.voting.methods.ballots import choosing
from civic.voting.models import Ballot, Choice, Poll, Question, RollEntry
from civic.voting.queries import question_plan
from civic.voting.rehearsal import draw_ballot
from civic.voting.rules import BallotChannel, draw_receipt, draw_seed, normalised_receipt
from civic.voting.service.polls import freeze_poll

CALLED_BEFORE, MINUTES_WRITTEN_AFTER = timedelta(days=10), timedelta(days=8)
LIVE_SINCE_HOURS = 0.8
OPENS_AT, CLOSES_AT = "08:00", "20:00"
ORIGINS = {"elected": SeatOrigin.ELECTED, "drawn_by_lot": SeatOrigin.DRAWN, "appointed": SeatOrigin.APPOINTED}


def build_polls(script: Script) -> None:
    for values in script.read("polls.json")["polls"]:
        poll = build_poll(script, values)
        script.ids[values["key"]] = poll.id
        if "sealed" in values:
            build_sealed_poll(script, poll, values)
        elif values["status"] != "draft":
            agent_id = script.ids[values["opened_by"]]
            freeze_poll(poll, now=poll.opens_at - timedelta(days=2), actor_id=agent_id)
            voters = mark_voters(script, poll, values, agent_id)
            if "questions" in values:
                _draw_ballots(script, poll, values, voters)
            else:
                put_in_box(poll, _answers(poll, values, voters))


def build_poll(script: Script, values: dict[str, Any]) -> Poll:
    opens_at = script.on(values["opens_in_days"], OPENS_AT)
    description = values["description"]
    if values["conclusion"]:
        description += f"\n\n**La suite.** {values['conclusion']['text']}"
    poll = Poll(
        territory_id=script.territories[values["roll"]["territory"]],
        author_id=script.ids[values["opened_by"]],
        question=values["question"],
        description_source=description,
        description_html=markdown_to_html(description),
        plain_text=values["plain_text"],
        opens_at=opens_at,
        closes_at=script.on(values["closes_in_days"], CLOSES_AT),
        minimum_age=values["roll"]["minimum_age"],
        needs_verified_residency=values["roll"]["residency"] == "verified",
        quorum_percent=values["quorum_percent"],
        shows_turnout=True,
        roll_salt=secrets.token_hex(32),
        tie_seed=draw_seed(),
        created_at=min(opens_at - timedelta(days=5), script.now),
    )
    poll.questions = (
        [_question(position, asked) for position, asked in enumerate(values["questions"], start=1)]
        if "questions" in values
        else [_usual_question(values)]
    )
    db.session.add(poll)
    db.session.flush()
    return poll


def _usual_question(values: dict[str, Any]) -> Question:
    """The one question of a poll that is answered by one choice; the blank vote, offered everywhere, is not one of them."""
    offered = [choice for choice in values["choices"] if not choice["is_blank"]]
    choices = [
        Choice(position=position, label=choice["label"], text=choice["description"])
        for position, choice in enumerate(offered, start=1)
    ]
    return Question(position=1, text=values["question"], choices=choices)


def _question(position: int, values: dict[str, Any]) -> Question:
    choices = [
        Choice(
            position=place,
            label=choice["label"],
            text=choice["description"],
            cost_cents=choice.get("cost_euros", 0) * 100,
        )
        for place, choice in enumerate(values["choices"], start=1)
    ]
    return Question(
        position=position,
        text=values["text"],
        method=values["method"],
        ballot_kind=BALLOT_KINDS[values["method"]][0],
        terms=write_terms(read_terms(json.dumps(values["terms"]))),
        choices=choices,
    )


def mark_voters(script: Script, poll: Poll, values: dict[str, Any], agent_id: int) -> int:
    """Draw who voted, and by which door. Returns how many did."""
    entries = list(db.session.scalars(sa.select(RollEntry).filter_by(poll_id=poll.id).order_by(RollEntry.id)))
    turnout = round(len(entries) * values["turnout_percent"] / 100)
    surely = {script.ids[key] for key in values["has_voted"]}
    never = {script.ids[key] for key in values["has_not_voted"]}
    voters = [entry for entry in entries if entry.person_id in surely]
    others = [entry for entry in entries if entry.person_id not in surely | never]
    voters += script.rng.sample(others, max(0, turnout - len(voters)))
    for entry in voters:
        is_paper = script.rng.random() * 100 < values["paper_share_percent"]
        entry.has_voted = True
        entry.channel = BallotChannel.PAPER if is_paper else BallotChannel.WEB
        entry.registered_by_id = agent_id if is_paper else None
        entry.receipt_digest = keyed_digest("receipt", normalised_receipt(draw_receipt()))
    return len(voters)


def _draw_ballots(script: Script, poll: Poll, values: dict[str, Any], count: int) -> None:
    """Ballots that keep to the rules of each question, as a rehearsal draws them: what is more liked is named more often."""
    for question, asked in zip(poll.questions, values["questions"], strict=True):
        plan = question_plan(question)
        favour = {
            option.id: choice["liking"] for option, choice in zip(plan.options, asked["choices"], strict=True)
        }
        drawn = [draw_ballot(plan, script.rng, favour) for _ in range(count)]
        db.session.add_all(
            [Ballot(poll_id=poll.id, question_id=question.id, content=write_ballot(one)) for one in drawn]
        )


def _answers(poll: Poll, values: dict[str, Any], count: int) -> list[methods.Ballot]:
    """Exactly the shares of the content, on which what the town hall says of the result rests."""
    (question,) = poll.questions
    keys = iter([choice.key for choice in question.choices])
    answers = [BLANK if choice["is_blank"] else choosing([next(keys)]) for choice in values["choices"]]
    counts = _apportion(count, [choice["share_percent"] for choice in values["choices"]])
    return [answer for answer, how_many in zip(answers, counts, strict=True) for _ in range(how_many)]


def put_in_box(poll: Poll, answers: Iterable[methods.Ballot]) -> None:
    (question,) = poll.questions
    db.session.add_all(
        [Ballot(poll_id=poll.id, question_id=question.id, content=write_ballot(answer)) for answer in answers]
    )


def _apportion(total: int, percents: list[int]) -> list[int]:
    """Return whole numbers that add up to ``total``, in these proportions, by the largest remainders."""
    counts = [total * percent // 100 for percent in percents]
    by_remainder = sorted(range(len(percents)), key=lambda index: -(total * percents[index] % 100))
    for index in by_remainder[: total - sum(counts)]:
        counts[index] += 1
    return counts


def build_council(script: Script) -> None:
    values = script.read("council.json")["council"]
    founded = script.days(values["founded_in_days"])
    council = Council(
        territory_id=script.territories[values["territory"]],
        name=values["name"],
        page_source=values["page"],
        page_html=markdown_to_html(values["page"]),
        created_at=founded,
        updated_at=founded,
    )
    db.session.add(council)
    db.session.flush()
    script.ids[values["key"]] = council.id
    holders = [script.ids[seat["holder"]] for seat in values["seats"] if seat["holder"]]
    names = names_of(set(holders))
    for seat in values["seats"]:
        holder = script.ids[seat["holder"]] if seat["holder"] else None
        since = seat["since_in_days"] if seat["since_in_days"] is not None else -30
        db.session.add(
            Seat(
                council_id=council.id,
                person_id=holder,
                name=names[holder] if holder else None,
                role=SeatRole(seat["role"]),
                origin=ORIGINS[seat["origin"]],
                since=script.on(since).date(),
            )
        )
    for sitting in values["sittings"]:
        held = _sitting(script, sitting, council.id)
        db.session.add(held)
        db.session.flush()
        script.ids[sitting["key"]] = held.id
        for motion in sitting["motions"]:
            _build_named_vote(held, motion, proposer_id=script.ids[motion["proposer"]])
    build_sittings(script)


def _sitting(script: Script, values: dict[str, Any], council_id: int) -> Sitting:
    agenda = "\n".join(f"{number}. {item}" for number, item in enumerate(values["agenda"], start=1))
    minutes = values["minutes"]
    for motion in values["motions"]:
        votes = f"{motion['votes_for']} pour, {motion['votes_against']} contre, {motion['abstentions']} abstention(s)"
        minutes += f"\n\n**Motion.** {motion['text']}\n\n*Vote : {votes}.*"
    starts_at = (
        script.hours(-LIVE_SINCE_HOURS)
        if values["status"] == "live"
        else script.on(values["in_days"], values["starts_at"])
    )
    called_at = min(starts_at - CALLED_BEFORE, script.days(-6))
    return Sitting(
        council_id=council_id,
        title=values["title"],
        starts_at=starts_at,
        place=values["place"],
        plain_text=values["plain_text"],
        agenda_source=agenda,
        agenda_html=markdown_to_html(agenda),
        minutes_source=minutes,
        minutes_html=markdown_to_html(minutes) if minutes else "",
        published_at=called_at,
        updated_at=min(starts_at + MINUTES_WRITTEN_AFTER, script.now) if minutes else called_at,
    )


def _build_named_vote(sitting: Sitting, motion: dict[str, Any], *, proposer_id: int) -> None:
    """The voices of a motion: who proposed it, then the others who vote, in the order of their seats; the last took no part."""
    of_council = sa.select(Seat).where(Seat.council_id == sitting.council_id, Seat.role != SeatRole.OBSERVER)
    seats = list(db.session.scalars(of_council.order_by(Seat.id)))
    answers = (
        [VoiceAnswer.FOR] * motion["votes_for"]
        + [VoiceAnswer.AGAINST] * motion["votes_against"]
        + [VoiceAnswer.ABSTAIN] * motion["abstentions"]
    )
    opened_at = sitting.starts_at + timedelta(minutes=70)
    vote = SittingVote(
        sitting_id=sitting.id,
        motion=motion["text"],
        seats=len(seats),
        quorum_percent=50,
        opened_at=opened_at,
        closed_at=opened_at + timedelta(minutes=6),
    )
    db.session.add(vote)
    db.session.flush()
    held = sorted((seat for seat in seats if seat.name), key=lambda seat: seat.person_id != proposer_id)
    for place, seat in enumerate(held):
        db.session.add(
            SittingVoice(
                vote_id=vote.id,
                seat_id=seat.id,
                name=seat.name or "",
                is_chair=seat.role is SeatRole.CHAIR,
                answer=answers[place] if place < len(answers) else None,
            )
        )
