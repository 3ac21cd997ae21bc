"""The people of the journeys: real residents of the demonstration commune, new ones for each journey, so that none meets another's traces."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext

from civic import demo
from civic.accounts import queries as accounts
from civic.councils import service as councils
from civic.councils.models import Council
from civic.councils.rules import SeatOrigin, SeatRole
from civic.demo.script import read_content
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.outbox import OutboxMessage
from civic.kernel.transaction import transaction
from civic.matching.models import Duty, Invitation, Match
from civic.matching.service import conversation, invitations
from civic.mutual_aid.rules import Contact, Window
from civic.proposals.rules import Category
from civic.proposals.service.proposing import ProposalText, submit_proposal
from civic.territories.models import Territory
from civic.voting.booth.queries import get_sealed
from civic.voting.models import Poll, RollEntry
from civic.voting.queries import list_eligible
from civic.voting.sealed.credentials import draw_code, public_credential
from civic.voting.sealed.group import random_exponent
from civic.voting.sealed.trustees import prove_trustee_key
from tests.conftest import actor_of, add_person, sign_in
from tests.live import LiveServer, cookie_of
from tests.mutual_aid.making import add_request, add_volunteer
from tests.servers import wait_until
from tests.voting.builders import add_draft, cast_ballot

PASSWORD = "le pont des tanneries"
CONSULTATION = "Aller à l’école à pied ou à vélo"
QUESTION = "Que souhaitez-vous à la place de l’ancien boulodrome du square Paul-Éluard ?"
CLOSED_QUESTION = "Quel aménagement souhaitez-vous pour la place Saint-Lubin ?"
SEALED_QUESTION = "Fermer la rue Simone-Veil aux voitures à l’heure de l’école ?"
NEIGHBOURHOOD = "La Croix-Haute"

_numbers = count(1)


@dataclass(frozen=True)
class Somebody:
    """A resident with an account."""

    id: int
    name: str
    email: str


@dataclass(frozen=True)
class HelpSought:
    """A request that waits for the answer of a volunteer."""

    id: int
    title: str
    requester: Somebody
    volunteer: Somebody
    phone: str


class Town:
    """The commune that the journeys cross, served, and what must be there before one begins."""

    def __init__(self, app: Flask, server: LiveServer) -> None:
        self.app = app
        self.url = server.url
        self._chosen: set[int] = set()

    @contextmanager
    def inside(self) -> Iterator[None]:
        with self.app.app_context():
            yield
            db.session.rollback()

    def place(self) -> int:
        return db.session.scalars(sa.select(Territory.id).filter_by(name=NEIGHBOURHOOD)).one()

    def resident(self, name: str = "Camille Royer", *, has_password: bool = False) -> Somebody:
        """Settle somebody in the neighbourhood, verified by the town hall."""
        with self.inside():
            name = f"{name} {next(_numbers)}"
            password = PASSWORD if has_password else None
            return self.known(add_person(name, lives_in=self.place(), password=password))

    def known(self, person_id: int) -> Somebody:
        person = accounts.get_person(person_id)
        assert person.email is not None
        return Somebody(person.id, person.name, person.email)

    def moderator(self) -> Somebody:
        """Return the moderator of the demonstration."""
        return self._account("moderator")

    def agent(self) -> Somebody:
        """Return the agent of the demonstration."""
        return self._account("agent")

    def association(self) -> Somebody:
        """Return who speaks for an association in the demonstration."""
        return self._account("association")

    def councillor(self) -> Somebody:
        return self._account("councillor")

    def _account(self, key: str) -> Somebody:
        email = next(account.email for account in demo.demo_accounts() if account.key == key)
        with self.inside():
            person = accounts.find_person_by_email(email)
            assert person is not None
            return self.known(person.id)

    def voter(self) -> Somebody:
        """Return somebody of the roll of the open poll who has not voted."""
        waiting = (
            sa.select(RollEntry.person_id)
            .join(Poll, Poll.id == RollEntry.poll_id)
            .where(Poll.question.startswith(QUESTION[:40]), RollEntry.channel.is_(None))
            .where(RollEntry.person_id.not_in(self._chosen))
            .order_by(RollEntry.person_id.desc())
        )
        with self.inside():
            person_id = db.session.scalars(waiting.limit(1)).one()
            assert person_id is not None
            self._chosen.add(person_id)
            return self.known(person_id)

    def sealed_voter(self) -> tuple[Somebody, str]:
        """Return somebody of the roll of the open sealed poll, and the code of her letter. She may vote as often as she likes."""
        polls = read_content("polls.json")["polls"]
        sealed = next(one["sealed"] for one in polls if one["question"].startswith(SEALED_QUESTION[:30]))
        return self._account("resident_verified"), sealed["codes"]["nadia-benhaddou"]

    def draft_poll(self, title: str) -> None:
        """Write the draft of a poll of the neighbourhood, which opens in a month."""
        with self.inside():
            soon = utc_now() + timedelta(days=30)
            window = {"opens_at": soon, "closes_at": soon + timedelta(days=7)}
            add_draft(self.place(), question=title, minimum_age=70, **window)

    def sitting(self, key: str) -> tuple[str, Somebody, str]:
        """Plan a sitting of a council. Returns its address, a member who has an account, and the name of one who has none."""
        member, absent = self.resident("Nora Lenoir"), f"Odile Sans-Compte {next(_numbers)}"
        agent_id = self.agent().id
        with self.inside():
            agent = actor_of(agent_id)
            council_id = db.session.scalars(sa.select(Council.id).order_by(Council.id)).first()
            assert council_id is not None
            for name, email in ((None, member.email), (absent, None)):
                councils.save_seat(
                    agent, council_id=council_id, role=SeatRole.MEMBER, origin=SeatOrigin.DRAWN,
                    since=town_today(), name=name, email=email,
                )  # fmt: skip
            sitting_id = councils.save_sitting(
                agent, council_id=council_id, title=f"Séance ({key})", starts_at=utc_now(), place="Centre social",
                agenda="", minutes="", is_published=True,
            )  # fmt: skip
        return f"/conseils-de-quartier/seances/{sitting_id}", member, absent

    def public_codes(self, title: str) -> str:
        """Return what the third party hands over: a code for each person who would vote in a draft."""
        with self.inside():
            poll = db.session.scalars(sa.select(Poll).filter_by(question=title)).one()
            uuid = get_sealed(poll.id).uuid
            return json.dumps([public_credential(draw_code(), uuid) for _ in list_eligible(poll)])

    def public_key(self) -> str:
        """Return what a trustee hands over."""
        return json.dumps(prove_trustee_key(random_exponent()))

    def proposal(self, author: Somebody, title: str) -> int:
        """Publish an idea of somebody's in the open consultation."""
        from civic.consultations.models import Consultation

        with self.inside():
            consultation_id = db.session.scalars(
                sa.select(Consultation.id).filter_by(title=CONSULTATION)
            ).one()
            text = ProposalText(title, "Devant l’école, à l’ombre.", Category.NATURE, self.place())
            return submit_proposal(actor_of(author.id), consultation_id=consultation_id, text=text)

    def help_sought(self, *, is_accepted: bool = False) -> HelpSought:
        """Have somebody ask for help, and one volunteer, the only one on duty, be asked."""
        number = next(_numbers)
        title, phone = f"Une étagère à monter {number}", f"06 39 98 {number // 100:02} {number % 100:02}"
        with self.inside():
            with transaction():
                db.session.execute(sa.update(Duty).values(on=False))
            place = self.place()
            town = db.session.get_one(Territory, place).parent_id
            assert town is not None
            volunteer = add_volunteer(town, place, f"Samir Belkacem {number}")
            requester = add_person(f"Odette Vasseur {number}", lives_in=place)
            begin = utc_now() + timedelta(days=1)
            request_id = add_request(
                requester,
                place,
                title=title,
                window=Window(begin, begin + timedelta(hours=4)),
                contact=Contact(f"Odette Vasseur {number}", phone, "3 rue Simone-Veil"),
            )
            sought = HelpSought(request_id, title, self.known(requester), self.known(volunteer), phone)
        if is_accepted:
            self.accept(sought)
        self._wait_until_told()
        return sought

    def _wait_until_told(self) -> None:
        """Wait until all that is owed now is delivered: a volunteer who appears is also asked for what others sought before."""

        def is_told() -> bool:
            with self.inside():
                owed = sa.select(OutboxMessage.id).where(
                    OutboxMessage.due_at <= utc_now(), OutboxMessage.failed_at.is_(None)
                )
                return db.session.scalar(owed.limit(1)) is None

        wait_until(is_told, seconds=20, what="the delivery of what is owed")

    def ask_again(self, sought: HelpSought) -> None:
        """Have the same person ask for something else, of which the same volunteer is asked."""
        begin = utc_now() + timedelta(days=3)
        with self.inside():
            window = Window(begin, begin + timedelta(hours=4))
            add_request(sought.requester.id, self.place(), title="Un colis à monter", window=window)

    def accept(self, sought: HelpSought) -> None:
        """Have the volunteer say yes, from a browser that nobody looks at."""
        with self.inside():
            asked = db.session.scalars(
                sa.select(Invitation.id).filter_by(request_id=sought.id, volunteer_id=sought.volunteer.id)
            ).one()
            invitations.accept_invitation(actor_of(sought.volunteer.id), invitation_id=asked)

    def say(self, sought: HelpSought, text: str) -> None:
        """Have the requester write to the volunteer."""
        with self.inside():
            match_id = db.session.scalars(sa.select(Match.id).filter_by(request_id=sought.id)).one()
            conversation.say(
                actor_of(sought.requester.id),
                match_id=match_id,
                text=text,
                client_id=f"journey-{next(_numbers)}",
            )

    def vote(self) -> int | None:
        """Have somebody vote in the open poll. Returns the turnout then."""
        voter = self.voter()
        with self.inside():
            poll = db.session.scalars(sa.select(Poll).where(Poll.question.startswith(QUESTION[:40]))).one()
            return cast_ballot(actor_of(voter.id), poll_id=poll.id, choice_id=poll.choices[0].id).turnout

    def let_in(self, context: BrowserContext, person: Somebody) -> None:
        """Give a browser the session of somebody, as the sign-in page does, whose own journey is apart."""
        name, _, value = cookie_of(sign_in(self.app, person.id)).partition("=")
        context.add_cookies([{"name": name, "value": value, "url": self.url}])
