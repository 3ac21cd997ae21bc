"""Passwords, addresses and one-time links: what works, once, and what is refused and changes nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.accounts import queries
from civic.accounts.errors import PasswordTooWeak, TokenExpired, WrongCredentials, WrongPassword
from civic.accounts.events import MailedTokenIssued, SignUpRepeated
from civic.accounts.models import ApiToken, Person, Role
from civic.accounts.service import credentials, people, sign_up
from civic.accounts.service.own_account import make_api_token, revoke_api_token
from civic.accounts.service.sign_in import open_session, sign_in
from civic.accounts.service.sign_up import Newcomer
from civic.kernel import events, outbox
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from tests.conftest import actor_of, add_town

PASSWORD = "une petite phrase sans histoire"
OTHER = "encore une phrase bien longue"
ROSE = "rose@example.org"


@dataclass
class Post:
    """What the mails would say."""

    issued: list[MailedTokenIssued] = field(default_factory=list)
    repeated: list[SignUpRepeated] = field(default_factory=list)

    @property
    def token(self) -> str:
        return self.issued[-1].token


@pytest.fixture
def post(app_context: Flask) -> Iterator[Post]:
    post = Post()
    listeners = {MailedTokenIssued: post.issued.append, SignUpRepeated: post.repeated.append}
    for kind, listener in listeners.items():
        events._within[kind].append(listener)
    yield post
    for kind, listener in listeners.items():
        events._within[kind].remove(listener)


def ask(email: str = ROSE, password: str = PASSWORD, name: str = "Rose") -> None:
    sign_up.sign_up(Newcomer(name, email), password=password)


def add_rose() -> int:
    return people.create_person(name="Rose", email=ROSE, password=PASSWORD)


def can_sign_in(password: str, email: str = ROSE) -> bool:
    try:
        sign_in(email=email, password=password, device="")
    except WrongCredentials:
        return False
    return True


def test_whoever_signs_up_first_with_the_address_of_another_gains_nothing(post: Post) -> None:
    ask(password=OTHER, name="Mallory")
    ask(password=PASSWORD, name="Rose")

    sign_up.confirm_email(token=post.token)

    assert can_sign_in(PASSWORD)
    assert not can_sign_in(OTHER)
    with pytest.raises(TokenExpired):
        sign_up.confirm_email(token=post.issued[0].token)


def test_a_sign_up_with_a_known_address_tells_its_owner_alone(post: Post) -> None:
    add_rose()

    ask(password=OTHER, name="Quelqu’un")

    assert [fact.email for fact in post.repeated] == [ROSE]
    assert post.issued == []
    assert queries.find_person_by_email(ROSE).name == "Rose"
    assert not can_sign_in(OTHER)


@pytest.mark.parametrize(
    "password", ["court", "motdepasse2027", "aaaaaaaaaaaaaaa", "rosetremiere", "rose.tremiere.49"]
)
def test_a_weak_password_is_refused_and_no_account_is_made(post: Post, password: str) -> None:
    with pytest.raises(PasswordTooWeak):
        ask(email="rose.tremiere@example.org", name="Rose Trémière", password=password)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 0
    assert post.issued == []


def test_a_confirmation_link_lasts_three_days(post: Post) -> None:
    ask()

    with time_machine.travel(utc_now() + timedelta(days=3, minutes=1)), pytest.raises(TokenExpired):
        sign_up.confirm_email(token=post.token)

    assert queries.find_person_by_email(ROSE).email_confirmed_at is None


def test_a_sign_up_that_nobody_confirms_is_forgotten_and_a_confirmed_one_is_not(post: Post) -> None:
    ask()
    ask(email="ada@example.org", name="Ada")
    sign_up.confirm_email(token=post.token)

    with time_machine.travel(utc_now() + timedelta(days=8)):
        while outbox.deliver_due():
            pass

    assert queries.find_person_by_email(ROSE) is None
    assert queries.find_person_by_email("ada@example.org") is not None


def test_a_reset_ends_sessions_and_api_tokens(post: Post) -> None:
    rose = add_rose()
    session = open_session(person_id=rose, device="")
    token = make_api_token(actor_of(rose), label="essai")
    credentials.request_password_reset(email=ROSE, language="fr")
    outbox.deliver_due()

    credentials.reset_password(token=post.token, password=OTHER)

    assert queries.find_sign_in(session, utc_now()) is None
    assert not queries.find_actor_by_api_token(token).is_signed_in
    assert can_sign_in(OTHER)
    assert not can_sign_in(PASSWORD)


def test_a_weak_password_does_not_use_the_link_up(post: Post) -> None:
    add_rose()
    credentials.issue_password_reset(email=ROSE, language="fr")

    with pytest.raises(PasswordTooWeak):
        credentials.reset_password(token=post.token, password="court")

    assert can_sign_in(PASSWORD)
    credentials.reset_password(token=post.token, password=OTHER)


def test_a_link_for_one_purpose_serves_no_other(post: Post) -> None:
    add_rose()
    credentials.issue_password_reset(email=ROSE, language="fr")

    for command in (sign_up.confirm_email, credentials.confirm_email_change):
        with pytest.raises(TokenExpired):
            command(token=post.token)

    assert can_sign_in(PASSWORD)


def test_nobody_is_written_to_at_an_unknown_or_closed_account(post: Post) -> None:
    rose = add_rose()
    with transaction():
        db.session.get_one(Person, rose).deactivated_at = utc_now()
    for email in (ROSE, "nobody@example.org"):
        credentials.request_password_reset(email=email, language="fr")
    while outbox.deliver_due():
        pass

    assert post.issued == []


def test_a_password_is_changed_by_who_knows_the_present_one(post: Post) -> None:
    rose = add_rose()
    session = open_session(person_id=rose, device="")

    with pytest.raises(WrongPassword):
        credentials.change_password(actor_of(rose), present_password=OTHER, password=OTHER)
    assert can_sign_in(PASSWORD)
    assert queries.find_sign_in(session, utc_now()) is not None

    credentials.change_password(actor_of(rose), present_password=PASSWORD, password=OTHER)
    assert can_sign_in(OTHER)
    assert queries.find_sign_in(session, utc_now()) is None


def test_an_address_changes_only_once_confirmed(post: Post) -> None:
    rose = add_rose()
    credentials.request_email_change(actor_of(rose), email="rosa@example.org", present_password=PASSWORD)
    assert queries.get_person(rose).email == ROSE
    assert post.issued[-1].email == "rosa@example.org"

    credentials.confirm_email_change(token=post.token)

    assert queries.get_person(rose).email == "rosa@example.org"
    with pytest.raises(TokenExpired):
        credentials.confirm_email_change(token=post.token)


def test_an_address_taken_meanwhile_does_not_change_hands(post: Post) -> None:
    rose = add_rose()
    credentials.request_email_change(actor_of(rose), email="ada@example.org", present_password=PASSWORD)
    ada = people.create_person(name="Ada", email="ada@example.org", password=PASSWORD)

    with pytest.raises(TokenExpired):
        credentials.confirm_email_change(token=post.token)

    assert queries.get_person(rose).email == ROSE
    assert queries.get_person(ada).email == "ada@example.org"


def test_twenty_uses_of_one_link_at_once_choose_one_password(post: Post, app_context: Flask) -> None:
    add_rose()
    credentials.issue_password_reset(email=ROSE, language="fr")
    token = post.token

    def use(number: int) -> bool:
        with app_context.app_context():
            try:
                credentials.reset_password(token=token, password=f"{OTHER} {number}")
            except TokenExpired:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(use, range(20)))

    assert used.count(True) == 1


def test_a_token_belongs_to_who_made_it(post: Post) -> None:
    rose = add_rose()
    ada = people.create_person(name="Ada", email="ada@example.org", password=PASSWORD)
    token = make_api_token(actor_of(rose), label="essai")
    row = db.session.scalars(sa.select(ApiToken)).one()

    revoke_api_token(actor_of(ada), token_id=row.id)
    assert queries.find_actor_by_api_token(token).person_id == rose


def test_the_command_line_refuses_a_short_password_and_changes_nothing(app_context: Flask) -> None:
    town, _ = add_town()
    code = db.session.scalar(sa.text("SELECT code FROM territory WHERE id = :id"), {"id": town})

    with pytest.raises(PasswordTooWeak):
        people.create_account(
            name="Ida", email="ida@example.org", password="court", role=Role.ADMIN, territory_code=str(code)
        )

    assert queries.find_person_by_email("ida@example.org") is None
