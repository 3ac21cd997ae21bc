"""The mails of an account reach their owner, and their secrets stay nowhere; a demonstration shows them on a page."""

import re

import sqlalchemy as sa
from flask import Flask

from civic.accounts.events import EmailChanged, MailedTokenIssued, SignUpRepeated
from civic.kernel import outbox
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.notifications.models import DemoMail
from civic.relay import deliver_all
from tests.conftest import add_person, build, dispose, sign_in
from tests.notifications.test_inbox import mailed
from tests.servers import SmtpServer

__all__ = ["mailed"]

TOKEN = "a-secret-token-of-some-length"


def issue(person_id: int, purpose: str, email: str, language: str = "fr") -> None:
    with transaction():
        publish(
            MailedTokenIssued(
                occurred_at=utc_now(),
                person_id=person_id,
                email=email,
                purpose=purpose,
                token=TOKEN,
                language=language,
            )
        )


def test_each_link_of_an_account_leads_to_its_page(mailed: Flask, smtp_server: SmtpServer) -> None:
    for purpose, path in (
        ("confirm_email", "/compte/confirmation/"),
        ("reset_password", "/compte/mot-de-passe/nouveau/"),
        ("change_email", "/compte/adresse/confirmation/"),
    ):
        with mailed.app_context():
            issue(add_person("Ada"), purpose, f"{purpose}@example.org")
        deliver_all(mailed)
        (letter,) = smtp_server.wait_for(f"{purpose}@example.org")
        for part in letter.iter_parts():
            assert f"http://localhost{path}{TOKEN}" in part.get_content()
        with mailed.app_context():
            adapter = mailed.url_map.bind("localhost")
            adapter.match(path + TOKEN)


def test_the_secret_of_a_link_is_kept_neither_in_the_outbox_nor_in_the_journal(
    mailed: Flask, smtp_server: SmtpServer
) -> None:
    with mailed.app_context():
        issue(add_person("Ada"), "reset_password", "ada@example.org")
        deliver_all(mailed)

        for table in db.metadata.sorted_tables:
            for row in db.session.execute(sa.select(table)):
                assert TOKEN not in str(row), table.name


def test_the_owner_of_an_address_is_told_of_what_others_try_with_it(
    mailed: Flask, smtp_server: SmtpServer
) -> None:
    with mailed.app_context():
        now = utc_now()
        with transaction():
            publish(SignUpRepeated(occurred_at=now, email="ada@example.org", language="fr"))
            publish(
                EmailChanged(
                    occurred_at=now,
                    person_id=add_person("Ada"),
                    former_email="old@example.org",
                    language="fr",
                )
            )
        deliver_all(mailed)

    assert smtp_server.wait_for("ada@example.org")[0]["Subject"] == "Vous avez déjà un compte"
    assert (
        smtp_server.wait_for("old@example.org")[0]["Subject"]
        == "L’adresse électronique de votre compte a changé"
    )


def test_a_demonstration_shows_its_mails_on_a_page_and_sends_none(app: Flask) -> None:
    client = app.test_client()
    assert "Pas encore de courriel" in client.get("/demonstration/courrier").get_data(as_text=True)
    with app.app_context():
        issue(add_person("Ada"), "confirm_email", "ada@example.org")
    deliver_all(app)

    page = client.get("/demonstration/courrier").get_data(as_text=True)

    assert "ada@example.org" in page
    link = re.search(r'href="(http://localhost/compte/confirmation/[^"]+)"', page)
    assert link, "the link of the mail can be followed"
    assert "/demonstration/courrier" in client.get("/").get_data(as_text=True)


def test_what_is_not_a_demonstration_has_no_such_page(sqlite_url: str, smtp_server: SmtpServer) -> None:
    app = build(sqlite_url, is_demo=False, smtp_url=smtp_server.url)
    with app.app_context():
        ada = add_person("Ada")

    assert sign_in(app, ada).get("/demonstration/courrier").status_code == 404
    assert "demonstration/courrier" not in app.test_client().get("/").get_data(as_text=True)
    dispose(app)


def test_the_mailbox_of_a_demonstration_forgets_the_oldest(app: Flask) -> None:
    with app.app_context():
        now = utc_now()
        with transaction():
            db.session.add_all(
                DemoMail(recipient="a@example.org", subject=f"S{n}", text="T", sent_at=now)
                for n in range(205)
            )
        issue(add_person("Ada"), "confirm_email", "ada@example.org")
    deliver_all(app)

    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(DemoMail)) == 200
        assert db.session.scalar(sa.select(sa.func.count()).select_from(outbox.OutboxMessage)) == 0
