"""The servers that the tests lean on are real, and apart from one another."""

import smtplib
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
import redis
import sqlalchemy as sa

from tests.servers import PostgresServer, ServerMissing, SmtpServer, find_program


def write_to(server: SmtpServer, *, to: str, bcc: str = "") -> None:
    """Send a letter, in French, by SMTP."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "mairie@example.fr", to, "Votre idée a été retenue"
    letter.set_content("Félicitations !\n")
    address = urlsplit(server.url)
    with smtplib.SMTP(address.hostname or "", address.port or 0) as client:
        client.send_message(letter, to_addrs=[to, bcc] if bcc else [to])


def test_each_database_is_empty_and_apart(new_postgres_url):
    first, second = sa.create_engine(new_postgres_url()), sa.create_engine(new_postgres_url())
    with first.begin() as connection:
        connection.execute(sa.text("CREATE TABLE ballot (id int)"))

    assert sa.inspect(first).get_table_names() == ["ballot"]
    assert sa.inspect(second).get_table_names() == []
    first.dispose()
    second.dispose()


def test_a_database_can_be_copied(new_postgres_url):
    original = new_postgres_url()
    engine = sa.create_engine(original)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE ballot (id int)"))
    engine.dispose()

    copy = sa.create_engine(new_postgres_url(like=original))

    assert sa.inspect(copy).get_table_names() == ["ballot"]
    copy.dispose()


def test_a_durable_server_writes_to_the_disk_before_it_answers():
    server = PostgresServer(durable=True)
    try:
        server.start()
        engine = sa.create_engine(server.create_database())
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SHOW fsync")) == "on"
            assert connection.scalar(sa.text("SHOW synchronous_commit")) == "on"
        engine.dispose()
    finally:
        server.close()
    assert not server.folder.exists()


def test_redis_is_empty_at_the_start_of_a_test(redis_server, redis_url):
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("scrutin", "ouvert")
        redis_server.empty()
        assert client.get("scrutin") is None


def test_a_letter_reaches_its_readers_and_the_blind_copy_too(smtp_server):
    write_to(smtp_server, to="ada@example.fr", bcc="archives@example.fr")

    (letter,) = smtp_server.wait_for("ada@example.fr")
    assert letter["Subject"] == "Votre idée a été retenue"
    assert letter.get_content().strip() == "Félicitations !"
    assert smtp_server.to("archives@example.fr") == [letter]
    assert smtp_server.to("nobody@example.fr") == []


def test_a_letter_box_that_refuses_says_so_and_keeps_nothing(smtp_server):
    smtp_server.refusal = "451 Try again later"

    with pytest.raises(smtplib.SMTPDataError):
        write_to(smtp_server, to="ada@example.fr")

    assert smtp_server.messages == []


def test_a_server_that_is_not_installed_is_named_with_its_package():
    with pytest.raises(ServerMissing, match=r"no-such-server is not installed.*package imaginary"):
        find_program("no-such-server", "imaginary")
