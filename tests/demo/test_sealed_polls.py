"""The sealed polls that a command adds to the demonstration commune."""

import re

from flask import Flask

from civic.accounts.queries import find_person_by_email
from civic.demo import demo_accounts
from civic.kernel.access import Actor
from civic.voting.booth.service import casting, reading
from civic.voting.sealed.ballots import make_ballot
from civic.voting.sealed.election import read_sealed_election
from civic.voting.sealed.verify import verify_archive
from civic.voting.service import counting
from tests.conftest import actor_of


def test_one_was_opened_and_the_other_can_be_tried_with_the_code_that_its_page_tells(
    aubernay: Flask,
) -> None:
    run = aubernay.test_cli_runner().invoke
    added = run(args=["demo", "sealed-polls"])
    assert added.exit_code == 0, added.output
    opened, to_try = map(int, re.findall(r"\d+", added.output)[:2])
    again = run(args=["demo", "sealed-polls"])
    assert again.exit_code == 1

    page = aubernay.test_client().get(f"/scrutins/{to_try}").get_data(as_text=True)
    code = re.search(r"Nadia Benhaddou : <code>([\w-]{19})</code>", page.replace("\u00a0", " "))
    assert code, page
    with aubernay.app_context():
        for poll_id in (opened, to_try):
            assert verify_archive(b"".join(reading.write_archive(Actor(), poll_id=poll_id)[1])).is_valid
        tally = counting.tally_of(Actor(), opened)
        assert (tally.winners[0], tally.turnout, tally.blank) == ("c1", 12, 1)
        account = next(one for one in demo_accounts() if one.key == "resident_verified")
        election = read_sealed_election(reading.read_election_text(Actor(), poll_id=to_try))
        ballot = make_ballot(election, code[1], [[0, 1, 0]])
        nadia = actor_of(find_person_by_email(account.email).id)
        assert casting.cast_sealed_ballot(nadia, poll_id=to_try, ballot=ballot).turnout == 4
