"""Draws by lot of the demonstration: one that was drawn and answered, one whose seed is awaited, one being prepared; and calls for candidates."""

import random
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from civic.councils.calls.models import Candidacy, CandidateCall
from civic.councils.calls.service.writing import FORGET
from civic.councils.calls.states import FORGET_AFTER, Sex, Way
from civic.councils.models import Council
from civic.councils.sortition import lists, queries, rules
from civic.councils.sortition.models import Draw, DrawnPlace
from civic.councils.sortition.rules import Entrant
from civic.councils.sortition.service.preparing import ERASE, keep_list
from civic.councils.sortition.states import PlaceState, due_of
from civic.demo.script import Script
from civic.demo.town_council import build_records
from civic.kernel import outbox
from civic.kernel.clock import iso_utc
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html

Values = dict[str, Any]
KEEP_DAYS = 90
DRAWN = "lucas-perrault"
"""Who signs in and finds that he was drawn."""
MOST_AGREE = 0.8
"""How many candidates let their name be read."""
CRITERIA = ("sexe", "âge", "quartier")
SEXES, AGES = ("femme", "homme"), ("16 à 29 ans", "30 à 59 ans", "60 ans et plus")
PLACES = ("Centre", "Bords de Serelle", "Plateau")


def build_lots(script: Script) -> None:
    """After the people and the council: some of them apply. What the municipal council decided stands beside."""
    build_draws(script)
    build_calls(script)
    build_records(script)


def build_draws(script: Script) -> None:
    for values in script.read("draws.json")["draws"]:
        draw = _build_draft(script, values)
        if values["frozen_in_days"] is not None:
            _freeze(script, draw, values)
        if values["drawn_in_days"] is not None:
            _draw(script, draw, values)


def _build_draft(script: Script, values: Values) -> Draw:
    draw = Draw(
        territory_id=script.town_id,
        title=values["title"],
        purpose=values["purpose"],
        seats=values["seats"],
        substitutes=values["substitutes"],
        keep_days=KEEP_DAYS,
        answer_days=values["answer_days"],
        shows_list=True,
        created_at=script.days(values["created_in_days"]),
        counts={},
    )
    keep_list(draw, CRITERIA, _people(values))
    db.session.add(draw)
    db.session.flush()
    return draw


def _people(values: Values) -> list[Entrant]:
    """Return who is on a list: drawn by its own title, so that nothing else of the town depends on it."""
    rng = random.Random(values["key"])
    return [
        Entrant(
            str(number),
            (
                rng.choice(SEXES),
                rng.choices(AGES, weights=(2, 4, 4))[0],
                rng.choices(PLACES, weights=(5, 3, 4))[0],
            ),
        )
        for number in range(1, values["people"] + 1)
    ]


def _freeze(script: Script, draw: Draw, values: Values) -> None:
    draw.frozen_at, draw.seed_source = script.days(values["frozen_in_days"]), values["seed_source"]
    draw.seed_at = script.on(values["seed_in_days"], "20:50")
    draw.list_sha256 = lists.fingerprint(draw.list_text)
    draw.rules_text = lists.write_rules(
        queries.plan_of(draw),
        list_sha256=draw.list_sha256,
        seed_source=draw.seed_source,
        seed_at=iso_utc(draw.seed_at),
    )
    _owe_erasing(script, draw, draw.seed_at)


def _owe_erasing(script: Script, draw: Draw, since: datetime) -> None:
    draw.erase_at = since + timedelta(days=KEEP_DAYS)
    outbox.owe(ERASE, {"draw_id": draw.id}, now=script.now, due_at=draw.erase_at)


