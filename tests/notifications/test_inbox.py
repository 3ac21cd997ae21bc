"""What a person is told arrives once, in her inbox and by mail unless she refused, and says something."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Person
from civic.kernel import outbox
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.notifications import queries
from civic.notifications.errors import NotificationNotFound
from civic.notifications.models import Notification
from civic.notifications.rules import WORDINGS, Family, Kind, MailChoice
from civic.notifications.service import choose_mails, notify, notify_all, read_notification
from civic.notifications.wording import sentence_of
from tests.conftest import actor_of, add_person, bearer, build, dispose, plain, post_form, sign_in
from tests.servers import SmtpServer


def tell(person_id: int, key: str = "argument:1", kind: Kind = Kind.ARGUMENT_PUBLISHED) -> bool:
    with transaction():
        return notify(
            person_id,
            kind=kind,
            key=key,
            params={"title": "Des bancs", "place": "Centre"},
            path="/propositions/1",
            now=utc_now(),
        )


def email_of(person_id: int) -> str:
    return db.session.scalars(sa.select(Person.email).filter_by(id=person_id)).one() or ""


def mails_owed() -> int:
    return db.session.scalar(
        sa.select(sa.func.count()).select_from(outbox.OutboxMessage).filter_by(kind="mail")
    )


def test_a_fact_is_told_once_to_each_person(app_context: Flask) -> None:
    ada, bob = add_person("Ada"), add_person("Bob")

    assert tell(ada)
    assert not tell(ada)
    assert tell(bob)

    assert [n.key for n in queries.list_notifications(ada).items] == ["argument:1"]
    assert mails_owed() == 2


def test_many_supporters_are_told_at_once_and_each_once(app_context: Flask) -> None:
    people = [add_person(f"P{index}") for index in range(30)]

    def tell_all() -> int:
        with transaction():
            return notify_all(
                [*people, people[0]],
                kind=Kind.SUPPORTED_ANSWERED,
                key="answer:1",
                params={"title": "Des bancs"},
                path="/propositions/1",
                now=utc_now(),
            )

    assert (tell_all(), tell_all(), mails_owed()) == (30, 0, 30)


def test_nobody_is_told_an_empty_sentence(app_context: Flask) -> None:
    ada = add_person("Ada")

    with pytest.raises(KeyError), transaction():
        notify(ada, kind=Kind.ARGUMENT_PUBLISHED, key="k", params={}, path="/", now=utc_now())

    assert queries.count_unread(ada) == 0
    assert all(wording.sentence.strip() for wording in WORDINGS.values())
    assert set(WORDINGS) == set(Kind)


def test_a_person_reads_her_own_notifications_alone(app_context: Flask) -> None:
    ada, bob = add_person("Ada"), add_person("Bob")
    tell(ada)
    (hers,) = queries.list_notifications(ada).items

    with pytest.raises(NotificationNotFound):
        read_notification(actor_of(bob), notification_id=hers.id)

    assert queries.count_unread(ada) == 1
    assert read_notification(actor_of(ada), notification_id=hers.id) == "/propositions/1"
    assert queries.count_unread(ada) == 0


@pytest.fixture
def mailed(sqlite_url: str, smtp_server: SmtpServer) -> Flask:
    app = build(sqlite_url, smtp_url=smtp_server.url, is_demo=False)
    yield app
    dispose(app)


def deliver_everything() -> None:
    while outbox.deliver_due():
        pass


def test_a_mail_says_it_in_the_language_of_its_reader_with_a_way_to_have_no_more(
    mailed: Flask, smtp_server: SmtpServer
) -> None:
    with mailed.app_context():
        ada = add_person("Ada")
        address = email_of(ada)
        tell(ada)
        deliver_everything()
        assert mails_owed() == 0

    (letter,) = smtp_server.wait_for(address)
    assert plain(letter["Subject"]) == "Un nouvel argument a été publié sur votre proposition « Des bancs »."
    assert letter["List-Unsubscribe"] == "<http://localhost/notifications/preferences>"
    words, html = letter.iter_parts()
    assert "http://localhost/propositions/1" in words.get_content()
    assert '<html lang="fr" dir="ltr">' in html.get_content()


def test_a_title_made_of_markup_stays_text_in_the_mail(mailed: Flask, smtp_server: SmtpServer) -> None:
    with mailed.app_context():
        ada = add_person("Ada")
        address = email_of(ada)
        with transaction():
            notify(
                ada,
                kind=Kind.ARGUMENT_PUBLISHED,
                key="k",
                params={"title": "<script>alert(1)</script>"},
                path="/",
                now=utc_now(),
            )
        deliver_everything()

    (letter,) = smtp_server.wait_for(address)
    _, html = letter.iter_parts()
    assert "<script>" not in html.get_content()


def test_who_refused_mail_is_told_in_the_inbox_alone_and_account_mails_come_all_the_same(
    mailed: Flask, smtp_server: SmtpServer
) -> None:
    with mailed.app_context():
        ada = add_person("Ada")
        address = email_of(ada)
        choose_mails(actor_of(ada), choices={Family.PARTICIPATION: MailChoice.NONE})
        tell(ada)
        tell(ada, "hidden:1", Kind.CONTENT_HIDDEN)
        deliver_everything()
        assert queries.count_unread(ada) == 2

    letters = smtp_server.to(address)
    assert len(letters) == 1
    assert "masqué" in letters[0]["Subject"]
    assert letters[0]["List-Unsubscribe"] is None


def test_a_message_is_mailed_after_ten_minutes_if_it_is_still_unread(
    mailed: Flask, smtp_server: SmtpServer
) -> None:
    with mailed.app_context():
        ada, bob = add_person("Ada"), add_person("Bob")
        for person in (ada, bob):
            tell(person, "message:1", Kind.MESSAGE_SAID)
        deliver_everything()
        assert smtp_server.messages == []
        (his,) = queries.list_notifications(bob).items
        read_notification(actor_of(bob), notification_id=his.id)

        later = utc_now() + timedelta(minutes=10, seconds=1)
        while outbox.deliver_due(later):
            pass

        assert [len(smtp_server.to(email_of(person))) for person in (ada, bob)] == [1, 0]


def test_a_mail_server_that_is_away_loses_no_mail(mailed: Flask, smtp_server: SmtpServer) -> None:
    with mailed.app_context():
        ada = add_person("Ada")
        address = email_of(ada)
        tell(ada)
        smtp_server.refusal = "451 Try again later"
        outbox.deliver_due()
        assert (mails_owed(), smtp_server.to(address)) == (1, [])

        smtp_server.refusal = None
        outbox.deliver_due(utc_now() + timedelta(hours=2))

        assert mails_owed() == 0
    smtp_server.wait_for(address)


def test_somebody_without_a_confirmed_address_is_told_in_the_inbox_alone(
    mailed: Flask, smtp_server: SmtpServer
) -> None:
    with mailed.app_context():
        ada = add_person("Ada")
        with transaction():
            db.session.execute(sa.update(Person).where(Person.id == ada).values(email_confirmed_at=None))
        tell(ada)
        deliver_everything()

        assert (mails_owed(), queries.count_unread(ada)) == (0, 1)
    assert smtp_server.messages == []


def test_the_inbox_page_shows_opens_and_marks_what_was_told(app: Flask) -> None:
    with app.app_context():
        ada = add_person("Ada")
    client = sign_in(app, ada)
    assert "Rien pour le moment" in client.get("/notifications").get_data(as_text=True)
    with app.app_context():
        tell(ada)
        tell(ada, "argument:2")
        newest = queries.list_notifications(ada).items[0]

    page = plain(client.get("/notifications").get_data(as_text=True))
    assert page.count("« Des bancs »") >= 2
    assert "2 notifications ne sont pas encore lues" in page

    opened = post_form(client, f"/notifications/{newest.id}/ouverture")
    assert (opened.status_code, opened.location) == (302, "/propositions/1")
    post_form(client, "/notifications/lecture")
    assert "Vous avez tout lu" in client.get("/notifications").get_data(as_text=True)


def test_a_list_of_notifications_costs_as_many_queries_whatever_its_length(app: Flask) -> None:
    with app.app_context():
        ada = add_person("Ada")
        tell(ada)
    client = sign_in(app, ada)

    def queries_of_the_page() -> int:
        seen: list[str] = []
        with app.app_context():
            engine = db.engine

        def note(connection, cursor, statement, *rest):
            seen.append(statement)

        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            client.get("/notifications")
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    few = queries_of_the_page()
    with app.app_context():
        for index in range(18):
            tell(ada, f"argument:{index + 10}")

    assert queries_of_the_page() == few


def test_opening_the_page_that_a_notification_leads_to_is_reading_it(app: Flask) -> None:
    with app.app_context():
        ada = add_person("Ada")
        with transaction():
            notify(
                ada,
                kind=Kind.CONTENT_HIDDEN,
                key="k",
                params={},
                path="/notifications/preferences",
                now=utc_now(),
            )

    sign_in(app, ada).get("/notifications/preferences")

    with app.app_context():
        assert queries.count_unread(ada) == 0


def test_the_preferences_form_keeps_what_is_chosen_and_refuses_what_does_not_exist(app: Flask) -> None:
    with app.app_context():
        ada = add_person("Ada")
    client = sign_in(app, ada)

    kept = post_form(client, "/notifications/preferences", participation="none", solidarity="at_once")
    wrong = post_form(client, "/notifications/preferences", participation="weekly", solidarity="none")

    assert (kept.status_code, wrong.status_code) == (302, 422)
    with app.app_context():
        assert queries.mail_choices(ada) == {
            Family.PARTICIPATION: MailChoice.NONE,
            Family.SOLIDARITY: MailChoice.AT_ONCE,
        }


def test_the_api_gives_one_s_own_inbox_and_marks_it_read(app: Flask) -> None:
    with app.app_context():
        ada, bob = add_person("Ada"), add_person("Bob")
        tell(ada)
        tell(bob)
    client, headers = app.test_client(), bearer(app, ada)

    inbox = client.get("/api/v1/me/notifications?unread=true", headers=headers).json
    assert (inbox["total"], inbox["unread"]) == (1, 1)
    assert inbox["items"][0]["text"].startswith("Un nouvel argument")
    assert client.get("/api/v1/me/notifications").status_code == 401

    read = client.post("/api/v1/me/notifications/reading", json={"path": "/nowhere"}, headers=headers)
    assert read.json == {"read": 0}
    assert client.post("/api/v1/me/notifications/reading", json={}, headers=headers).json == {"read": 1}
    with app.app_context():
        assert (queries.count_unread(ada), queries.count_unread(bob)) == (0, 1)


def test_what_was_told_leaves_with_the_person(app_context: Flask) -> None:
    from civic.notifications.service import erase_notifications, export_notifications

    ada = add_person("Ada")
    tell(ada)
    (hers,) = queries.list_notifications(ada).items
    assert sentence_of(hers)
    assert export_notifications(ada)["inbox"][0]["path"] == "/propositions/1"

    with transaction():
        erase_notifications(ada, utc_now())

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Notification)) == 0
