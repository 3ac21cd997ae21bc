"""The register of a sealed poll: each step of its box is a line, and so is each attempt to change what was sealed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from civic.kernel.access import ANONYMOUS, Actor
from civic.kernel.clock import utc_now
from civic.kernel.errors import NotAllowed, NotSignedIn
from civic.voting import queries as polls
from civic.voting.booth import queries
from civic.voting.booth.service import preparing
from civic.voting.errors import PollFrozen
from civic.voting.register.chain import Line, read_register
from civic.voting.register.queries import published_lines
from civic.voting.rules import fingerprint
from tests.conftest import plain, post_form, sign_in
from tests.voting.booth.making import Made, make_open, relay


def lines_of(made: Made) -> list[Line]:
    return read_register(published_lines(made.poll_id))


def test_each_step_of_the_box_is_a_line_and_none_is_a_ballots(app_context: Flask) -> None:
    made = make_open()
    made.vote(0)
    made.vote(0)
    with time_machine.travel(utc_now() + timedelta(days=8), tick=False):
        relay()
        made.give(1, made.part(1))
        made.give(2, made.part(2))

    told = [(line.kind, line.content.get("step")) for line in lines_of(made) if line.kind != "head"]
    assert told == [
        ("frozen", None),
        ("box", "sealed"),
        ("closed", None),
        ("box", "ended"),
        ("box", "added_up"),
        ("box", "trustee"),
        ("box", "trustee"),
        ("counted", None),
        ("box", "opened"),
    ]
    sealed = queries.get_sealed(made.poll_id)
    steps = [line.content for line in lines_of(made) if line.kind == "box"]
    assert steps[0]["election"] == sealed.fingerprint
    assert steps[1]["ballots"] == 1
    assert steps[-1]["head"] == sealed.head
    heads = [entry.name for entry in queries.iterate_entries(made.poll_id)]
    assert all(f"{step['head']}.event.json" in heads for step in steps)


ACTS: dict[str, Callable[[Made, Actor], Any]] = {
    "seal": lambda made, actor: preparing.seal_poll(actor, poll_id=made.poll_id),
    "unseal": lambda made, actor: preparing.unseal_poll(actor, poll_id=made.poll_id),
    "authority": lambda made, actor: preparing.name_authority(actor, poll_id=made.poll_id, name="Un autre"),
    "send codes": lambda made, actor: preparing.send_codes(actor, poll_id=made.poll_id, text="not codes"),
    "confirm codes": lambda made, actor: preparing.confirm_codes(actor, poll_id=made.poll_id, digest="x"),
    "trustee": lambda made, actor: preparing.add_trustee(actor, poll_id=made.poll_id, name="Z", key="no key"),
    "group": lambda made, actor: preparing.set_group(actor, poll_id=made.poll_id, names=["Z"], text="none"),
    "no trustee": lambda made, actor: preparing.remove_trustees(actor, poll_id=made.poll_id),
}


def test_what_was_sealed_is_changed_by_nobody_once_open_and_who_tries_is_in_the_register(
    app_context: Flask,
) -> None:
    made = make_open()
    before = (made.everything(), fingerprint(polls.rules_document(polls.get_poll(made.poll_id))))

    for actor, refusal in (
        (made.agent, PollFrozen),
        (made.voters[0], NotAllowed),
        (ANONYMOUS, NotSignedIn),
    ):
        for act in ACTS.values():
            with pytest.raises(refusal):
                act(made, actor)

    after = (made.everything(), fingerprint(polls.rules_document(polls.get_poll(made.poll_id))))
    assert after == before
    refused = [line.content for line in lines_of(made) if line.kind == "refused"]
    assert [line["by"] for line in refused] == ["agent"] * len(ACTS) + ["person", "visitor"]
    assert {line["act"] for line in refused} == {"sealing"}


def test_the_page_of_the_secret_refuses_too_once_open_and_anyone_reads_it_in_the_register(app: Flask) -> None:
    with app.app_context():
        made = make_open()
    page = f"/scrutins/{made.poll_id}"

    for path in ("separer", "depositaires/suppression"):
        assert post_form(sign_in(app, made.agent.id), f"{page}/secret/{path}").status_code == 409

    told = plain(app.test_client().get(f"{page}/registre").get_data(as_text=True))
    assert told.count("changer le secret du vote, les codes ou les dépositaires") == 2
    assert "Urne scellée prête et vide : 2 codes de vote, 2 dépositaires de la clé." in told
