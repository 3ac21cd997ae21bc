"""Residents answer arguments, say which ones enlighten them, and take their own words back."""

import threading
from collections import Counter

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.consultations.errors import PhaseClosed
from civic.consultations.rules import Activity
from civic.kernel.access import ANONYMOUS, Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, NotSignedIn
from civic.moderation.models import Flag
from civic.notifications.models import Notification
from civic.notifications.rules import Kind
from civic.proposals.amendments.rules import Text
from civic.proposals.amendments.service import Change, propose_amendment
from civic.proposals.arguing import queries
from civic.proposals.arguing.errors import AnswersAreNotMarked, ArgumentWithdrawn, OwnArgument
from civic.proposals.arguing.models import ArgumentMark
from civic.proposals.arguing.queries import Reader
from civic.proposals.arguing.rules import Order
from civic.proposals.arguing.service import (
    answer_argument,
    mark_argument,
    unmark_argument,
    withdraw_argument,
)
from civic.proposals.arguing.subscribers import export
from civic.proposals.errors import ArgumentNotFound
from civic.proposals.models import Argument
from civic.proposals.moderated import find_moderated_argument
from civic.proposals.rules import Side
from civic.proposals.service.hiding import set_argument_hidden, set_proposal_hidden
from civic.proposals.service.proposing import withdraw_proposal
from civic.proposals.service.taking_part import publish_argument
from tests.conftest import actor_of, add_person, add_town, bearer, plain, post_form, sign_in
from tests.consultations.making import add_consultation
from tests.proposals.making import WITHOUT, add_proposal, counts_of, held, recounts_of


class Debate:
    """A proposal that Ada argued for and Bob against, where Cléo lives too."""

    def __init__(self) -> None:
        self.town, (self.place, *_) = add_town()
        self.consultation = add_consultation(self.town)
        self.proposal = add_proposal(self.town, consultation=self.consultation, place=self.place)
        self.ada, self.bob, self.cleo = (self.resident(name) for name in ("Ada", "Bob", "Cléo"))
        self.pro = self.argue(self.ada, Side.FOR, "On s’y assoit.")
        self.con = self.argue(self.bob, Side.AGAINST, "On y fait du bruit.")

    def resident(self, name: str) -> Actor:
        return actor_of(add_person(name, lives_in=self.place))

    def argue(self, actor: Actor, side: Side, body: str) -> int:
        return publish_argument(actor, proposal_id=self.proposal, side=side, body=body)

    def read(self, actor: Actor = ANONYMOUS) -> dict[int, queries.ArgumentView]:
        db.session.rollback()
        page = queries.list_arguments(self.proposal, reader=Reader(actor.person_id), order=Order.BALANCED)
        return {view.id: view for view in page.items}


def marks() -> list[tuple[object, ...]]:
    return [tuple(row) for row in db.session.execute(sa.select(ArgumentMark.__table__).order_by("id"))]


def told(actor: Actor) -> list[str]:
    db.session.rollback()
    query = sa.select(Notification.path).filter_by(person_id=actor.id, kind=Kind.ARGUMENT_ANSWERED)
    return list(db.session.scalars(query.order_by(Notification.id)))


def test_an_answer_to_an_answer_joins_the_thread_and_names_whom_it_answers(app_context: Flask) -> None:
    debate = Debate()
    first = answer_argument(debate.bob, argument_id=debate.pro, body="Pas l’hiver.")
    answer_argument(debate.cleo, argument_id=first, body="Si, au soleil.")

    views = debate.read()
    assert set(views) == {debate.pro, debate.con}
    answers = views[debate.pro].answers
    assert [(each.author_name, each.body, each.answers_name) for each in answers] == [
        ("Bob", "Pas l’hiver.", None),
        ("Cléo", "Si, au soleil.", "Bob"),
    ]
    assert counts_of(debate.proposal) == recounts_of(debate.proposal) == (0, 2)


def test_only_the_first_three_answers_are_under_an_argument(app_context: Flask) -> None:
    debate = Debate()
    for number in range(5):
        answer_argument(debate.bob, argument_id=debate.pro, body=f"Réponse {number}")

    view = debate.read()[debate.pro]
    assert [each.body for each in view.answers] == ["Réponse 0", "Réponse 1", "Réponse 2"]
    assert (view.answer_count, view.answers_left) == (5, 2)
    assert queries.list_answers(debate.pro, reader=Reader(None)).total == 5


