"""Answers are drafted, read by a second person, published together or not at all; each person concerned is told once."""

from datetime import datetime, time, timedelta

import pytest
from flask import Flask

from civic.accounts.personal_data import erase_personal_data
from civic.kernel.access import Actor
from civic.kernel.clock import TOWN_TIME, town_today, utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.transaction import transaction
from civic.notifications.rules import Kind
from civic.proposals import queries
from civic.proposals.answers import queries as due
from civic.proposals.answers.errors import AnswersNotReady, ChangedSinceRead, NothingChosen, UnknownReader
from civic.proposals.answers.queries import DeskFilter
from civic.proposals.answers.reading import ask_reading, drop_reading, read_answer
from civic.proposals.answers.rules import LACKS, Lack, Promise, Verdict
from civic.proposals.rules import Decision
from civic.proposals.service.answering import draft_answer, publish_chosen_answers, publish_this_answer
from civic.proposals.service.hiding import set_proposal_hidden
from civic.proposals.service.taking_part import support_proposal
from tests.conftest import actor_of, add_person, add_town, bearer, post_form, sign_in
from tests.proposals.making import add_proposal
from tests.proposals.promised import add_owed, agent, councillor, kept, promised, told
from tests.statements import statements_of

YES = Decision.ACCEPTED


def draft(actor: Actor, *proposals: int, body: str = "Oui, au printemps") -> None:
    for proposal_id in proposals:
        draft_answer(actor, proposal_id=proposal_id, decision=YES, body=body)


def published(*proposals: int) -> list[bool]:
    return [queries.is_answered(each) for each in proposals]


