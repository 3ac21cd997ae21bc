"""What a person follows, and the one mail that gathers it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.accounts.models import Role
from civic.accounts.personal_data import erase_personal_data
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import OutboxMessage, deliver_due
from civic.kernel.transaction import transaction
from civic.moderation.queries import find_flagged_content
from civic.moderation.rules import Outcome, Reason, Rule, SubjectKind
from civic.moderation.service import decide_on_flags, flag_content
from civic.notifications import queries as inbox
from civic.notifications.following.errors import TopicNotFound
from civic.notifications.following.links import unsubscribe_path
from civic.notifications.following.models import Follow, News
from civic.notifications.following.rules import Rhythm, Topic, TopicKind, next_digest, rhythm_for, rhythms_due
from civic.notifications.following.service import choose_rhythm, erase_follows, forget_old_news
from civic.notifications.models import DemoMail, MailPreference, Notification
from civic.notifications.queries import mail_choice
from civic.notifications.rules import Family, Kind, MailChoice
from civic.notifications.service import choose_mails
from civic.proposals.commitments.service import give_news
from civic.proposals.models import Argument, Support
from civic.proposals.rules import Category, Side
from civic.proposals.service.hiding import set_proposal_hidden
from civic.proposals.service.proposing import ProposalText, submit_proposal
from civic.proposals.service.taking_part import publish_argument, support_proposal
from civic.voting.errors import ResultNotPublished
from civic.voting.queries import get_poll
from civic.voting.service.closing import count_poll
from civic.voting.service.counting import count_question, keep_tally
from tests.conftest import actor_of, add_person, plain, post_form, sign_in
from tests.councils.test_councils import found, plan
from tests.proposals.promised import councillor, told
from tests.proposals.test_commitments import committed
from tests.proposals.test_likeness import Asking
from tests.voting.builders import add_poll

PROPOSAL, CONSULTATION, PLACE = (
    Topic(kind, "1") for kind in (TopicKind.PROPOSAL, TopicKind.CONSULTATION, TopicKind.PLACE)
)


@pytest.mark.parametrize(
    ("after", "daily", "weekly"),
    [
        ("2026-03-28T09:00+00:00", "2026-03-29T06:00+00:00", "2026-03-30T06:00+00:00"),  # clocks go forward on the 29th
        ("2026-10-24T05:00+00:00", "2026-10-24T06:00+00:00", "2026-10-26T07:00+00:00"),  # and back on the 25th
        ("2026-10-25T01:30+00:00", "2026-10-25T07:00+00:00", "2026-10-26T07:00+00:00"),
        ("2026-11-23T07:00+00:00", "2026-11-24T07:00+00:00", "2026-11-30T07:00+00:00"),  # on Monday, at 8:00 itself
    ],
)  # fmt: skip
def test_the_mail_leaves_at_eight_of_the_town_whatever_its_clocks_do(
    after: str, daily: str, weekly: str
) -> None:
    instant = datetime.fromisoformat(after)

    assert next_digest(instant, Rhythm.DAILY) == datetime.fromisoformat(daily)
    assert next_digest(instant, Rhythm.WEEKLY) == datetime.fromisoformat(weekly)
    assert rhythms_due(datetime.fromisoformat(weekly)) == {Rhythm.DAILY, Rhythm.WEEKLY}
    assert rhythms_due(datetime(2026, 11, 24, 7, tzinfo=UTC)) == {Rhythm.DAILY}


def test_the_narrowest_topic_that_she_follows_decides() -> None:
    topics = [PLACE, CONSULTATION, PROPOSAL]

    assert rhythm_for(topics, {PLACE: Rhythm.DAILY, CONSULTATION: Rhythm.AT_ONCE}) is Rhythm.AT_ONCE
    assert rhythm_for(topics, {PLACE: Rhythm.DAILY, PROPOSAL: Rhythm.NEVER}) is None
    assert rhythm_for(topics, {}) is None


class Followed(Asking):
    """A consultation, and who follows it."""

    def __init__(self) -> None:
        super().__init__()
        self.reader = add_person("Odette", lives_in=self.places[0])
        self.topic = Topic(TopicKind.CONSULTATION, str(self.consultation))

    def follow(self, rhythm: Rhythm, topic: Topic | None = None) -> None:
        choose_rhythm(actor_of(self.reader), topic=topic or self.topic, rhythm=rhythm)

    def propose(self, title: str) -> int:
        text = ProposalText(title, "Près de la gare, pour tous.", Category.MOBILITY, self.places[0])
        return submit_proposal(actor_of(self.author), consultation_id=self.consultation, text=text)

    def argue(self, proposal_id: int) -> None:
        other = add_person("Bruno", lives_in=self.places[0])
        publish_argument(actor_of(other), proposal_id=proposal_id, side=Side.FOR, body="Très bien.")


def relay(*, days: int = 0) -> None:
    """Deliver everything that is owed by now, or by then."""
    while deliver_due(utc_now() + timedelta(days=days)):
        pass


def mails() -> list[DemoMail]:
    return list(db.session.scalars(sa.select(DemoMail).order_by(DemoMail.id)))


def test_who_asked_for_it_at_once_is_told_at_once_and_its_author_is_not(app_context: Flask) -> None:
    followed = Followed()
    followed.follow(Rhythm.AT_ONCE)
    choose_rhythm(actor_of(followed.author), topic=followed.topic, rhythm=Rhythm.AT_ONCE)

    followed.propose("Un abri à vélos")
    relay()

    assert len(mails()) == 1
    assert "Un abri à vélos" in mails()[0].subject
    assert inbox.count_unread(followed.reader) == 1
    assert inbox.count_unread(followed.author) == 0


def test_a_week_is_one_mail_by_topic_sent_once_and_never_empty(app_context: Flask) -> None:
    followed = Followed()
    followed.follow(Rhythm.WEEKLY)
    followed.propose("Un abri à vélos")
    followed.propose("Un banc au soleil")
    hidden = followed.propose("Une réclame")
    set_proposal_hidden(proposal_id=hidden, is_hidden=True, now=utc_now())

    relay()
    assert mails() == []
    relay(days=8)
    relay(days=16)

    (mail,) = mails()
    assert mail.subject.startswith("2 nouvelles")
    assert "Consultation – Cadre de vie" in mail.text
    assert "Un abri à vélos" in mail.text
    assert "Un banc au soleil" in mail.text
    assert "Une réclame" not in mail.text
    assert inbox.count_unread(followed.reader) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 0


def test_what_happened_before_she_followed_is_not_told(app_context: Flask) -> None:
    followed = Followed()
    followed.propose("Un abri à vélos")
    followed.follow(Rhythm.DAILY)
    followed.propose("Un banc au soleil")

    relay(days=8)

    (mail,) = mails()
    assert "Un abri à vélos" not in mail.text


def test_never_is_never_and_a_silenced_proposal_is_silent_in_a_followed_consultation(
    app_context: Flask,
) -> None:
    followed = Followed()
    followed.follow(Rhythm.DAILY)
    proposal = followed.propose("Un abri à vélos")
    followed.follow(Rhythm.NEVER, Topic(TopicKind.PROPOSAL, str(proposal)))

    relay(days=8)

    assert mails() == []


def test_what_she_supports_is_told_every_week_until_she_takes_it_back(app_context: Flask) -> None:
    followed = Followed()
    proposal = followed.propose("Un abri à vélos")
    with transaction():
        db.session.add(Support(proposal_id=proposal, person_id=followed.reader, created_at=utc_now()))
    followed.argue(proposal)
    relay(days=8)
    assert [mail.subject[:10] for mail in mails() if mail.subject.startswith("1 nouvelle")] == ["1 nouvelle"]

    with transaction():
        db.session.execute(sa.delete(Support))
        db.session.execute(sa.delete(DemoMail))
    followed.argue(proposal)
    relay(days=8)
    assert [mail.recipient for mail in mails() if mail.subject.startswith("1 nouvelle")] == []


def test_who_refuses_mails_reads_it_on_the_site(app_context: Flask) -> None:
    followed = Followed()
    followed.follow(Rhythm.DAILY)
    post = Topic(TopicKind.THEME, Category.MOBILITY.value)
    followed.follow(Rhythm.WEEKLY, post)
    choose_mails(actor_of(followed.reader), choices={Family.PARTICIPATION: MailChoice.NONE})
    followed.propose("Un abri à vélos")

    relay(days=8)

    assert mails() == []
    assert inbox.count_unread(followed.reader) == 1


def test_nobody_follows_what_nobody_may_read(app_context: Flask) -> None:
    followed = Followed()
    for key in ("999", "zèbre", "-1", "9" * 40):
        with pytest.raises(TopicNotFound):
            followed.follow(Rhythm.DAILY, Topic(TopicKind.PROPOSAL, key))
    with pytest.raises(TopicNotFound):
        followed.follow(Rhythm.DAILY, Topic(TopicKind.THEME, "zèbre"))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Follow)) == 0


def test_old_news_are_forgotten(app_context: Flask) -> None:
    followed = Followed()
    followed.propose("Un abri à vélos")

    forget_old_news(utc_now() + timedelta(days=31))

    assert db.session.scalar(sa.select(sa.func.count()).select_from(News)) == 0


def test_she_follows_on_a_page_and_changes_her_mind_on_hers(app: Flask) -> None:
    with app.app_context():
        followed = Followed()
        proposal = followed.propose("Un abri à vélos")
    client = sign_in(app, followed.reader)
    page = plain(client.get(f"/propositions/{proposal}").get_data(as_text=True))
    assert "Être prévenu des nouvelles" in page
    assert "Être prévenu" not in app.test_client().get(f"/propositions/{proposal}").get_data(as_text=True)

    answer = post_form(
        client, f"/notifications/suivis?retour=/propositions/{proposal}", kind="proposal", key=str(proposal), rhythm="daily"
    )  # fmt: skip
    assert answer.headers["Location"].endswith(f"/propositions/{proposal}")
    assert "Vous êtes prévenu" in client.get(f"/propositions/{proposal}").get_data(as_text=True)
    mine = plain(client.get("/notifications/suivis").get_data(as_text=True))
    assert "Un abri à vélos" in mine

    wrong = post_form(client, "/notifications/suivis", kind="proposal", key=str(proposal), rhythm="parfois")
    assert wrong.status_code == 422


def test_a_mail_stops_mails_after_a_question_or_by_one_post_of_its_reader(app: Flask) -> None:
    with app.app_context():
        followed = Followed()
        path = unsubscribe_path(followed.reader)
        other = unsubscribe_path(followed.author)
    client = app.test_client()

    def choice() -> MailChoice:
        with app.app_context():
            return mail_choice(followed.reader, Family.PARTICIPATION)

    assert client.get(path).status_code == 200
    assert choice() is MailChoice.AT_ONCE
    forged = path.rsplit("/", 1)[0] + "/" + other.rsplit("/", 1)[1]
    assert client.post(forged, data={"List-Unsubscribe": "One-Click"}).status_code == 404
    assert choice() is MailChoice.AT_ONCE

    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert choice() is MailChoice.NONE


def test_who_leaves_is_followed_by_no_row(app_context: Flask) -> None:
    followed = Followed()
    followed.follow(Rhythm.DAILY)
    choose_rhythm(actor_of(followed.author), topic=followed.topic, rhythm=Rhythm.DAILY)
    followed.propose("Un abri à vélos")

    with transaction():
        erase_follows(followed.author, utc_now())

    assert list(db.session.scalars(sa.select(Follow.person_id))) == [followed.reader]
    assert list(db.session.scalars(sa.select(News.actor_id))) == [None]


def test_who_left_is_written_in_no_row_by_the_link_of_an_old_mail(app: Flask) -> None:
    with app.app_context():
        reader = Followed().reader
        path = unsubscribe_path(reader)
        with transaction():
            erase_personal_data(reader, utc_now())

    assert app.test_client().post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200

    with app.app_context():
        assert list(db.session.scalars(sa.select(MailPreference.person_id))) == []


def test_who_follows_a_vote_is_told_its_result_once_it_is_counted_and_not_before(app_context: Flask) -> None:
    followed = Followed()
    poll, _ = add_poll(followed.places[0])
    followed.follow(Rhythm.AT_ONCE, Topic(TopicKind.POLL, str(poll)))

    with pytest.raises(ResultNotPublished):
        count_poll(poll)
    relay()
    assert mails() == []

    with time_machine.travel(utc_now() + timedelta(days=60)):
        count_poll(poll)
        (question,) = get_poll(poll).questions
        keep_tally(question, count_question(question))  # counted again: nobody is told again
        relay()
        (mail,) = mails()
        assert mail.subject.startswith("Le résultat du vote")
        assert inbox.count_unread(followed.reader) == 1


def test_who_follows_a_proposal_is_told_what_moves_of_its_commitment_and_who_supports_it_once(
    app_context: Flask,
) -> None:
    followed = Followed()
    proposal = followed.propose("Un abri à vélos")
    backer = add_person("Bob", lives_in=followed.places[0])
    support_proposal(actor_of(backer), proposal_id=proposal)
    for each in (followed.reader, backer):
        topic = Topic(TopicKind.PROPOSAL, str(proposal))
        choose_rhythm(actor_of(each), topic=topic, rhythm=Rhythm.AT_ONCE)
    mayor = councillor(followed.town)
    commitment = committed(mayor, proposal, 30)
    relay()
    with transaction():
        db.session.execute(sa.delete(Notification))

    give_news(mayor, commitment_id=commitment, body="La pose commence lundi.")
    with time_machine.travel(utc_now() + timedelta(days=1)):
        relay()

    assert sorted(person for person, _ in told(Kind.COMMITMENT_MOVED)) == sorted(
        [followed.reader, backer, followed.author]
    )


def test_a_sitting_taken_back_before_the_mail_leaves_is_told_to_nobody_and_may_be_announced_again(
    app_context: Flask,
) -> None:
    followed = Followed()
    agent = actor_of(add_person("Agnès", roles=((Role.AGENT, followed.town),)))
    council = found(agent, followed.places[0])
    followed.follow(Rhythm.DAILY, Topic(TopicKind.COUNCIL, str(council)))
    sitting = plan(agent, council)
    plan(agent, council, sitting_id=sitting, is_published=False)

    relay(days=2)
    assert mails() == []

    with time_machine.travel(utc_now() + timedelta(days=3)):
        plan(agent, council, sitting_id=sitting)
        relay(days=2)
        assert ["Séance ordinaire" in mail.text for mail in mails()] == [True]


def test_an_argument_hidden_before_the_mail_leaves_is_told_to_nobody(app_context: Flask) -> None:
    followed = Followed()
    proposal = followed.propose("Un abri à vélos")
    followed.follow(Rhythm.DAILY, Topic(TopicKind.PROPOSAL, str(proposal)))
    followed.argue(proposal)
    moderator = actor_of(add_person("Mo", roles=((Role.MODERATOR, followed.town),)))
    argument = db.session.scalars(sa.select(Argument.id)).one()
    flag_content(
        actor_of(followed.reader), kind=SubjectKind.ARGUMENT, subject_id=argument, reason=Reason.ADVERTISING
    )
    content = find_flagged_content(SubjectKind.ARGUMENT, argument)
    assert content is not None
    decide_on_flags(
        moderator,
        content_id=content.id,
        outcome=Outcome.HIDE,
        rule=Rule.NO_ADVERTISING,
        text="C’est une réclame.",
    )

    relay(days=2)

    assert [
        mail.subject
        for mail in mails()
        if "nouvel argument" in mail.text and "ce que vous suivez" in mail.text
    ] == []


def test_a_button_pressed_four_times_at_once_follows_once(app_context: Flask) -> None:
    followed = Followed()
    db.session.rollback()
    start, done = threading.Barrier(4), []

    def press() -> None:
        with app_context.app_context():
            start.wait()
            followed.follow(Rhythm.DAILY)
            done.append(1)
            db.session.remove()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(done) == 4
    assert list(db.session.scalars(sa.select(Follow.rhythm))) == [Rhythm.DAILY]


def test_what_happened_while_she_wanted_none_is_not_told_once_she_wants_some(app_context: Flask) -> None:
    followed = Followed()
    followed.follow(Rhythm.NEVER)
    followed.propose("Un abri à vélos")
    followed.follow(Rhythm.WEEKLY)
    followed.propose("Un banc au soleil")
    followed.follow(Rhythm.DAILY)  # of what came since she follows it, another rhythm loses nothing

    relay(days=8)

    (mail,) = mails()
    assert "Un banc au soleil" in mail.text
    assert "Un abri à vélos" not in mail.text