def _draw(script: Script, draw: Draw, values: Values) -> None:
    plan, entrants = queries.plan_of(draw), queries.entrants_of(draw)
    drawn = rules.draw(plan, entrants, values["seed"])
    if drawn is None:
        raise ValueError(f"The quotas of {values['key']} cannot be held.")
    draw.seed, draw.witnesses = values["seed"], values["witnesses"]
    draw.drawn_at = script.days(values["drawn_in_days"])
    draw.result_text = lists.write_result(drawn, seed=draw.seed or "", list_sha256=draw.list_sha256 or "")
    draw.counts = {
        criterion: rules.shown_counts(counts)
        for criterion, counts in lists.counts_of(draw.criteria, entrants).items()
    }
    _owe_erasing(script, draw, draw.drawn_at)
    answers = dict(zip(drawn.panel, values["answers"], strict=False))
    declined = [number for number, said in answers.items() if not said]
    coming = lists.replace_all(plan, entrants, drawn, declined)
    called = [(number, None) for number in drawn.panel] + [(new, old) for old, new in coming if new]
    waiting = next(number for number in drawn.panel if number not in answers)
    for rank, (number, replaces) in enumerate(called, start=1):
        _place(script, draw, number, replaces, rank, answers.get(number))
    db.session.flush()
    queries.get_place_alone(draw.id, waiting).person_id = script.ids[DRAWN]


def _place(
    script: Script, draw: Draw, number: str, replaces: str | None, rank: int, said: bool | None
) -> None:
    called_at = draw.drawn_at or script.now
    called = called_at + timedelta(days=3 if replaces else 0)
    states = {True: PlaceState.ACCEPTED, False: PlaceState.DECLINED, None: PlaceState.CALLED}
    db.session.add(
        DrawnPlace(
            draw_id=draw.id,
            number=number,
            rank=rank,
            replaces=replaces,
            state=states[said],
            called_at=called,
            due_at=due_of(called, answer_days=draw.answer_days, erase_at=draw.erase_at),
            answered_at=None if said is None else called_at + timedelta(days=2),
        )
    )


def build_calls(script: Script) -> None:
    for values in script.read("calls.json")["calls"]:
        council = db.session.scalars(sa.select(Council).order_by(Council.id)).first()
        has_council = values["of_council"] and council is not None
        call = CandidateCall(
            territory_id=council.territory_id if has_council and council else script.town_id,
            council_id=council.id if has_council and council else None,
            title=values["title"],
            body_source=values["body"],
            body_html=markdown_to_html(values["body"]),
            seats=values["seats"],
            way=Way(values["way"]),
            opens_at=script.on(values["opens_in_days"], "08:00"),
            closes_at=script.on(values["closes_in_days"], "20:00"),
            least_age=values["least_age"],
            asks_sex=values["asks_sex"],
            shows_candidates=True,
            created_at=script.on(values["opens_in_days"] - 2, "10:00"),
            published_at=script.on(values["opens_in_days"] - 1, "10:00"),
        )
        db.session.add(call)
        db.session.flush()
        _apply(script, call, values)
        outbox.owe(FORGET, {"call_id": call.id}, now=script.now, due_at=call.closes_at + FORGET_AFTER)


def _apply(script: Script, call: CandidateCall, values: Values) -> None:
    """Those who apply live there; who is chosen applied first."""
    people = script.people_of(
        set(script.residents) if call.territory_id == script.town_id else {call.territory_id}
    )[3::7][: values["candidates"]]
    rng = random.Random(call.title)
    for rank, person_id in enumerate(people):
        db.session.add(
            Candidacy(
                call_id=call.id,
                person_id=person_id,
                text=values["texts"][rank % len(values["texts"])],
                sex=rng.choice((Sex.WOMAN, Sex.MAN)) if call.asks_sex else None,
                is_shown=rng.random() < MOST_AGREE,
                applied_at=call.opens_at + timedelta(hours=5 + 7 * rank),
                is_chosen=values["outcome"] is not None and rank < call.seats,
            )
        )
    if values["outcome"] is not None:
        call.outcome, call.decided_at = values["outcome"], call.closes_at + timedelta(days=9)