def test_a_supporter_of_three_proposals_answered_together_is_told_once(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    mayor = councillor(town)
    consultation = promised(town, mayor)
    ada = add_person("Ada", lives_in=place)
    bob, cleo = (actor_of(add_person(name, lives_in=place)) for name in ("Bob", "Cleo"))
    titles = ("Un banc", "Un arbre", "Un abri")
    proposals = [add_proposal(town, consultation=consultation, author=ada, title=each) for each in titles]
    for each in proposals:
        support_proposal(bob, proposal_id=each)
    support_proposal(cleo, proposal_id=proposals[1])
    draft(mayor, *proposals)

    assert publish_chosen_answers(mayor, chosen=dict.fromkeys(proposals, 1)) == 3

    several = dict(told(Kind.ANSWERS_PUBLISHED))
    assert {person: params["count"] for person, params in several.items()} == {ada: 3, bob.id: 3}
    assert several[bob.id]["lines"] == list(titles)
    assert [(person, params["title"]) for person, params in told(Kind.SUPPORTED_ANSWERED)] == [
        (cleo.id, "Un arbre")
    ]
    assert told(Kind.ANSWER_PUBLISHED) == []


def test_the_news_of_an_answer_is_told_as_well(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    mayor = councillor(town)
    proposal = add_proposal(town, author=add_person("Ada", lives_in=place))
    for body in ("Oui", "C’est commencé"):
        draft(mayor, proposal, body=body)
        publish_chosen_answers(mayor, chosen={proposal: 1})

    assert len(told(Kind.ANSWER_PUBLISHED)) == 2


def test_one_answer_that_is_not_ready_publishes_none_and_says_which(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    mayor, clerk = councillor(town), agent(town)
    consultation = promised(town, mayor)
    good, hidden, changed, unread, undrafted = (
        add_owed(town, consultation, place, title=f"Idée {n}") for n in range(5)
    )
    draft(clerk, good, hidden, changed, unread)
    draft(clerk, changed, body="Non, finalement")
    ask_reading(clerk, proposal_ids=[unread], reader_id=mayor.id)
    with transaction():
        set_proposal_hidden(proposal_id=hidden, is_hidden=True, now=utc_now())
    before = kept()

    with pytest.raises(AnswersNotReady) as refusal:
        publish_chosen_answers(mayor, chosen=dict.fromkeys((good, hidden, changed, unread, undrafted), 1))

    assert {name: texts for name, texts in refusal.value.fields.items() if name != "_form"} == {
        f"answer-{hidden}": [LACKS[Lack.WITHHELD]],
        f"answer-{changed}": [LACKS[Lack.CHANGED]],
        f"answer-{unread}": [LACKS[Lack.AWAITS_READING]],
        f"answer-{undrafted}": [LACKS[Lack.NO_DRAFT]],
    }
    assert kept() == before
    assert publish_chosen_answers(mayor, chosen={good: 1, changed: 2}) == 2
    assert published(good, hidden, changed, unread) == [True, False, True, False]


def test_nobody_but_a_councillor_publishes_and_nothing_chosen_is_refused(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    mayor, clerk = councillor(town), agent(town)
    proposal = add_proposal(town)
    draft(clerk, proposal)
    before = kept()

    for who in (clerk, actor_of(add_person("Ada", lives_in=place))):
        with pytest.raises(NotAllowed):
            publish_chosen_answers(who, chosen={proposal: 1})
    with pytest.raises(NothingChosen):
        publish_chosen_answers(mayor, chosen={})
    assert kept() == before


def test_where_two_must_read_the_second_agrees_to_the_text_that_she_read(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    mayor, clerk, other = councillor(town), agent(town), councillor(town, "Bruno")
    proposal = add_owed(town, promised(town, mayor, Promise(2, 60, 7, needs_reading=True)), place)
    draft(clerk, proposal)
    with pytest.raises(AnswersNotReady):
        publish_chosen_answers(mayor, chosen={proposal: 1})
    with pytest.raises(AnswersNotReady):
        publish_this_answer(mayor, proposal_id=proposal, decision=YES, body="Autre chose")

    ask_reading(clerk, proposal_ids=[proposal], reader_id=other.id)
    assert [person for person, _ in told(Kind.ANSWERS_TO_READ)] == [other.id]
    draft(clerk, proposal, body="Oui, à l’automne")
    with pytest.raises(ChangedSinceRead):
        read_answer(other, proposal_id=proposal, version=1, verdict=Verdict.AGREED)
    read_answer(other, proposal_id=proposal, version=2, verdict=Verdict.TO_CHANGE, note="Quand ?")
    with pytest.raises(AnswersNotReady):
        publish_chosen_answers(mayor, chosen={proposal: 2})
    draft(clerk, proposal, body="Oui, en octobre")
    read_answer(other, proposal_id=proposal, version=3, verdict=Verdict.AGREED)

    assert [person for person, _ in told(Kind.ANSWER_TO_CHANGE)] == [clerk.id]
    assert [person for person, _ in told(Kind.ANSWER_AGREED)] == [clerk.id]
    draft(clerk, proposal, body="Oui, en octobre")
    assert publish_chosen_answers(mayor, chosen={proposal: 3}) == 1


def test_nobody_reads_her_own_text_and_a_resident_reads_none(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    mayor, clerk = councillor(town), agent(town)
    ada = actor_of(add_person("Ada", lives_in=place))
    proposal = add_proposal(town)
    draft(clerk, proposal)
    before = kept()

    for reader in (ada.id, clerk.id, mayor.id, None):
        with pytest.raises(UnknownReader):
            ask_reading(mayor, proposal_ids=[proposal], reader_id=reader)
    for who in (clerk, ada):
        with pytest.raises(NotAllowed):
            read_answer(who, proposal_id=proposal, version=1, verdict=Verdict.AGREED)
    with pytest.raises(NotAllowed):
        ask_reading(ada, proposal_ids=[proposal], reader_id=mayor.id)
    with pytest.raises(NotAllowed):
        drop_reading(ada, proposal_id=proposal)
    assert kept() == before


def test_a_reading_that_nobody_waits_for_any_more_blocks_nothing(app_context: Flask) -> None:
    town, _ = add_town()
    mayor, clerk, other = councillor(town), agent(town), councillor(town, "Bruno")
    proposal = add_proposal(town)
    draft(clerk, proposal)
    ask_reading(clerk, proposal_ids=[proposal], reader_id=other.id)

    drop_reading(clerk, proposal_id=proposal)
    drop_reading(clerk, proposal_id=proposal)

    assert publish_chosen_answers(mayor, chosen={proposal: 1}) == 1


def test_the_desk_lists_the_first_due_first_and_what_one_is_to_read(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    mayor, clerk = councillor(town), agent(town)
    consultation = promised(town, mayor)
    second, undated = add_owed(town, consultation, place), add_proposal(town, consultation=consultation)
    first = add_owed(town, consultation, place, since=utc_now() - timedelta(days=70), title="Un arbre")
    draft(clerk, second, undated)
    ask_reading(clerk, proposal_ids=[undated], reader_id=mayor.id)

    def listed(which: DeskFilter, who: Actor = mayor) -> list[int]:
        page = due.list_desk({town}, reader_id=who.id, at=utc_now(), which=which)
        return [row.proposal_id for row in page.items]

    assert listed(DeskFilter.ALL) == [first, second, undated]
    assert listed(DeskFilter.LATE) == [first]
    assert listed(DeskFilter.DRAFTED) == [second, undated]
    assert listed(DeskFilter.TO_READ) == [undated]
    assert listed(DeskFilter.TO_READ, clerk) == []
    counts = due.count_desk({town}, reader_id=mayor.id, at=utc_now())
    assert (counts.late, counts.due, counts.drafted, counts.mine) == (1, 2, 2, 1)
    assert due.list_desk({town + 1}, reader_id=mayor.id, at=utc_now()).total == 0
    assert due.find_next_owed(town, after_proposal_id=0) == first


def test_on_the_pages_two_answers_are_read_then_published_together(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        mayor, clerk = councillor(town), agent(town)
        consultation = promised(town, mayor)
        one, two = (add_owed(town, consultation, place, title=each) for each in ("Un banc", "Un arbre"))
        ada = add_person("Ada", lives_in=place)
    writer, reader, stranger = sign_in(app, clerk.id), sign_in(app, mayor.id), sign_in(app, ada)
    desk, said = "/bureau/reponses", {"decision": "accepted", "body": "Oui, au printemps"}
    assert stranger.get(desk).status_code == 403
    following = post_form(writer, f"/propositions/{one}/reponse", **said, next="1")
    assert following.headers["Location"].endswith(f"/propositions/{two}/reponse")  # type: ignore[attr-defined]
    last = post_form(writer, f"/propositions/{two}/reponse", **said, next="1")
    assert last.headers["Location"].endswith(desk)  # type: ignore[attr-defined]
    chosen = [f"{one}-1", f"{two}-1"]

    assert post_form(writer, f"{desk}/relecture", chosen=chosen).status_code == 422  # type: ignore[attr-defined]
    assert post_form(writer, f"{desk}/relecture", chosen=chosen, reader_id=mayor.id).status_code == 302  # type: ignore[attr-defined]
    assert "En relecture" in reader.get(desk).get_data(as_text=True)
    blocked = post_form(reader, f"{desk}/verification", chosen=chosen).get_data(as_text=True)  # type: ignore[attr-defined]
    assert "2 réponses ne sont pas prêtes" in blocked
    assert post_form(reader, f"{desk}/publication", chosen=chosen).status_code == 409  # type: ignore[attr-defined]
    for each in (one, two):
        page = f"/propositions/{each}/reponse/avis"
        assert "Oui, au printemps" in reader.get(page).get_data(as_text=True)
        assert stranger.get(page).status_code == 403
        assert post_form(reader, page, version=1, verdict="agreed").status_code == 302  # type: ignore[attr-defined]
    assert post_form(writer, f"{desk}/verification", chosen=chosen).status_code == 403  # type: ignore[attr-defined]
    assert "Publier les 2 réponses" in post_form(reader, f"{desk}/verification", chosen=chosen).get_data(True)  # type: ignore[attr-defined]
    once = {"idempotency_key": "k" * 20, "written_by": mayor.id}
    for _ in range(2):
        assert post_form(reader, f"{desk}/publication", chosen=chosen, **once).status_code == 302  # type: ignore[attr-defined]
    assert "La mairie ne doit aucune réponse" in reader.get(desk).get_data(as_text=True)
    assert reader.get(f"/propositions/{one}/reponse/avis").status_code == 302
    assert "Réponse dans les temps" not in stranger.get(f"/consultations/{consultation}").get_data(
        as_text=True
    )
    assert "répondu dans les temps" in stranger.get(f"/propositions/{one}").get_data(as_text=True)


def test_everybody_reads_by_when_an_answer_is_due_and_how_late_it_is(app: Flask) -> None:
    noon = datetime.combine(town_today() - timedelta(days=72), time(12), TOWN_TIME)
    with app.app_context():
        town, (place, *_) = add_town()
        mayor = councillor(town)
        consultation = promised(town, mayor)
        soon = add_owed(town, consultation, place, title="Un banc")
        late = add_owed(town, consultation, place, since=noon, title="Un arbre")
        quiet = add_proposal(town, consultation=consultation, title="Un abri")
    browser = app.test_client()

    page = browser.get(f"/consultations/{consultation}").get_data(as_text=True)
    assert "À partir de 2 soutiens, une proposition reçoit une réponse écrite" in page
    assert "Réponse attendue au plus tard le" in page
    assert "Sans réponse depuis 72 jours, 12 de retard" in page
    assert "12 jours de retard" in browser.get(f"/propositions/{late}").get_data(as_text=True)
    assert "Réponse attendue au plus tard le" in browser.get(f"/propositions/{soon}").get_data(as_text=True)
    assert "attendue" not in browser.get(f"/propositions/{quiet}").get_data(as_text=True)
    api = "/api/v1"
    shown = browser.get(f"{api}/proposals/{late}/expected-answer").get_json()["expected"]
    assert (shown["state"], shown["days_waited"], shown["days_late"]) == ("late", 72, 12)
    assert browser.get(f"{api}/proposals/{quiet}/expected-answer").get_json() == {"expected": None}
    stands = browser.get(f"{api}/consultations/{consultation}/answer-promise").get_json()
    assert stands == {
        "promise": {"threshold": 2, "days": 60},
        "in_time": 0, "answered_late": 0, "awaited": 1, "late": 1,
    }  # fmt: skip


def test_over_the_api_answers_are_read_then_published_together(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        mayor, clerk = councillor(town), agent(town)
        proposal = add_owed(town, promised(town, mayor), place)
        draft(clerk, proposal)
    client, hers, his = app.test_client(), bearer(app, mayor.id), bearer(app, clerk.id)
    api, body = "/api/v1", {"answers": [{"proposal_id": proposal, "version": 1}]}
    asked = {"proposal_ids": [proposal], "reader_id": mayor.id}
    assert client.post(f"{api}/answers/readings", headers=his, json=asked).get_json() == {"asked": 1}
    refused = client.post(f"{api}/answers/publication", headers=hers, json=body)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "answers_not_ready")
    verdict = {"version": 1, "verdict": "agreed"}
    address = f"{api}/proposals/{proposal}/answer/reading"
    assert client.put(address, headers=hers, json=verdict).status_code == 204
    owed = client.get(f"{api}/territories/{town}/owed-answers?which=drafted", headers=his).get_json()
    assert [(row["proposal_id"], row["verdict"], row["lack"]) for row in owed["items"]] == [
        (proposal, "agreed", None)
    ]
    assert client.post(f"{api}/answers/publication", headers=hers, json=body).get_json() == {"published": 1}


def test_the_promise_is_set_on_its_pages_and_a_refusal_keeps_what_was_typed(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        mayor, clerk = councillor(town), agent(town)
        consultation = promised(town, mayor, Promise(10, 60))
    browser, page = sign_in(app, mayor.id), f"/consultations/{consultation}/promesse"
    weaker = {"threshold": 50, "days": 60, "remind_days": 5, "in_charge_ids": [clerk.id, mayor.id]}

    refused = post_form(browser, page, **weaker)
    assert refused.status_code == 409  # type: ignore[attr-defined]
    assert 'value="50"' in refused.get_data(as_text=True)  # type: ignore[attr-defined]
    assert post_form(browser, page, **{**weaker, "threshold": 5}).status_code == 302  # type: ignore[attr-defined]
    assert (
        post_form(browser, "/bureau/reponses/promesse", threshold=8, days=30, remind_days=5).status_code
        == 302
    )  # type: ignore[attr-defined]
    with app.app_context():
        assert due.list_charge(consultation) == [clerk.id, mayor.id]
        assert due.find_promise(consultation) == Promise(5, 60, 5)
        assert due.town_promise(town) == Promise(8, 30, 5)


@pytest.mark.parametrize("box", ["1-", "-1", "²-1", "1-2-3", "9" * 30 + "-1", "un banc"])
def test_a_box_that_no_page_of_ours_holds_is_refused_in_words(app: Flask, box: str) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        mayor, ada = councillor(town), add_person("Ada", lives_in=place)

    assert post_form(sign_in(app, mayor.id), "/bureau/reponses/publication", chosen=box).status_code == 422  # type: ignore[attr-defined]
    assert post_form(sign_in(app, ada), "/bureau/reponses/publication", chosen=box).status_code == 403  # type: ignore[attr-defined]


def test_nobody_waits_for_the_reading_or_the_answers_of_who_left(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    mayor, clerk = councillor(town), agent(town)
    consultation = promised(town, mayor, charge=(clerk.id, mayor.id))
    proposal = add_owed(town, consultation, place)
    draft(mayor, proposal)
    ask_reading(mayor, proposal_ids=[proposal], reader_id=clerk.id)

    with transaction():
        erase_personal_data(clerk.id, utc_now())

    assert due.list_charge(consultation) == [mayor.id]
    assert publish_chosen_answers(mayor, chosen={proposal: 1}) == 1


def test_what_is_to_be_published_is_read_in_as_many_queries_for_two_as_for_twelve(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        mayor = councillor(town)
        consultation = promised(town, mayor)
        owed = [add_owed(town, consultation, place, title=f"Idée {n}") for n in range(12)]
        draft(mayor, *owed)
        engine = db.engine
    reader = sign_in(app, mayor.id)

    def asked(chosen: list[int]) -> int:
        post_form(reader, "/bureau/reponses/verification", chosen=[f"{each}-1" for each in chosen])
        with statements_of(engine) as seen:
            page = post_form(reader, "/bureau/reponses/verification", chosen=[f"{each}-1" for each in chosen])
        assert f"Publier les {len(chosen)} réponses" in page.get_data(as_text=True)  # type: ignore[attr-defined]
        return len(seen)

    assert asked(owed) <= asked(owed[:2]) + 1
