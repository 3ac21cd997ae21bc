"""Proposals found by what they mean: learnt after they are published, forgotten with what is hidden, the same on both databases."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask

from civic.kernel.database import db
from civic.kernel.jobs import run_hourly_jobs
from civic.kernel.outbox import OutboxMessage, deliver_due
from civic.kernel.transaction import transaction
from civic.proposals.likeness import encoder, kept
from civic.proposals.likeness.learnt import learnt
from civic.proposals.likeness.meaning import MOST_SENTENCES, SIZE, Meanings, packed, texts_of
from civic.proposals.likeness.queries import find_like
from civic.proposals.likeness.service import learn_everything, learn_proposal, own_dictionary
from civic.proposals.models import Meaning, Proposal
from civic.proposals.service.hiding import set_proposal_hidden
from config import Settings
from tests.conftest import build, dispose, plain, post_form, sign_in
from tests.proposals.asking import Asking, find_by_meaning
from tests.proposals.pairs import Text

ROOT = Path(__file__).parents[2]
TOWN = [
    Text("Un parc pour que les chiens courent sans laisse", "Les nôtres ne sortent qu’attachés."),
    Text("Une épicerie ambulante", "Le dernier magasin a fermé, et tout le monde n’a pas de voiture."),
    Text("Un feu pour les piétons devant le collège", "On attend longtemps avant de passer."),
    Text("Des concerts sur la place en juillet", "Les soirées sont tristes l’été."),
]
OTHERWISE = Text("Mon caniche aimerait galoper librement", "")
"""Says the same as the first, without one word of it."""


@pytest.fixture
def by_meaning(app_context: Flask) -> Flask:
    """A context on each of the two databases, where proposals are found by what they mean."""
    find_by_meaning(app_context)
    return app_context


def found(text: Text) -> list[int]:
    return [like.proposal_id for like in find_like(text.title, text.body, words=own_dictionary())]


def vectors_of(proposal_id: int) -> bytes | None:
    db.session.rollback()
    return db.session.scalar(sa.select(Meaning.vectors).filter_by(proposal_id=proposal_id))


def owed() -> list[dict[str, int]]:
    db.session.rollback()
    query = sa.select(OutboxMessage.payload).where(OutboxMessage.kind == kept.LEARN_MEANING)
    return list(db.session.scalars(query.order_by(OutboxMessage.id)))


def deliver() -> None:
    while deliver_due():
        pass


def test_the_same_idea_is_found_without_a_word_in_common_and_in_the_same_order_on_every_database(
    by_meaning: Flask,
) -> None:
    dogs, shop, light, music = Asking().write(TOWN)
    learn_everything()

    likes = find_like(OTHERWISE.title, "", words=own_dictionary(), is_bounded=False)
    assert [like.proposal_id for like in likes] == [dogs, music, shop, light]
    assert found(OTHERWISE) == [dogs]
    assert found(Text("Un camion qui vend des provisions", "")) == [shop]
    assert found(Text("", "")) == found(Text("!!!", "")) == []

    find_by_meaning(by_meaning, False)
    assert found(OTHERWISE) == []


def test_what_is_learnt_within_a_longer_transaction_is_kept_with_it_and_drops_nothing_of_it(
    by_meaning: Flask,
) -> None:
    asking = Asking()
    with transaction():
        dogs, *_ = asking.write(TOWN * 5)
        assert learn_everything() == 5 * len(TOWN)

    assert found(OTHERWISE) == [dogs + 4 * number for number in reversed(range(5))]
    assert len(kept.read_meanings()) == 5 * len(TOWN)


def test_one_that_is_published_is_found_once_it_is_learnt_and_by_its_words_until_then(
    by_meaning: Flask,
) -> None:
    asking = Asking()
    asking.write(TOWN[1:])
    learn_everything()
    (dogs,) = asking.write(TOWN[:1])
    learn_proposal(dogs)

    assert owed() == [{"proposal_id": dogs}]
    assert found(OTHERWISE) == []
    assert found(Text("Les chiens sans laisse au parc", ""))[0] == dogs

    deliver()
    assert owed() == []
    assert found(OTHERWISE) == [dogs]
    assert len(vectors_of(dogs) or b"") == 4 * SIZE


def test_one_that_is_hidden_is_forgotten_in_the_same_transaction_and_learnt_again_once_put_back(
    by_meaning: Flask,
) -> None:
    asking = Asking()
    dogs, *_ = asking.write(TOWN)
    learn_everything()
    assert found(OTHERWISE) == [dogs]

    set_proposal_hidden(proposal_id=dogs, is_hidden=True, now=asking.now)
    assert vectors_of(dogs) == b""
    assert found(OTHERWISE) == []
    deliver()
    assert kept.learn_missing() == 0
    assert vectors_of(dogs) == b""

    set_proposal_hidden(proposal_id=dogs, is_hidden=False, now=asking.now)
    assert found(OTHERWISE) == []
    deliver()
    assert found(OTHERWISE) == [dogs]


def test_what_was_written_again_while_it_was_learnt_is_not_kept_as_it_was(
    by_meaning: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    dogs, *_ = Asking().write(TOWN)
    learn_everything()
    encoded = kept._encoded

    def rewritten_meanwhile(*asked: object) -> dict[int, bytes]:
        monkeypatch.setattr(kept, "_encoded", encoded)
        rewrite(dogs, "Une fontaine sur la place")
        return encoded(*asked)  # type: ignore[arg-type]

    rewrite(dogs, "Un manège")
    assert vectors_of(dogs) == b""
    monkeypatch.setattr(kept, "_encoded", rewritten_meanwhile)
    assert kept.learn_meanings([dogs]) == 0
    assert vectors_of(dogs) == b""

    deliver()
    assert found(OTHERWISE) == []
    assert found(Text("De l’eau à boire au centre du village", ""))[0] == dogs


def rewrite(proposal_id: int, title: str) -> None:
    with transaction():
        db.session.get_one(Proposal, proposal_id).title = title
        db.session.flush()
        learn_proposal(proposal_id)


def test_every_process_sees_what_another_one_changed(by_meaning: Flask) -> None:
    dogs, *others = Asking().write(TOWN)
    learn_everything()
    assert found(OTHERWISE) == [dogs]
    here = by_meaning.extensions[kept.LEARN_MEANING]
    url = by_meaning.config["SETTINGS"].database_url
    elsewhere = build(url, finds_by_meaning=True)
    with elsewhere.app_context():
        assert found(OTHERWISE) == [dogs]
        set_proposal_hidden(proposal_id=others[0], is_hidden=True, now=Asking().now)
        rewrite(dogs, "Un parc où les chiens courent sans laisse")
        deliver()
    dispose(elsewhere)

    db.session.rollback()
    meanings = kept.read_meanings()
    assert sorted(meanings.ids) == [dogs, *others[1:]]
    assert by_meaning.extensions[kept.LEARN_MEANING].version == here.version + 3
    assert found(OTHERWISE) == [dogs]
    assert kept.read_meanings() is meanings


def test_what_is_gone_with_its_consultation_or_of_another_database_is_no_longer_in_memory(
    by_meaning: Flask,
) -> None:
    dogs, *others = Asking().write(TOWN)
    learn_everything()
    assert len(kept.read_meanings()) == len(TOWN)

    with transaction():
        db.session.execute(sa.delete(Proposal).where(Proposal.id == dogs))
    assert kept.read_meanings().ids == others

    with transaction():
        db.session.execute(sa.update(kept.MeaningSeries).values(name="another", version=1))
        db.session.execute(sa.delete(Meaning).where(Meaning.proposal_id != others[0]))
        db.session.execute(sa.update(Meaning).values(version=1))
    assert kept.read_meanings().ids == others[:1]


def test_what_another_model_made_is_not_compared_and_is_learnt_again_within_the_hour(
    by_meaning: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = Asking()
    dogs, *_ = asking.write(TOWN)
    learn_everything()

    monkeypatch.setattr(encoder, "model_name", lambda: "another 1")
    by_meaning.extensions.pop(kept.LEARN_MEANING, None)
    assert found(OTHERWISE) == []
    monkeypatch.setattr(kept.time, "sleep", lambda seconds: None)
    run_hourly_jobs(asking.now)
    db.session.rollback()

    assert set(db.session.scalars(sa.select(Meaning.model))) == {f"another 1, {learnt().name}"}
    assert found(OTHERWISE) == [dogs]


def test_an_installation_without_the_model_finds_by_words_and_owes_nothing(
    by_meaning: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    (dogs,) = Asking().write(TOWN[:1])
    monkeypatch.setattr(encoder, "model_name", lambda: None)
    learn_everything()
    learn_proposal(dogs)

    assert owed() == []
    assert vectors_of(dogs) is None
    assert found(Text("Un parc pour les chiens", "")) == [dogs]
    assert found(OTHERWISE) == []


def test_an_installation_says_that_it_does_without() -> None:
    asked = {"CIVIC_DEMO": "1", "CIVIC_SECRET_KEY": "s" * 40}
    assert Settings.from_environment(asked).finds_by_meaning is True
    assert Settings.from_environment({**asked, "CIVIC_MEANING": "0"}).finds_by_meaning is False


def test_who_has_no_script_is_shown_once_the_same_idea_otherwise_said(app: Flask) -> None:
    find_by_meaning(app)
    with app.app_context():
        asking = Asking()
        asking.write(TOWN)
        learn_everything()
    client = sign_in(app, asking.author)
    address = f"/consultations/{asking.consultation}/propositions/nouvelle"
    typed = {
        "title": OTHERWISE.title, "body": "Ils tournent en rond.", "category": "leisure", "territory_id": str(asking.places[0]),
    }  # fmt: skip

    page = plain(post_form(client, address, **typed).get_data(as_text=True))
    assert TOWN[0].title in page
    assert "Publier quand même" in page
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == len(TOWN)

    part = post_form(
        client,
        f"/consultations/{asking.consultation}/propositions/semblables",
        title=OTHERWISE.title,
        body="",
    )
    assert TOWN[0].title in plain(part.get_data(as_text=True))
    assert post_form(client, address, **typed, has_seen_like="1").status_code == 302
    with app.app_context():
        assert len(owed()) == 1


def test_a_text_is_a_whole_a_title_and_a_few_sentences_and_its_vectors_are_kept_nearly_as_they_are() -> None:
    assert texts_of(" Un banc. ", "") == ["Un banc.", "Un banc."]
    assert texts_of("Un banc", "À l’ombre ; près du lavoir. Merci !") == [
        "Un banc. À l’ombre ; près du lavoir. Merci !", "Un banc", "À l’ombre ;", "près du lavoir.", "Merci !",
    ]  # fmt: skip
    long = " ".join(f"Phrase {number}." for number in range(300))
    whole, _title, *sentences = texts_of("Titre", long)
    assert (len(sentences), " ".join(sentences)) == (MOST_SENTENCES, whole.removeprefix("Titre. "))

    chance = np.random.default_rng(1)
    rows = chance.standard_normal((8, SIZE)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    untold = rows[4:] * [[1], [1], [0], [1]]
    table = Meanings({1: packed(rows[:4]), 2: packed(rows[4:]), 4: packed(untold)})
    near = table.nearness(rows[:4])
    assert near[1] == pytest.approx(1, abs=0.002)
    meant = (
        0.36 * rows[0] @ rows[4]
        + 0.26 * rows[1] @ rows[5]
        + 0.38 * (rows[[1, 3]] @ rows[[5, 7]].T).max(axis=1).mean()
    )
    assert near[2] == pytest.approx((meant + rows[2] @ rows[6]) / 2, abs=0.002)
    assert near[4] == pytest.approx(meant, abs=0.002)
    assert table.with_changes({1: b"", 3: packed(rows[:4])}).nearness(rows[:4]) == {
        2: near[2],
        3: near[1],
        4: near[4],
    }
    assert len(Meanings({})) == 0
    assert Meanings({}).nearness(rows) == {}


UNDER_THE_SERVER = """
from gevent import monkey
monkey.patch_all()
import gevent, socket
from civic.proposals.likeness import encoder
encoder.is_wanted = lambda: True
def no_network(*asked): raise AssertionError("the network was asked")
socket.socket.connect = no_network
ran = []
other = gevent.spawn(lambda: [ran.append(1) or gevent.sleep(0.01) for _ in range(5)])
assert encoder.encoder_now() is None, "a request waited"
encode = encoder.encoder()
assert encode is encoder.encoder_now()
assert encode(["Un banc"]).shape == (1, 512)
print(len(ran))
"""


def test_under_the_server_requests_are_served_while_the_model_is_loaded_and_no_network_is_asked() -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNDER_THE_SERVER], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip

    assert (done.returncode, done.stdout.strip()) == (0, "5"), done.stderr