def test_who_is_answered_is_told_once_until_she_reads_it(app_context: Flask) -> None:
    debate = Debate()
    first = answer_argument(debate.bob, argument_id=debate.pro, body="Pas l’hiver.")
    answer_argument(debate.cleo, argument_id=debate.pro, body="Ni la nuit.")
    answer_argument(debate.ada, argument_id=first, body="Si.")
    answer_argument(debate.ada, argument_id=debate.pro, body="J’ajoute ceci.")

    path = f"/propositions/arguments/{debate.pro}"
    assert (told(debate.ada), told(debate.bob), told(debate.cleo)) == ([path], [path], [])


def test_who_may_not_argue_neither_answers_nor_marks(app_context: Flask) -> None:
    debate = Debate()
    elsewhere = actor_of(add_person("Ève", lives_in=add_town()[0]))
    mayor = actor_of(add_person("Isabelle", roles=((Role.COUNCILLOR, debate.town),)))
    before = held()

    for outsider, refusal in ((elsewhere, NotAllowed), (mayor, NotAllowed), (ANONYMOUS, NotSignedIn)):
        with pytest.raises(refusal):
            answer_argument(outsider, argument_id=debate.pro, body="Non")
        with pytest.raises(refusal):
            mark_argument(outsider, argument_id=debate.pro)
        with pytest.raises(refusal):
            unmark_argument(outsider, argument_id=debate.pro)
        with pytest.raises(refusal):
            withdraw_argument(outsider, argument_id=debate.pro)
    assert (held(), marks()) == (before, [])


def test_no_phase_permits_to_answer_once_the_debate_is_closed_but_words_are_taken_back(
    app_context: Flask,
) -> None:
    debate = Debate()
    closed = add_proposal(
        debate.town, consultation=add_consultation(debate.town, activities=WITHOUT[Activity.ARGUE])
    )
    argument = Argument(
        proposal_id=closed, author_id=debate.ada.id, side=Side.FOR, body="Oui", created_at=utc_now()
    )
    db.session.add(argument)
    db.session.commit()
    before = held()

    with pytest.raises(PhaseClosed):
        answer_argument(debate.bob, argument_id=argument.id, body="Non")
    with pytest.raises(PhaseClosed):
        mark_argument(debate.bob, argument_id=argument.id)
    assert held() == before


def test_a_mark_counts_once_and_is_taken_back(app_context: Flask) -> None:
    debate = Debate()
    for _ in range(2):
        assert mark_argument(debate.cleo, argument_id=debate.pro).useful_count == 1
    assert debate.read(debate.cleo)[debate.pro].is_marked
    assert not debate.read(debate.bob)[debate.pro].is_marked
    for _ in range(2):
        assert unmark_argument(debate.cleo, argument_id=debate.pro).useful_count == 0
    assert marks() == []


def test_nobody_marks_her_own_argument_nor_an_answer(app_context: Flask) -> None:
    debate = Debate()
    answer = answer_argument(debate.bob, argument_id=debate.pro, body="Pas l’hiver.")

    with pytest.raises(OwnArgument):
        mark_argument(debate.ada, argument_id=debate.pro)
    with pytest.raises(AnswersAreNotMarked):
        mark_argument(debate.cleo, argument_id=answer)
    assert marks() == []


def test_twenty_marks_at_once_by_the_same_four_persons_are_four(app_context: Flask) -> None:
    debate = Debate()
    people = [debate.resident(f"Voisine {number}") for number in range(4)]
    db.session.rollback()
    outcomes: Counter[str] = Counter()

    def mark(actor: Actor) -> None:
        with app_context.app_context():
            try:
                mark_argument(actor, argument_id=debate.pro)
                outcomes["done"] += 1
            finally:
                db.session.remove()

    threads = [threading.Thread(target=mark, args=(person,)) for person in people * 5]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes["done"] == 20
    assert debate.read()[debate.pro].useful_count == len(marks()) == 4


