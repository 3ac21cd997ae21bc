"""A secret poll of those present at a sitting, prepared and opened in one step: the assembly decides, votes, and reads the result."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.voting.access import VotingAction
from civic.voting.events import PollPrepared, RollGiven
from civic.voting.given_roll.models import GivenRoll, GivenVoter
from civic.voting.rules import PollPlan
from civic.voting.service.polls import add_draft, freeze_poll


@dataclass(frozen=True)
class Elector:
    """Who votes at a sitting. ``person_id`` None: she has no account, and votes on paper."""

    name: str
    person_id: int | None


def open_at_sitting(
    actor: Actor, *, plan: PollPlan, electors: Mapping[int, Elector], proxies: Mapping[int, int]
) -> int:
    """Freeze a poll whose roll is who is present, with those who gave their written proxy.

    Args:
        electors: by any number that tells them apart; no two are one person.
        proxies: by these numbers, who gives her voice and who carries it.

    Returns:
        The poll's id.

    Raises:
        NotAllowed: the actor opens no poll there.
        WindowReversed, BadQuestions, BadChoices, OpeningTooLate.
    """
    now = utc_now()
    with transaction():
        require(actor, VotingAction.OPEN_POLL, plan.territory_id)
        poll = add_draft(replace(plan, opens_at=now), author_id=actor.id, now=now)
        # Equals stay equal: what they decide is the council's own rule (a motion is not adopted), which no lots may contradict.
        poll.tie_seed = None
        publish(
            PollPrepared(occurred_at=now, poll_id=poll.id, territory_id=plan.territory_id, actor_id=actor.id)
        )
        persons = _give_roll(poll.id, plan.territory_id, electors, now)
        publish(RollGiven(occurred_at=now, poll_id=poll.id, actor_id=actor.id, size=len(persons)))
        carried = {persons[giver]: persons[holder] for giver, holder in proxies.items()}
        freeze_poll(poll, now=now, actor_id=actor.id, proxies=carried)
        return poll.id


def _give_roll(
    poll_id: int, territory_id: int, electors: Mapping[int, Elector], now: datetime
) -> dict[int, int]:
    """Write who votes. Who has no account becomes a person for this vote, forgotten with the list. Returns persons by number."""
    strangers = {
        number: Person(name=one.name, created_at=now)
        for number, one in electors.items()
        if one.person_id is None
    }
    db.session.add_all(strangers.values())
    db.session.add(GivenRoll(poll_id=poll_id, sent_at=now, size=len(electors), is_of_sitting=True))
    db.session.flush()
    persons = {number: one.person_id or strangers[number].id for number, one in electors.items()}
    rows = [
        {
            "poll_id": poll_id,
            "person_id": person_id,
            "territory_id": territory_id,
            "is_new": number in strangers,
        }
        for number, person_id in persons.items()
    ]
    db.session.execute(sa.insert(GivenVoter), rows)
    return persons
