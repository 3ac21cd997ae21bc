"""While a phase hides the totals, nothing that anybody can read tells how many support what: not even that it changed."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.consultations.models import Phase
from civic.kernel import clock, outbox
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.notifications.models import Notification
from civic.participation import figures
from civic.proposals.amendments.rules import Text
from civic.proposals.amendments.service import Change, propose_amendment
from civic.proposals.answers import promising
from civic.proposals.answers.models import ExpectedAnswer
from civic.proposals.arguing import service as arguing
from civic.proposals.arguing.rules import ORDER_WORDS, Order
from civic.proposals.errors import ProposalHasReplies
from civic.proposals.models import Argument
from civic.proposals.rules import Side
from civic.proposals.service import proposing, taking_part
from tests.conftest import actor_of, add_person, add_town, bearer, sign_in
from tests.consultations.making import add_consultation
from tests.proposals.making import add_proposal, counts_of, held, idea
from tests.proposals.promised import TWO_SUPPORTS

ROOMS = frozenset({
    "pages", "consultations", "proposals", "answers", "commitments", "opinions", "feeds", "paper", "display", "notifications", "following",
    "arguing", "amendments", "territories", "moderation", "audit", "voting", "councils", "synthesis", "offline", "sheets", "letters",
    "articles", "surveys",
})  # fmt: skip
ANEW = re.compile(
    rb'(name="(?:csrf-token|csrf_token|idempotency_key)"\s+(?:content|value)=")[^"]*|(value=")[^"]*("\s+name="csrf_token)|"(?:request_id|csrf_token)":\s*"[^"]*"|(?<=num\xc3\xa9ro\xc2\xa0: )[0-9a-f]{16}'
)
"""What differs each time that the same page is made."""
OF_THE_MOMENT = frozenset({"Date", "Set-Cookie", "X-Request-Id"})
"""Headers that do too. The others tell nothing either: a length, a fingerprint of what is read, a last change."""


@pytest.fixture
def still_clock() -> Iterator[None]:
    stopwatch = clock.time.monotonic()
    before = clock.time.monotonic
    clock.follow(clock.Reading(clock.machine_now().replace(second=0, microsecond=0), stopwatch, stopwatch))
    clock.time.monotonic = lambda: stopwatch  # type: ignore[assignment]
    yield
    clock.time.monotonic = before  # type: ignore[assignment]
    clock.follow(None)


class Hidden:
    """A town where two proposals are supported in a phase that hides it. ``old`` would come first by supports, ``new`` by date."""

    def __init__(self) -> None:
        self.town, (self.place, *_) = add_town()
        self.consultation = add_consultation(self.town)
        with transaction():
            phase = db.session.scalars(sa.select(Phase).filter_by(consultation_id=self.consultation)).one()
            phase.hides_reactions = True
            self.closes_at = phase.closes_at
        self.author = add_person("Ada", lives_in=self.place)
        self.residents = [add_person(f"Voisin {number}", lives_in=self.place) for number in range(6)]
        self.councillor = add_person("Isabelle", roles=((Role.COUNCILLOR, self.town),))
        self.admin = add_person("Karim", roles=((Role.ADMIN, self.town), (Role.AGENT, self.town), (Role.MODERATOR, self.town)))  # fmt: skip
        self.old = add_proposal(
            self.town, author=self.author, consultation=self.consultation, place=self.place, title="Un banc"
        )
        self.new = add_proposal(
            self.town, author=self.author, consultation=self.consultation, place=self.place, title="Un arbre"
        )
        given = [
            taking_part.publish_argument(
                actor_of(self.author), proposal_id=self.old, side=Side.FOR, body=body
            )
            for body in ("On s’y assoit.", "On s’y repose.", "On y lit.")
        ]
        self.argument = given[0]
        change = Change(Text("Un banc", "Devant le lavoir, à l’ombre du tilleul."), "On y est mieux.", 1)
        self.amendment = propose_amendment(actor_of(self.residents[0]), proposal_id=self.old, change=change)
        with transaction():  # so that reading the page of the amendment is not what changes a page
            db.session.execute(sa.update(Notification).values(read_at=utc_now()))
        promising.set_promise(
            actor_of(self.councillor), consultation_id=self.consultation, promise=TWO_SUPPORTS
        )

    def support(self) -> None:
        for person in self.residents:
            taking_part.support_proposal(actor_of(person), proposal_id=self.old)
            arguing.mark_argument(actor_of(person), argument_id=self.argument)


def addresses(app: Flask, hidden: Hidden) -> list[str]:
    """Return every address of these rooms that reads something of the town, its consultation or the proposal that gains supports."""
    known = {
        "consultation_id": hidden.consultation, "proposal_id": hidden.old, "territory_id": hidden.place, "argument_id": hidden.argument, "amendment_id": hidden.amendment, "kind": "proposal", "subject_id": hidden.old,
    }  # fmt: skip
    found = []
    for rule in app.url_map.iter_rules():
        blueprint = rule.endpoint.split(".")[0].removesuffix("_api")
        if "GET" in rule.methods and blueprint in ROOMS and rule.arguments <= known.keys():
            with app.test_request_context():
                found.append(app.url_for(rule.endpoint, **{name: known[name] for name in rule.arguments}))
    return [
        *found,
        f"/consultations/{hidden.consultation}?sort=most_supported",
        f"/api/v1/consultations/{hidden.consultation}/proposals?sort=most_supported",
        "/recherche?q=banc",
        *(f"/propositions/{hidden.old}?ordre={word}" for word in ORDER_WORDS.values()),
        *(f"/api/v1/proposals/{hidden.old}/arguments?order={order}" for order in Order),
    ]


def readers(app: Flask, hidden: Hidden) -> dict[str, Callable[[str], FlaskClient]]:
    return {
        "a stranger": app.test_client(),
        "its author": sign_in(app, hidden.author),
        "a councillor": sign_in(app, hidden.councillor),
        "the town hall": sign_in(app, hidden.admin),
    }


def read_all(app: Flask, hidden: Hidden) -> dict[tuple[str, str], tuple[int, bytes, list[tuple[str, str]]]]:
    pages = {}
    tokens = {"a councillor": bearer(app, hidden.councillor), "the town hall": bearer(app, hidden.admin)}
    for name, client in readers(app, hidden).items():
        for address in addresses(app, hidden):
            headers = tokens.get(name, {}) if address.startswith("/api/") else {}
            answer = client.get(address, headers=headers)
            told = sorted(each for each in answer.headers if each[0] not in OF_THE_MOMENT)
            pages[name, address] = answer.status_code, ANEW.sub(b"", answer.data), told
    return pages


def _first_difference(before: bytes, after: bytes) -> tuple[bytes, bytes]:
    lines = zip(before.splitlines(), after.splitlines(), strict=False)
    return next(((one[:300], two[:300]) for one, two in lines if one != two), (b"", b""))


def test_nothing_that_anybody_reads_tells_that_a_proposal_gained_supports(
    app: Flask, still_clock: None
) -> None:
    with app.app_context():
        hidden = Hidden()
    before = read_all(app, hidden)
    with app.app_context():
        hidden.support()
        assert counts_of(hidden.old) == (6, 3)
        assert db.session.scalar(sa.select(Argument.useful_count).filter_by(id=hidden.argument)) == 6
        while outbox.deliver_due():
            pass
    after = read_all(app, hidden)

    assert sum(status == 200 for status, _, _ in before.values()) > 80
    told = {
        place: (*_first_difference(before[place][1], after[place][1]), before[place][2], after[place][2])
        for place in before
        if before[place] != after[place]
    }
    assert told == {}


def test_how_many_took_part_does_not_tell_that_many_support(
    app_context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does that a large consultation is counted later than a small one."""
    monkeypatch.setattr(figures, "COUNTED_AT_ONCE", 3)
    hidden = Hidden()
    before = figures.read_channels([hidden.consultation])
    hidden.support()

    assert figures.read_channels([hidden.consultation]) == before == {hidden.consultation: {"web": 1}}


