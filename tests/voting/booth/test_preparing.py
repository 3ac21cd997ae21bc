"""Sealing a draft: what is lacking is said, what is wrong is refused, and what is frozen no longer changes."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from civic.kernel.clock import utc_now
from civic.kernel.errors import NotAllowed, Refusal
from civic.voting import queries as polls
from civic.voting.asking import QuestionPlan
from civic.voting.booth import queries
from civic.voting.booth.errors import (
    AwaitsTrustees,
    CodesChanged,
    CodesRefused,
    DecryptionRefused,
    MethodNotSealed,
    NotToBeOpenedYet,
    SealingIncomplete,
    TrusteeRefused,
)
from civic.voting.booth.service import opening, preparing, reading
from civic.voting.errors import PollFrozen
from civic.voting.register.queries import published_lines
from civic.voting.sealed.credentials import draw_code
from civic.voting.sealed.group import random_exponent
from civic.voting.sealed.trustees import prove_trustee_key
from civic.voting.sealed.verify import verify_archive
from civic.voting.service import counting
from tests.voting import belenios as tool
from tests.voting.booth.making import BLANK, NO, YES, Made, make, make_open, relay
from tests.voting.booth.story import NAMES, SEVERAL, YES_NO
from tests.voting.sealed.belenios import Belenios


def test_what_is_lacking_is_said_and_nothing_opens(app_context: Flask) -> None:
    made = make()
    preparing.seal_poll(made.agent, poll_id=made.poll_id)

    with pytest.raises(SealingIncomplete) as refused:
        made.open()
    assert "nommez le tiers" in str(refused.value.values["lacks"])
    assert "deux dépositaires" in str(refused.value.values["lacks"])

    preparing.name_authority(made.agent, poll_id=made.poll_id, name="Maître Simon")
    made.take_codes(1)
    made.add_trustee("Anne")
    made.add_trustee("Boris")
    with pytest.raises(SealingIncomplete) as refused:
        made.open()
    assert "1 codes" in str(refused.value.values["lacks"])
    assert polls.get_poll(made.poll_id).rules_hash is None

    made.take_codes(2)
    assert made.open() == polls.get_poll(made.poll_id).rules_hash


def test_what_is_frozen_says_what_is_sealed_and_changes_with_it(app_context: Flask) -> None:
    made = make_open()
    poll = polls.get_poll(made.poll_id)

    frozen = json.loads(polls.rules_document(poll))["sealed"]

    assert frozen["election"] == queries.get_sealed(made.poll_id).fingerprint
    assert verify_archive(made.archive()).is_valid


CHANGES: list[Callable[[Made], object]] = [
    lambda made: preparing.seal_poll(made.agent, poll_id=made.poll_id),
    lambda made: preparing.unseal_poll(made.agent, poll_id=made.poll_id),
    lambda made: preparing.name_authority(made.agent, poll_id=made.poll_id, name="Un autre"),
    lambda made: preparing.send_codes(made.agent, poll_id=made.poll_id, text="[]"),
    lambda made: preparing.confirm_codes(made.agent, poll_id=made.poll_id, digest=""),
    lambda made: made.add_trustee("Zoé"),
    lambda made: preparing.remove_trustees(made.agent, poll_id=made.poll_id),
]


def test_once_open_nothing_of_the_sealing_changes(app_context: Flask) -> None:
    made = make_open()
    before = made.everything()

    for change in CHANGES:
        with pytest.raises(PollFrozen):
            change(made)

    assert made.everything() == before
    assert published_lines(made.poll_id).count('"kind":"refused"') == len(CHANGES)


def test_who_is_not_an_agent_prepares_nothing_and_never_reads_the_names(app_context: Flask) -> None:
    made = make()
    preparing.seal_poll(made.agent, poll_id=made.poll_id)

    assert [name for name, _ in preparing.list_names(made.agent, poll_id=made.poll_id)] == [
        "Voter 0",
        "Voter 1",
    ]
    for act in (preparing.seal_poll, preparing.unseal_poll, preparing.list_names, preparing.show_sealing):
        with pytest.raises(Refusal):
            act(made.voters[0], poll_id=made.poll_id)


def test_a_ranking_or_a_budget_is_not_sealed(app_context: Flask) -> None:
    ranked = QuestionPlan("Dans quel ordre ?", YES_NO.choices, method="schulze")
    made = make(questions=(YES_NO, ranked))

    with pytest.raises(MethodNotSealed) as refused:
        preparing.seal_poll(made.agent, poll_id=made.poll_id)

    assert refused.value.values == {"number": 2}
    assert not queries.is_sealed(made.poll_id)


def test_a_list_of_codes_that_is_wrong_is_refused_whole(app_context: Flask) -> None:
    made = make()
    preparing.seal_poll(made.agent, poll_id=made.poll_id)
    good = json.loads(made.pubcreds([draw_code(), draw_code()]))
    lists = [
        "",
        "not json",
        json.dumps(good[:1] * 2),
        json.dumps([good[0], "4"]),
        json.dumps([good[0] + ",3,"]),
    ]

    for text in lists:
        with pytest.raises(CodesRefused):
            preparing.send_codes(made.agent, poll_id=made.poll_id, text=text)
    with pytest.raises(CodesChanged):
        preparing.preview_codes(made.agent, poll_id=made.poll_id)

    assert queries.get_sealed(made.poll_id).codes == ""


def test_what_tied_a_code_to_a_line_of_the_letters_is_not_kept(app_context: Flask) -> None:
    made = make()
    preparing.seal_poll(made.agent, poll_id=made.poll_id)
    named = [
        f"{code},,Jeanne Martin {number}"
        for number, code in enumerate(json.loads(made.pubcreds([draw_code(), draw_code()])))
    ]

    preparing.send_codes(made.agent, poll_id=made.poll_id, text=json.dumps(named))

    assert "Jeanne" not in queries.get_sealed(made.poll_id).sent_codes
    assert preparing.preview_codes(made.agent, poll_id=made.poll_id).count == 2


def test_a_trustee_proves_her_key_and_has_it_alone(app_context: Flask) -> None:
    made = make()
    preparing.seal_poll(made.agent, poll_id=made.poll_id)
    key = prove_trustee_key(random_exponent())
    preparing.add_trustee(made.agent, poll_id=made.poll_id, name="Anne", key=json.dumps(key))
    stolen = {**key, "pok": prove_trustee_key(random_exponent())["pok"]}

    for name, text in (
        ("Boris", json.dumps(key)),
        ("Boris", json.dumps(stolen)),
        ("Boris", "{}"),
        ("Anne", json.dumps(prove_trustee_key(random_exponent()))),
    ):
        with pytest.raises(TrusteeRefused):
            preparing.add_trustee(made.agent, poll_id=made.poll_id, name=name, key=text)

    assert [one.name for one in queries.get_sealed(made.poll_id).trustees] == ["Anne"]


def test_two_trustees_of_three_open_the_box(app_context: Flask, tmp_path: Path) -> None:
    made = make(questions=(YES_NO, NAMES, SEVERAL))
    preparing.seal_poll(made.agent, poll_id=made.poll_id)
    preparing.name_authority(made.agent, poll_id=made.poll_id, name="Maître Simon")
    made.take_codes(2)
    authority = Belenios(tmp_path)
    authority.make_threshold_trustees(3, 2)
    group = (tmp_path / "threshold.json").read_text()
    with pytest.raises(TrusteeRefused):
        preparing.set_group(made.agent, poll_id=made.poll_id, names=["Anne"], text=group)
    preparing.set_group(made.agent, poll_id=made.poll_id, names=["Anne", "Boris", "Chloé"], text=group)
    made.open()
    blank_of_several = [1, 0, 0, 0]
    made.vote(0, [*YES, [0, 1, 0, 0], [0, 0, 1, 0], blank_of_several])
    made.vote(1, [*BLANK, [1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 1, 0]])

    with time_machine.travel(utc_now() + timedelta(days=8), tick=False):
        relay()
        assert reading.show_sealed(made.agent, poll_id=made.poll_id).missing == 2
        assert made.give(3, _part_of_group(made, tmp_path, 3)) is False
        assert made.give(1, _part_of_group(made, tmp_path, 1)) is True
        assert verify_archive(made.archive()).is_valid
        names = counting.tally_of(made.agent, made.poll_id, 2)
        assert (names.turnout, names.blank, names.winners[0]) == (2, 1, "c1")
        several = counting.tally_of(made.agent, made.poll_id, 3)
        assert (several.turnout, several.blank, set(several.winners)) == (2, 1, {"c1", "c2"})


def _part_of_group(made: Made, folder: Path, number: int) -> str:
    copy = folder / f"copy-{number}"
    copy.mkdir()
    (copy / "box.bel").write_bytes(made.archive())
    tool.verify(copy)
    key = sorted(folder.glob("*.key"))[number - 1]
    own = ("--key", str(key), "--decryption-key", str(key.with_suffix(".dkey")))
    return tool.tool(copy, "election", "decrypt-threshold", *own, "--trustee-id", str(number))


def test_the_box_opens_after_the_closing_alone_and_by_its_own_trustees(app_context: Flask) -> None:
    made = make_open()
    made.vote(0, YES)
    made.vote(1, NO)
    with pytest.raises(NotToBeOpenedYet):
        made.give(1, "{}")
    with pytest.raises(Refusal):
        opening.end_box(poll_id=made.poll_id)

    with time_machine.travel(utc_now() + timedelta(days=8), tick=False):
        relay()
        opening.end_box(poll_id=made.poll_id)  # again: nothing more is done
        with pytest.raises(AwaitsTrustees):
            counting.tally_of(made.agent, made.poll_id, 1)
        before = made.everything()
        for trustee, text in ((1, "{}"), (1, made.part(2)), (3, made.part(1)), (2, made.part(1))):
            with pytest.raises(DecryptionRefused):
                made.give(trustee, text)
        with pytest.raises(NotAllowed):
            opening.give_decryption(made.voters[0], poll_id=made.poll_id, trustee=1, text=made.part(1))
        assert made.everything() == before

        assert made.give(1, made.part(1)) is False
        with pytest.raises(DecryptionRefused):
            made.give(1, made.part(1))
        assert made.give(2, made.part(2)) is True
        with pytest.raises(NotToBeOpenedYet):
            made.give(2, made.part(2))
        tally = counting.tally_of(made.agent, made.poll_id, 1)
        assert (tally.turnout, tally.blank) == (2, 0)
        assert verify_archive(made.archive()).is_valid


def test_a_box_in_which_nobody_voted_opens_too(app_context: Flask) -> None:
    made = make_open()

    with time_machine.travel(utc_now() + timedelta(days=8), tick=False):
        relay()
        made.give(1, made.part(1))
        assert made.give(2, made.part(2)) is True
        assert counting.tally_of(made.agent, made.poll_id, 1).turnout == 0
        assert verify_archive(made.archive()).is_valid
