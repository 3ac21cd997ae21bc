"""The two nights of the year when the town hall's clock jumps: a poll closes at the instant that was stored, once."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.accounts.models import Role
from civic.kernel.clock import from_town_time
from civic.kernel.database import db
from civic.voting import queries
from civic.voting.errors import PollNotOpen
from civic.voting.models import Poll
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.voting.builders import add_draft, add_poll, box_of, cast_ballot

A_SECOND = timedelta(seconds=1)
AN_HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("closes_at", "told"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25T02:30:00+02:00"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2026-10-25T02:30:00+01:00"),
        (datetime(2026, 10, 25, 1, 0, tzinfo=UTC), "2026-10-25T02:00:00+01:00"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "2026-03-29T03:00:00+02:00"),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "2026-03-29T03:30:00+02:00"),
    ],
)
def test_a_poll_is_open_a_second_before_its_closing_closed_at_it_and_does_not_open_again(
    app_context: Flask, closes_at: datetime, told: str
) -> None:
    assert datetime.fromisoformat(told) == closes_at
    with time_machine.travel(closes_at - timedelta(days=3), tick=False) as traveller:
        _, (place, *_) = add_town()
        ada, eve = (add_person(name, lives_in=place) for name in ("Ada", "Eve"))
        poll_id, (yes, _) = add_poll(place, closes_at=closes_at)

        traveller.move_to(closes_at - A_SECOND)
        cast_ballot(actor_of(ada), poll_id=poll_id, choice_id=yes)
        for instant in (closes_at, closes_at + A_SECOND, closes_at + AN_HOUR - A_SECOND, closes_at + AN_HOUR):
            traveller.move_to(instant)
            with pytest.raises(PollNotOpen):
                cast_ballot(actor_of(eve), poll_id=poll_id, choice_id=yes)

    assert box_of(poll_id) == [yes]
    assert queries.count_turnout(poll_id) == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # comes twice: the first
        ("2026-10-25T02:30+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),  # an offset names the second
        ("2026-03-29T03:00", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("2026-03-29T02:30", None),  # does not come
        ("2026-03-29T02:00", None),
    ],
)
def test_a_closing_typed_in_a_form_is_kept_as_one_instant_or_refused_with_its_reason(
    app: Flask, typed: str, kept: datetime | None
) -> None:
    day = from_town_time(datetime.fromisoformat(typed[:10]))
    with time_machine.travel(day - timedelta(days=3)):
        with app.app_context():
            town, (place, *_) = add_town()
            agent = add_person("Agnès", roles=((Role.AGENT, town),))
        values = {
            "question": "Faut-il planter des tilleuls ?",
            "territory_id": str(place),
            "opens_at": (day - timedelta(days=2)).strftime("%Y-%m-%dT12:00"),
            "closes_at": typed,
            "q1-method": "yes-no",
        }
        answer = post_form(sign_in(app, agent), "/scrutins/nouveau", **values)

    with app.app_context():
        found = list(db.session.scalars(sa.select(Poll.closes_at)))
    page = plain(answer.get_data(as_text=True))
    assert found == ([kept] if kept else []), page
    if kept is None:
        assert answer.status_code == 422
        assert "Cette heure n’existe pas : cette nuit-là, les horloges avancent d’une heure." in page
        assert typed in page


@pytest.mark.parametrize(
    ("stored", "chosen", "kept"),
    [
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), None, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), None, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "+02:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "+09:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), None, datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_draft_that_is_edited_keeps_which_of_two_like_hours_it_closes_at(
    app: Flask, stored: datetime, chosen: str | None, kept: datetime
) -> None:
    with time_machine.travel(stored - timedelta(days=3)):
        with app.app_context():
            town, (place, *_) = add_town()
            agent = sign_in(app, add_person("Agnès", roles=((Role.AGENT, town),)))
            poll_id = add_draft(place, closes_at=stored)
        page = f"/scrutins/{poll_id}/modifier"
        shown = fields_of(agent.get(page).get_data(as_text=True))
        is_asked = "closes_at-hour" in shown
        if chosen:
            shown["closes_at-hour"] = chosen
        answer = post_form(agent, page, **shown)

    assert answer.status_code == 302, plain(answer.get_data(as_text=True))
    assert is_asked == (stored.month == 10)
    assert "opens_at-hour" not in shown
    with app.app_context():
        assert db.session.get_one(Poll, poll_id).closes_at == kept


class _Fields(HTMLParser):
    """What a browser would send of the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self._name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "option" and self._name and "selected" in given:
            self.sent[self._name] = value
        elif tag in ("select", "textarea"):
            self._name = name
        elif (
            tag == "input" and name and (given.get("type") not in ("radio", "checkbox") or "checked" in given)
        ):
            self.sent[name] = value

    def handle_endtag(self, tag: str) -> None:
        self._name = "" if tag in ("select", "textarea") else self._name

    def handle_data(self, data: str) -> None:
        if self._name and data.strip():
            self.sent.setdefault(self._name, data.strip())


def fields_of(page: str) -> dict[str, str]:
    parser = _Fields()
    parser.feed(page[page.index("<main") : page.index("</main")])
    return {name: value for name, value in parser.sent.items() if name != "csrf_token"}