def test_who_supports_is_told_no_total_and_reads_that_hers_is_counted(app: Flask, still_clock: None) -> None:
    with app.app_context():
        hidden = Hidden()
        standing = taking_part.support_proposal(actor_of(hidden.residents[0]), proposal_id=hidden.old)
    page = sign_in(app, hidden.residents[0]).get(f"/propositions/{hidden.old}").get_data(as_text=True)

    assert (standing.support_count, standing.is_supported) == (None, True)
    assert "Soutiens cachés jusqu’à la fin de la phase" in page
    assert "Vous soutenez cette proposition." in page


def test_when_the_phase_closes_the_totals_are_read_and_what_reached_the_threshold_is_owed_an_answer(
    app: Flask, still_clock: None
) -> None:
    with app.app_context():
        hidden = Hidden()
        hidden.support()
        assert db.session.scalars(sa.select(ExpectedAnswer)).all() == []

    stopwatch = clock.time.monotonic()
    clock.follow(clock.Reading(hidden.closes_at, stopwatch, stopwatch))
    with app.app_context():
        while outbox.deliver_due():
            pass
        expected = db.session.scalars(sa.select(ExpectedAnswer)).one()
        assert (expected.proposal_id, expected.since) == (hidden.old, hidden.closes_at)
    page = app.test_client().get(f"/propositions/{hidden.old}").get_data(as_text=True)
    assert "6 soutiens" in page


def test_a_clock_set_back_at_the_end_of_the_phase_has_no_answer_forgotten(
    app: Flask, still_clock: None
) -> None:
    with app.app_context():
        hidden = Hidden()
        hidden.support()
    stopwatch = clock.time.monotonic()
    clock.follow(clock.Reading(hidden.closes_at - timedelta(milliseconds=50), stopwatch, stopwatch))
    with app.app_context():
        while outbox.deliver_due(hidden.closes_at):
            pass
        assert [each.proposal_id for each in db.session.scalars(sa.select(ExpectedAnswer))] == [hidden.old]


def test_a_phase_prolonged_meanwhile_has_the_reckoning_wait_as_long(app: Flask, still_clock: None) -> None:
    with app.app_context():
        hidden = Hidden()
        hidden.support()
        with transaction():
            phase = db.session.scalars(sa.select(Phase).filter_by(consultation_id=hidden.consultation)).one()
            phase.closes_at = hidden.closes_at + timedelta(days=1)
    stopwatch = clock.time.monotonic()
    for day, owed in ((0, 0), (1, 1)):
        clock.follow(clock.Reading(hidden.closes_at + timedelta(days=day), stopwatch, stopwatch))
        with app.app_context():
            while outbox.deliver_due():
                pass
            assert len(db.session.scalars(sa.select(ExpectedAnswer)).all()) == owed


def test_an_author_may_not_learn_by_changing_her_text_whether_anybody_supports_it(
    app: Flask, still_clock: None
) -> None:
    with app.app_context():
        hidden = Hidden()
        hidden.support()
        before = held()
        for proposal_id in (hidden.old, hidden.new):
            with pytest.raises(ProposalHasReplies):
                proposing.edit_proposal(
                    actor_of(hidden.author), proposal_id=proposal_id, text=idea(hidden.place)
                )
        assert held() == before
