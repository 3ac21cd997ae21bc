"""Sealed polls: one whose codes have come, one in whose box people vote, one that awaits a trustee, one that was opened, papers included.

The trustees' secret keys and some codes are written in the content: whoever tries the demonstration can vote, and open a box with
``belenios-tool``. Nothing of a real poll is ever made here.
"""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from civic.accounts.queries import get_actor, names_of
from civic.demo.script import Script
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.kernel.work import find_work
from civic.voting import queries as polls
from civic.voting.booth import queries
from civic.voting.booth.models import SealedPoll, SealedTrustee
from civic.voting.booth.paper import PaperCount, PaperQuestion
from civic.voting.booth.service import casting, opening, paper
from civic.voting.models import Poll, RollEntry
from civic.voting.rules import BallotChannel, draw_receipt
from civic.voting.sealed.ballots import make_ballot, read_ballot
from civic.voting.sealed.box import CheckedBallot
from civic.voting.sealed.credentials import draw_code, public_credential
from civic.voting.sealed.election import SealedElection, read_sealed_election
from civic.voting.sealed.group import Number
from civic.voting.sealed.parsing import compact_json
from civic.voting.sealed.tally import EncryptedTally, add_up, decrypt_part
from civic.voting.sealed.trustees import prove_trustee_key
from civic.voting.service.polls import freeze_poll

FROZEN_BEFORE = timedelta(days=2)


def build_sealed_poll(script: Script, poll: Poll, values: dict[str, Any]) -> None:
    """Make a draft a sealed poll, then have it live as far as the content says."""
    wanted = values["sealed"]
    _tell_codes(script, poll, wanted["codes"])
    codes = _draw_codes(script, poll, wanted["codes"])
    sealed = _seal(poll, wanted, codes)
    if values["status"] == "draft":
        return
    agent_id = script.ids[values["opened_by"]]
    freeze_poll(poll, now=poll.opens_at - FROZEN_BEFORE, actor_id=agent_id)
    never = {script.ids[key] for key in values["has_not_voted"]}
    _vote(script, poll, sealed, wanted["ballots"], codes, never)
    if values["status"] == "closed":
        if "paper" in wanted:
            _mark_papers(script, poll, wanted["paper"], agent_id)
        tally = _end_box(poll.id)
        if "paper" in wanted:
            _count_papers(script, poll.id, wanted["paper"])
        _open_box(poll.id, agent_id, wanted["trustees"], tally, done=wanted.get("trustees_done"))


def _tell_codes(script: Script, poll: Poll, codes: dict[str, str]) -> None:
    """Write the codes to try in what the poll says of itself: there is no letter in a demonstration."""
    if not codes:
        return
    names = names_of({script.ids[key] for key in codes})
    lines = [f"- {names[script.ids[key]]} : `{code}`" for key, code in codes.items()]
    told = "**Codes de démonstration.** Dans un vrai vote scellé, chaque personne reçoit le sien par lettre."
    poll.description_source += "\n\n" + "\n".join([told, "", *lines])
    poll.description_html = markdown_to_html(poll.description_source)


def _draw_codes(script: Script, poll: Poll, given: dict[str, str]) -> dict[int, str]:
    """Return a code for each person who will be on the roll."""
    known = {script.ids[key]: code for key, code in given.items()}
    return {
        voter.person_id: known.get(voter.person_id) or draw_code(script.rng.choice)
        for voter in polls.list_eligible(poll)
    }