def test_words_taken_back_are_deleted_and_what_answers_them_stays(app_context: Flask) -> None:
    debate = Debate()
    answer = answer_argument(debate.bob, argument_id=debate.pro, body="Pas l’hiver.")
    mark_argument(debate.cleo, argument_id=debate.pro)
    withdraw_argument(debate.ada, argument_id=debate.pro)
    withdraw_argument(debate.ada, argument_id=debate.pro)
    withdraw_argument(debate.bob, argument_id=debate.con)

    (view,) = debate.read().values()
    assert (view.id, view.is_withdrawn, view.body, view.useful_count) == (debate.pro, True, "", 0)
    assert view.author_name is None, "she took her words back: the API does not sign what the page does not"
    assert [each.id for each in view.answers] == [answer]
    withdraw_argument(debate.bob, argument_id=answer)
    assert [each.author_name for each in queries.list_answers(debate.pro, reader=Reader(None)).items] == [
        None
    ]
    assert counts_of(debate.proposal) == recounts_of(debate.proposal) == (0, 0)
    for command in (mark_argument, unmark_argument):
        with pytest.raises(ArgumentWithdrawn):
            command(debate.cleo, argument_id=debate.pro)
    with pytest.raises(ArgumentWithdrawn):
        answer_argument(debate.cleo, argument_id=debate.pro, body="Trop tard")


def test_an_answer_that_moderation_hides_is_read_by_its_author_alone(app_context: Flask) -> None:
    debate = Debate()
    answer = answer_argument(debate.bob, argument_id=debate.pro, body="Imbécile.")
    found = find_moderated_argument(answer)
    assert found is not None
    assert found.path == f"/propositions/arguments/{debate.pro}#argument-{answer}"
    set_argument_hidden(argument_id=answer, is_hidden=True, now=utc_now())

    assert debate.read()[debate.pro].answer_count == 0
    assert [each.is_hidden for each in debate.read(debate.bob)[debate.pro].answers] == [True]
    assert counts_of(debate.proposal) == recounts_of(debate.proposal)
    with pytest.raises(ArgumentNotFound):
        answer_argument(debate.cleo, argument_id=answer, body="Oh")


def test_who_answered_what_is_hidden_now_still_reads_and_deletes_her_own_words(app: Flask) -> None:
    with app.app_context():
        debate = Debate()
        answer = answer_argument(debate.bob, argument_id=debate.pro, body="Pas l’hiver.")
        set_argument_hidden(argument_id=debate.pro, is_hidden=True, now=utc_now())
        before = held()
        with pytest.raises(NotAllowed):
            withdraw_argument(debate.cleo, argument_id=answer)
        assert held() == before
    bob, cleo = sign_in(app, debate.bob.id), sign_in(app, debate.cleo.id)
    address = f"/propositions/arguments/{answer}"

    page = plain(bob.get(address).text)
    assert "Pas l’hiver." in page
    assert "On s’y assoit." not in page
    assert cleo.get(address).status_code == app.test_client().get(address).status_code == 404
    gone = post_form(bob, f"{address}/retrait")
    assert gone.location == f"/propositions/{debate.proposal}#arguments"  # type: ignore[attr-defined]
    assert bob.get(address).status_code == 404
    with app.app_context():
        assert queries.get_argument(answer).body == ""


def test_a_copy_of_one_s_data_holds_no_words_of_others_that_were_hidden(app_context: Flask) -> None:
    debate = Debate()
    mark_argument(debate.cleo, argument_id=debate.pro)
    assert [each["text"] for each in export(debate.cleo.id)] == ["On s’y assoit."]
    set_argument_hidden(argument_id=debate.pro, is_hidden=True, now=utc_now())
    assert [each["text"] for each in export(debate.cleo.id)] == [""]
    set_argument_hidden(argument_id=debate.pro, is_hidden=False, now=utc_now())
    set_proposal_hidden(proposal_id=debate.proposal, is_hidden=True, now=utc_now())

    assert [each["text"] for each in export(debate.cleo.id)] == [""]


