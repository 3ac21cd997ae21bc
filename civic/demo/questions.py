"""Polls of the made-up commune by other methods than one choice: grades, and a participatory budget."""

from typing import Any

from civic.demo.script import Script
from civic.demo.votes import CLOSES_AT, OPENS_AT, mark_voters, put_in_box
from civic.voting.asking import ChoicePlan, QuestionPlan
from civic.voting.methods.ballots import Terms
from civic.voting.models import Poll
from civic.voting.rehearsal import draw_ballot
from civic.voting.rules import PollPlan
from civic.voting.service.polls import add_draft, freeze_poll

PREPARED_DAYS_BEFORE = 5


def build_polls_by_method(script: Script) -> None:
    for values in script.read("polls_by_method.json")["polls"]:
        agent_id = script.ids[values["opened_by"]]
        plan = _plan(script, values)
        poll = add_draft(
            plan, author_id=agent_id, now=script.days(values["opens_in_days"] - PREPARED_DAYS_BEFORE)
        )
        freeze_poll(poll, now=script.days(values["opens_in_days"] - 2), actor_id=agent_id)
        script.ids[values["key"]] = poll.id
        _fill_box(script, poll, plan.questions[0], values, agent_id)


def _plan(script: Script, values: dict[str, Any]) -> PollPlan:
    choices = tuple(
        ChoicePlan(one["label"], one["text"], one.get("cost_cents", 0)) for one in values["choices"]
    )
    question = QuestionPlan(values["question"], choices, values["method"], Terms(**values["terms"]))
    return PollPlan(
        territory_id=script.territories[values["roll"]["territory"]],
        question=values["question"],
        questions=(question,),
        opens_at=script.on(values["opens_in_days"], OPENS_AT),
        closes_at=script.on(values["closes_in_days"], CLOSES_AT),
        description=values["description"],
        plain_text=values["plain_text"],
        minimum_age=values["roll"]["minimum_age"],
        needs_verified_residency=values["roll"]["residency"] == "verified",
        quorum_percent=values["quorum_percent"],
    )


def _fill_box(
    script: Script, poll: Poll, question: QuestionPlan, values: dict[str, Any], agent_id: int
) -> None:
    """Draw who voted and, apart, what the ballots say: the more an option is liked, the more."""
    voters = mark_voters(script, poll, values, agent_id)
    liked = {
        option.id: one["liking"] for option, one in zip(question.options, values["choices"], strict=True)
    }
    put_in_box(poll, [draw_ballot(question, script.rng, liked) for _ in range(voters)])