def _seal(poll: Poll, wanted: dict[str, Any], codes: dict[int, str]) -> SealedPoll:
    listed = compact_json(
        sorted((public_credential(code, wanted["uuid"]) for code in codes.values()), key=int)
    )
    is_confirmed = wanted["are_codes_confirmed"]
    sealed = SealedPoll(
        poll_id=poll.id,
        uuid=wanted["uuid"],
        authority=wanted["authority"],
        codes=listed if is_confirmed else "",
        code_count=len(codes) if is_confirmed else 0,
        sent_codes="" if is_confirmed else listed,
        trustees=[
            SealedTrustee(
                position=position,
                name=trustee["name"],
                public_key=compact_json(prove_trustee_key(Number(int(trustee["private_key"])))),
            )
            for position, trustee in enumerate(wanted["trustees"], start=1)
        ],
    )
    db.session.add(sealed)
    db.session.flush()
    return sealed


def _vote(
    script: Script,
    poll: Poll,
    sealed: SealedPoll,
    ballots: list[dict[str, Any]],
    codes: dict[int, str],
    never: set[int],
) -> None:
    """Put ballots in the box, in an order drawn at random. They are ours: their proofs need no checking."""
    election = read_sealed_election(sealed.election or "")
    roll = sa.select(RollEntry.person_id).filter_by(poll_id=poll.id).order_by(RollEntry.id)
    votes = [one["votes"] for one in ballots for _ in range(one["count"])]
    script.rng.shuffle(votes)
    voters = script.rng.sample([one for one in db.session.scalars(roll) if one not in never], len(votes))
    for person_id, vote in zip(voters, votes, strict=True):
        assert person_id is not None
        casting.enter(poll, person_id, _make_ballot(election, codes[person_id], vote))


def _make_ballot(election: SealedElection, code: str, votes: list[list[int]]) -> CheckedBallot:
    ballot = read_ballot(election, make_ballot(election, code, votes))
    return CheckedBallot(ballot.raw, ballot.credential, ballot.tracker, ballot.marks, replaces=None)


def _mark_papers(script: Script, poll: Poll, values: dict[str, Any], agent_id: int) -> None:
    """Note who votes on paper, among those who did not vote online."""
    left = sa.select(RollEntry.person_id).filter_by(poll_id=poll.id, has_voted=False).order_by(RollEntry.id)
    for person_id in script.rng.sample(list(db.session.scalars(left)), values["papers"]):
        assert person_id is not None
        polls.mark_voted(
            poll.id,
            person_id,
            channel=BallotChannel.PAPER,
            receipt=draw_receipt(),
            registered_by_id=agent_id,
        )


def _count_papers(script: Script, poll_id: int, values: dict[str, Any]) -> None:
    """Two agents find the same."""
    questions = tuple(
        PaperQuestion(one["blank"], one["void"], tuple(tuple(row) for row in one["rows"]))
        for one in values["questions"]
    )
    count = PaperCount(values["papers"], questions)
    for key in values["counted_by"]:
        paper.enter_paper_count(get_actor(script.ids[key]), poll_id=poll_id, count=count)


def _end_box(poll_id: int) -> EncryptedTally:
    """End the box, and add it up at once. Returns the encrypted sums."""
    opening.end_box(poll_id=poll_id)
    adding = find_work(f"{opening.ADD_UP}:{poll_id}")
    assert adding is not None
    is_finished = opening.add_some_ballots(adding)
    assert is_finished, "a demonstration has few ballots"
    db.session.delete(adding)
    election = read_sealed_election(queries.get_sealed(poll_id).election or "")
    counted = queries.list_counted_ballots(poll_id, after=-1, most=opening.BALLOTS_PER_STEP)
    return add_up(election, (read_ballot(election, text) for _, text in counted))


def _open_box(
    poll_id: int, agent_id: int, trustees: list[dict[str, str]], tally: EncryptedTally, *, done: int | None
) -> None:
    """Have trustees do their part, all of them when ``done`` is None: the result is then counted and published."""
    election = read_sealed_election(queries.get_sealed(poll_id).election or "")
    agent = get_actor(agent_id)
    for number, trustee in enumerate(trustees[:done], start=1):
        part = decrypt_part(election, Number(int(trustee["private_key"])), tally)
        opening.give_decryption(agent, poll_id=poll_id, trustee=number, text=part)