def test_nobody_flags_hence_reads_what_she_may_not_read(app: Flask) -> None:
    """The form shows what is flagged: it is no way around what was withdrawn, nor around what is said of something hidden."""
    with app.app_context():
        debate = Debate()
        answer = answer_argument(debate.bob, argument_id=debate.pro, body="Pas l’hiver.")
        proposed = Change(Text("Un banc", "Devant le lavoir, à l’ombre."), "On y est mieux assis.", 1)
        author = debate.resident("Dora")
        proposal = add_proposal(
            debate.town, author=author.id, consultation=debate.consultation, place=debate.place
        )
        amendment = propose_amendment(debate.bob, proposal_id=proposal, change=proposed)
        argument = publish_argument(debate.bob, proposal_id=proposal, side=Side.FOR, body="On s’y repose.")
    client = sign_in(app, debate.cleo.id)
    forms = [
        f"/signalements/nouveau/{kind}/{each}"
        for kind, each in (
            ("argument", answer),
            ("proposal", proposal),
            ("argument", argument),
            ("amendment", amendment),
        )
    ]
    assert [client.get(form).status_code for form in forms] == [200] * 4

    with app.app_context():
        set_argument_hidden(argument_id=debate.pro, is_hidden=True, now=utc_now())
        withdraw_proposal(author, proposal_id=proposal)

    assert [client.get(form).status_code for form in forms] == [404] * 4
    assert [post_form(client, form, reason="other").status_code for form in forms] == [404] * 4
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Flag)) == 0


def test_the_other_side_is_shown_to_who_has_just_argued(app: Flask) -> None:
    with app.app_context():
        debate = Debate()
        weak = debate.argue(debate.bob, Side.AGAINST, "Je n’aime pas les bancs.")
        for name in ("Dora", "Élie"):
            mark_argument(debate.resident(name), argument_id=debate.con)
    client = sign_in(app, debate.cleo.id)
    answer = post_form(
        client, f"/propositions/{debate.proposal}/arguments", side="for", body="On s’y retrouve."
    )

    assert answer.location.endswith("#en-face")
    page = plain(client.get(answer.location).get_data(as_text=True))
    assert "Avez-vous lu l’argument contre le plus éclairant ?" in page
    prompt = page[page.index('id="en-face"') : page.index("Revoir le vôtre")]
    assert "On y fait du bruit." in prompt
    assert "Votre argument est en ligne" in prompt
    assert f"argument-{weak}" not in prompt
    assert "en-face" not in app.test_client().get(answer.location).get_data(as_text=True)


def test_a_thread_is_read_answered_and_taken_back_without_a_script(app: Flask) -> None:
    with app.app_context():
        debate = Debate()
        for number in range(5):
            answer_argument(debate.bob, argument_id=debate.pro, body=f"Réponse {number}")
    client, thread = sign_in(app, debate.cleo.id), f"/propositions/arguments/{debate.pro}"
    assert "Lire les 2 autres réponses" in plain(
        client.get(f"/propositions/{debate.proposal}").get_data(as_text=True)
    )

    empty = post_form(client, f"{thread}/reponses", body="")
    assert empty.status_code == 422
    answer = post_form(client, f"{thread}/reponses", body="Je suis d’accord avec vous.")
    page = client.get(answer.location).get_data(as_text=True)
    assert "Je suis d’accord avec vous." in page
    own = answer.location.rpartition("argument-")[2]
    marked = post_form(client, f"{thread}/utile", ordre="recents", page="2")
    assert marked.location.endswith(f"?ordre=recents&page=2#argument-{debate.pro}")
    assert "Cet argument vous éclaire." in client.get(marked.location.replace("page=2", "page=1")).get_data(
        as_text=True
    )
    post_form(client, f"/propositions/arguments/{own}/retrait")
    page = client.get(thread).get_data(as_text=True)
    assert "Retiré par son auteur" in page
    assert "Je suis d’accord avec vous." not in page


def test_over_the_api_arguments_are_answered_marked_and_ordered(app: Flask) -> None:
    with app.app_context():
        debate = Debate()
    client, headers = app.test_client(), bearer(app, debate.cleo.id)
    address = f"/api/v1/arguments/{debate.pro}"

    assert client.post(f"{address}/answers", headers=headers, json={"body": "Oui."}).status_code == 201
    assert client.put(f"{address}/mark", headers=headers).json == {"useful_count": 1, "is_marked": True}
    listed = client.get(f"/api/v1/proposals/{debate.proposal}/arguments?order=most_useful").json
    assert [(each["id"], each["useful_count"], each["answer_count"]) for each in listed["items"]] == [
        (debate.pro, 1, 1),
        (debate.con, 0, 0),
    ]
    assert client.get(f"{address}/answers").json["items"][0]["body"] == "Oui."
    assert client.delete(f"{address}/mark", headers=headers).json == {"useful_count": 0, "is_marked": False}
    assert client.delete(address, headers=headers).status_code == 403
