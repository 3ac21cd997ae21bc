"""The town hall draws lots: frozen before the seed, drawn before witnesses, each person free to say no."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Person
from civic.audit.models import AuditEntry
from civic.councils.sortition import lists, queries, rules
from civic.councils.sortition.errors import (
    DrawIncomplete,
    DrawListRefused,
    DrawNotFound,
    PlaceAnswered,
    QuotasRefused,
    SeedNotToCome,
    SeedSaysNothing,
    SeedTooEarly,
    WrongDrawState,
)
from civic.councils.sortition.models import DrawnPlace
from civic.councils.sortition.rules import Quota
from civic.councils.sortition.service import drawing, preparing
from civic.councils.sortition.states import DrawState, PlaceState, due_of, reminded_at
from civic.kernel.access import ANONYMOUS
from civic.kernel.clock import TOWN_TIME, from_town_time, utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.outbox import OutboxMessage
from civic.kernel.transaction import transaction
from civic.notifications.models import Notification
from civic.notifications.wording import sentence_of
from civic.pages.models import SearchEntry, SearchKind
from civic.pages.queries.findable import find_findable
from tests.conftest import actor_of, add_person, add_town, bearer, plain, post_form, sign_in
from tests.councils.drawing import SEED, SOURCE, WISH, agent, drawn_draw, frozen_draw, list_of, stored


def text_of(answer: object) -> str:
    return plain(re.sub(r"\s+", " ", answer.get_data(as_text=True)))  # type: ignore[attr-defined]


def test_a_draw_is_frozen_before_its_seed_exists_and_changes_no_more(app_context: Flask) -> None:
    town, _ = add_town()
    agnes = agent(town)
    draw_id = preparing.create_draw(agnes, territory_id=town, wish=WISH)
    tomorrow = utc_now() + timedelta(days=1)

    with pytest.raises(DrawNotFound):
        preparing.get_visible_draw(ANONYMOUS, draw_id)
    with pytest.raises(DrawIncomplete):
        preparing.freeze_draw(agnes, draw_id=draw_id, seed_source=SOURCE, seed_at=tomorrow)
    preparing.load_list(agnes, draw_id=draw_id, content=list_of())
    with pytest.raises(SeedNotToCome):
        preparing.freeze_draw(agnes, draw_id=draw_id, seed_source=SOURCE, seed_at=utc_now())
    assert stored(draw_id).state is DrawState.DRAFT

    preparing.freeze_draw(agnes, draw_id=draw_id, seed_source=SOURCE, seed_at=tomorrow)

    draw = preparing.get_visible_draw(ANONYMOUS, draw_id)
    assert draw.list_sha256 == lists.fingerprint(draw.list_text)
    before = (draw.list_text, draw.quotas, draw.rules_text)
    for attempt in (
        lambda: preparing.load_list(agnes, draw_id=draw_id, content=list_of(seed=2)),
        lambda: preparing.set_quotas(agnes, draw_id=draw_id, quotas=[]),
        lambda: preparing.edit_draw(agnes, draw_id=draw_id, wish=replace(WISH, seats=3)),
        lambda: preparing.delete_draft(agnes, draw_id=draw_id),
        lambda: preparing.freeze_draw(agnes, draw_id=draw_id, seed_source="Une autre source", seed_at=tomorrow),
    ):  # fmt: skip
        with pytest.raises(WrongDrawState):
            attempt()
    with pytest.raises(SeedTooEarly):
        drawing.draw_lots(agnes, draw_id=draw_id, seed=SEED, witnesses="Ada et Bruno")
    draw = stored(draw_id)
    assert (draw.list_text, draw.quotas, draw.rules_text) == before
    assert draw.seed is None


def test_quotas_that_cannot_be_held_keep_a_draw_from_being_frozen(app_context: Flask) -> None:
    town, _ = add_town()
    agnes = agent(town)
    draw_id = preparing.create_draw(agnes, territory_id=town, wish=WISH)
    preparing.load_list(agnes, draw_id=draw_id, content=b"numero;sexe\n" + b"".join(b"%d;%s\n" % (n, b"F" if n > 2 else b"H") for n in range(1, 20)))  # fmt: skip
    preparing.set_quotas(agnes, draw_id=draw_id, quotas=[Quota("sexe", "H", 3, 6)])

    with pytest.raises(QuotasRefused) as refused:
        preparing.freeze_draw(
            agnes, draw_id=draw_id, seed_source=SOURCE, seed_at=utc_now() + timedelta(days=1)
        )
    assert "il en manque 1" in refused.value.fields["quotas"][0]
    with pytest.raises(QuotasRefused):
        preparing.set_quotas(agnes, draw_id=draw_id, quotas=[Quota("sexe", "X", 0, 1)])
    assert stored(draw_id).quotas == [["sexe", "H", 3, 6]]
    assert stored(draw_id).frozen_at is None


def test_a_list_with_a_wrong_line_changes_nothing(app_context: Flask) -> None:
    town, _ = add_town()
    agnes = agent(town)
    draw_id = preparing.create_draw(agnes, territory_id=town, wish=WISH)
    preparing.load_list(agnes, draw_id=draw_id, content=list_of())

    with pytest.raises(DrawListRefused) as refused:
        preparing.load_list(agnes, draw_id=draw_id, content=b"numero;sexe\n1;F\nMarie Durand;F\n")
    assert "Ligne 3" in plain(refused.value.fields["file"][0])
    with pytest.raises(DrawListRefused) as refused:
        preparing.load_list(agnes, draw_id=draw_id, content=b"numero;sexe\n1;" + b"F" * 200_000)
    assert "Ligne 2" in plain(refused.value.fields["file"][0])
    assert stored(draw_id).entrants == 60


def test_a_resident_draws_no_lots(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    bruno = actor_of(add_person("Bruno", lives_in=place))
    draw_id = frozen_draw(agent(town), town)

    for attempt in (
        lambda: preparing.create_draw(bruno, territory_id=town, wish=WISH),
        lambda: drawing.draw_lots(bruno, draw_id=draw_id, seed=SEED, witnesses="Ada et Bruno"),
        lambda: preparing.cancel_draw(bruno, draw_id=draw_id, reason="Je n’en veux pas."),
        lambda: drawing.read_places(bruno, draw_id=draw_id),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert stored(draw_id).state is DrawState.FROZEN


def test_a_seed_is_kept_as_it_can_be_written_in_one_way_and_says_something(app_context: Flask) -> None:
    town, _ = add_town()
    agnes = agent(town)
    draw_id = frozen_draw(agnes, town)

    with pytest.raises(SeedSaysNothing):
        drawing.draw_lots(agnes, draw_id=draw_id, seed="— — — —", witnesses="Ada et Bruno")
    assert stored(draw_id).state is DrawState.FROZEN

    drawing.draw_lots(agnes, draw_id=draw_id, seed="03–14–15 26 49 & 9", witnesses="Ada et Bruno")
    assert stored(draw_id).seed == SEED


def test_nobody_tells_a_draft_from_a_draw_that_is_not_there(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    bruno = actor_of(add_person("Bruno", lives_in=place))
    draft_id = preparing.create_draw(agent(town), territory_id=town, wish=WISH)

    for draw_id in (draft_id, draft_id + 1):
        for attempt in (
            lambda at=draw_id: preparing.edit_draw(bruno, draw_id=at, wish=WISH),
            lambda at=draw_id: preparing.delete_draft(bruno, draw_id=at),
            lambda at=draw_id: preparing.cancel_draw(bruno, draw_id=at, reason="Je n’en veux pas."),
            lambda at=draw_id: drawing.draw_lots(bruno, draw_id=at, seed=SEED, witnesses="Ada et Bruno"),
            lambda at=draw_id: drawing.read_places(bruno, draw_id=at),
            lambda at=draw_id: drawing.answer_place(bruno, draw_id=at, number="1", is_accepted=True),
        ):
            with pytest.raises(DrawNotFound):
                attempt()
    assert stored(draft_id).state is DrawState.DRAFT


def test_who_declines_is_replaced_at_once_and_an_answer_is_given_once(app_context: Flask) -> None:
    town, _ = add_town()
    agnes = agent(town)
    draw_id = drawn_draw(agnes, town)
    panel, substitutes = queries.result_of(stored(draw_id))
    assert len(panel) == 6

    called = drawing.answer_place(agnes, draw_id=draw_id, number=panel[0], is_accepted=False)
    drawing.answer_place(agnes, draw_id=draw_id, number=panel[1], is_accepted=True)
    with pytest.raises(PlaceAnswered):
        drawing.answer_place(agnes, draw_id=draw_id, number=panel[0], is_accepted=True)

    draw = stored(draw_id)
    again = lists.replace_all(
        queries.plan_of(draw),
        queries.entrants_of(draw),
        drawing.drawn_of(draw, queries.entrants_of(draw)),
        [panel[0]],
    )
    assert again == [(panel[0], called)]
    assert called in substitutes
    places = {place.number: place for place in queries.list_places(draw_id)}
    assert places[panel[0]].state is PlaceState.DECLINED
    assert places[called or ""].replaces == panel[0]
    assert len(places) == 7


def test_a_name_is_read_only_by_the_town_hall_until_she_accepts_and_agrees(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agnes = agent(town)
    draw_id = drawn_draw(agnes, town)
    panel, _ = queries.result_of(stored(draw_id))
    ada = actor_of(add_person("Ada", lives_in=place))
    with transaction():
        queries.get_place_alone(draw_id, panel[0]).person_id = ada.id

    assert [each.name for each in queries.view_places(draw_id, with_names=False)] == [None] * 6
    assert drawing.read_places(agnes, draw_id=draw_id)[0].name == "Ada"
    assert (
        db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry).filter_by(fact="DrawnNamesSeen"))
        == 1
    )
    with pytest.raises(NotAllowed):
        drawing.answer_place(ada, draw_id=draw_id, number=panel[1], is_accepted=True)
    drawing.answer_place(ada, draw_id=draw_id, number=panel[0], is_accepted=True, is_named=True)
    assert queries.view_places(draw_id, with_names=False)[0].name == "Ada"


def test_a_draw_that_is_given_up_stays_and_says_why(app_context: Flask) -> None:
    town, _ = add_town()
    agnes = agent(town)
    draw_id = frozen_draw(agnes, town)
    with transaction():
        queries.get_draw_alone(draw_id).seed_at = utc_now() + timedelta(days=1)

    preparing.cancel_draw(agnes, draw_id=draw_id, reason="La liste avait oublié un quartier.")

    draw = stored(draw_id)
    assert draw.state is DrawState.CANCELLED
    assert (draw.list_text, draw.cancel_reason) == ("", "La liste avait oublié un quartier.")
    assert draw.list_sha256
    with pytest.raises(WrongDrawState):
        drawing.draw_lots(agnes, draw_id=draw_id, seed=SEED, witnesses="Ada et Bruno")


def test_a_draw_is_found_by_search_from_its_freezing_until_it_is_given_up(app_context: Flask) -> None:
    town, _ = add_town()
    agnes = agent(town)
    draft = preparing.create_draw(agnes, territory_id=town, wish=WISH)
    draw_id = frozen_draw(agnes, town)

    assert find_findable(SearchKind.DRAW, draft) is None
    found = find_findable(SearchKind.DRAW, draw_id)
    assert found is not None
    assert found.title == WISH.title
    preparing.cancel_draw(agnes, draw_id=draw_id, reason="La liste avait oublié un quartier.")
    assert find_findable(SearchKind.DRAW, draw_id) is None
    assert (
        db.session.scalar(sa.select(sa.func.count()).select_from(SearchEntry).filter_by(kind=SearchKind.DRAW))
        == 0
    )


def test_a_draw_that_is_given_up_once_its_seed_is_known_can_still_be_drawn_again_by_anybody(
    app_context: Flask,
) -> None:
    town, _ = add_town()
    agnes = agent(town)
    draw_id = frozen_draw(agnes, town)

    preparing.cancel_draw(agnes, draw_id=draw_id, reason="Le résultat ne nous plaisait pas.")

    assert stored(draw_id).state is DrawState.CANCELLED
    assert stored(draw_id).list_text
    preparing.erase_list(draw_id, now=utc_now() + timedelta(days=400))
    assert stored(draw_id).list_text == ""


def test_a_form_that_lacks_everything_tells_nobody_of_a_draft(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        draft_id = preparing.create_draw(agent(town), territory_id=town, wish=WISH)
        bruno = add_person("Bruno", lives_in=place)
    browser = sign_in(app, bruno)

    for draw_id in (draft_id, draft_id + 1):
        assert post_form(browser, f"/tirages-au-sort/{draw_id}/modifier").status_code == 404  # type: ignore[attr-defined]


def test_the_list_is_erased_on_its_day_and_its_fingerprint_stays(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agnes = agent(town)
    draw_id = drawn_draw(agnes, town)
    panel, _ = queries.result_of(stored(draw_id))
    ada = add_person("Ada", lives_in=place)
    with transaction():
        queries.get_place_alone(draw_id, panel[0]).person_id = ada

    preparing.erase_list(draw_id, now=utc_now() + timedelta(days=89))
    assert stored(draw_id).list_text
    preparing.erase_list(draw_id, now=utc_now() + timedelta(days=91))

    draw = stored(draw_id)
    assert draw.list_text == ""
    assert draw.erased_at is not None
    assert sum(count or 0 for count in draw.counts["sexe"].values()) == 60
    assert queries.result_of(draw)[0] == panel
    assert db.session.scalars(sa.select(DrawnPlace.person_id).where(DrawnPlace.person_id.is_not(None))).all() == []  # fmt: skip
    assert drawing.answer_place(agnes, draw_id=draw_id, number=panel[0], is_accepted=False) is None
    drawn = sa.select(AuditEntry).where(AuditEntry.fact.in_(["PlaceCalled", "PlaceAnswered"]))
    kept = {name for entry in db.session.scalars(drawn) for name in entry.subjects}
    assert kept == {
        "draw_id",
        "territory_id",
        "place_id",
    }  # the journal is kept: not who was drawn, nor who said no


def test_who_was_drawn_answers_without_the_journal_keeping_that_it_was_her(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agnes, ada = agent(town), add_person("Ada", lives_in=place)
    draw_id = drawn_draw(agnes, town)
    first, second = queries.result_of(stored(draw_id))[0][:2]
    with transaction():
        queries.get_place_alone(draw_id, first).person_id = ada

    drawing.answer_place(actor_of(ada), draw_id=draw_id, number=first, is_accepted=False)
    drawing.answer_place(agnes, draw_id=draw_id, number=second, is_accepted=True)

    answered = sa.select(AuditEntry.actor_id).where(AuditEntry.fact == "PlaceAnswered")
    assert list(db.session.scalars(answered.order_by(AuditEntry.id))) == [None, agnes.id]


def test_a_draw_that_nobody_made_is_given_up_with_its_list(app_context: Flask) -> None:
    town, _ = add_town()
    draw_id = frozen_draw(agent(town), town)

    preparing.erase_list(draw_id, now=utc_now() + timedelta(days=100))

    assert stored(draw_id).state is DrawState.CANCELLED
    assert stored(draw_id).list_text == ""


def test_a_draw_goes_from_a_form_to_the_answers_by_pages_alone(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        agnes = agent(town)
    desk, stranger = sign_in(app, agnes.id), app.test_client()
    assert "Pas encore de tirage" in text_of(stranger.get("/tirages-au-sort"))

    wish = {"title": WISH.title, "purpose": WISH.purpose, "seats": "6", "substitutes": "6", "keep_days": "90", "shows_list": "true"}  # fmt: skip
    short = post_form(desk, "/tirages-au-sort", **{**wish, "seats": "1"})
    assert short.status_code == 422
    assert WISH.purpose in text_of(short)
    assert post_form(desk, "/tirages-au-sort", **wish).status_code == 302
    assert stranger.get("/tirages-au-sort/1").status_code == 404
    wrong = post_form(desk, "/tirages-au-sort/1/liste", file=(BytesIO(b"numero;sexe\nMarie D;F\n"), "l.csv"))
    assert wrong.status_code == 422
    assert "Ligne 2" in text_of(wrong)
    assert post_form(desk, "/tirages-au-sort/1/liste", file=(BytesIO(list_of()), "l.csv")).status_code == 302
    page = text_of(desk.get("/tirages-au-sort/1/preparation"))
    assert "60 personnes sont sur la liste" in page
    eight = {"least": ["9"] * 8, "most": ["9"] * 8}
    refused = post_form(desk, "/tirages-au-sort/1/quotas", **eight)
    assert refused.status_code == 422
    assert "dépassent le nombre de places" in text_of(refused)
    held = {"least": ["0"] * 8, "most": ["6"] * 8}
    assert post_form(desk, "/tirages-au-sort/1/quotas", **held).status_code == 302
    frozen = {"seed_source": SOURCE, "seed_at": "2031-03-14T20:00"}
    assert post_form(desk, "/tirages-au-sort/1/gel", **{**frozen, "seed_source": "Loto"}).status_code == 422
    assert post_form(desk, "/tirages-au-sort/1/gel", **frozen).status_code == 302
    page = text_of(stranger.get("/tirages-au-sort/1"))
    assert "La graine est attendue" in page
    assert "Faire le tirage" not in page
    early = post_form(desk, "/tirages-au-sort/1/tirage", seed=SEED, witnesses="Ada et Bruno")
    assert early.status_code == 409
    assert "14/03/2031" in text_of(early)

    with app.app_context(), transaction():
        queries.get_draw_alone(1).seed_at = utc_now()
    assert "Faire le tirage" in text_of(desk.get("/tirages-au-sort/1"))
    assert post_form(desk, "/tirages-au-sort/1/tirage", seed=SEED, witnesses="Ada et Bruno").status_code == 302  # fmt: skip
    page = text_of(stranger.get("/tirages-au-sort/1"))
    assert SEED in page
    assert "Ada et Bruno" in page
    for name in ("liste.csv", "regles.json", "resultat.json"):
        assert stranger.get(f"/tirages-au-sort/1/{name}").status_code == 200
    assert "def draw" in stranger.get("/tirages-au-sort/retirer.py").get_data(as_text=True)

    with app.app_context():
        number = queries.result_of(queries.get_draw(1))[0][0]
    assert post_form(desk, f"/tirages-au-sort/1/appels/{number}", is_accepted="false").status_code == 302
    assert "à la place du n" in text_of(desk.get("/tirages-au-sort/1/appels"))
    assert f"--declined {number}" in text_of(stranger.get("/tirages-au-sort/1"))


def test_somebody_drawn_answers_on_her_page_and_nobody_else_has_it(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        draw_id = drawn_draw(agent(town), town)
        ada, bruno = add_person("Ada", lives_in=place), add_person("Bruno", lives_in=place)
        with transaction():
            queries.get_place_alone(draw_id, queries.result_of(queries.get_draw(draw_id))[0][0]).person_id = ada  # fmt: skip
    hers, his = sign_in(app, ada), sign_in(app, bruno)
    address = f"/tirages-au-sort/{draw_id}/ma-reponse"

    assert his.get(address).status_code == 404
    assert "Vous êtes tiré au sort" in text_of(hers.get(f"/tirages-au-sort/{draw_id}"))
    assert "Vous êtes tiré au sort" not in text_of(his.get(f"/tirages-au-sort/{draw_id}"))
    assert post_form(hers, address).status_code == 422
    assert post_form(hers, address, is_accepted="true", is_named="true").status_code == 302
    assert "Vous avez accepté" in text_of(hers.get(address))
    assert "Ada" in text_of(app.test_client().get(f"/tirages-au-sort/{draw_id}"))


def test_a_list_that_is_not_published_is_given_to_nobody_else(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        agnes = agent(town)
        draw_id = frozen_draw(agnes, town, replace(WISH, shows_list=False))
    desk, stranger = sign_in(app, agnes.id), app.test_client()

    assert stranger.get(f"/tirages-au-sort/{draw_id}/liste.csv").status_code == 404
    assert "se consulte en mairie" in text_of(stranger.get(f"/tirages-au-sort/{draw_id}"))
    assert desk.get(f"/tirages-au-sort/{draw_id}/liste.csv").status_code == 200


def test_lots_are_drawn_over_json_too(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        agnes = agent(town)
        draw_id = frozen_draw(agnes, town)
    token, client = bearer(app, agnes.id), app.test_client()

    drawn = client.post(
        f"/api/v1/draws/{draw_id}/lots", json={"seed": SEED, "witnesses": "Ada, Bruno"}, headers=token
    )
    assert drawn.status_code in (200, 204)
    told = client.get(f"/api/v1/draws/{draw_id}").get_json()
    assert (told["state"], told["seed"], len(told["panel"])) == ("drawn", SEED, 6)
    answer = client.post(
        f"/api/v1/draws/{draw_id}/places/{told['panel'][0]}/answer",
        json={"is_accepted": False},
        headers=token,
    )
    assert answer.get_json()["called"]
    assert client.get("/api/v1/draws").get_json()["items"][0]["id"] == draw_id


def test_a_number_with_a_stroke_in_it_is_answered_for_as_any_other(app: Flask) -> None:
    people = "".join(f"2027/{number};{'FH'[number % 2]}\n" for number in range(1, 41))
    with app.app_context():
        town, _ = add_town()
        agnes = agent(town)
        draw_id = frozen_draw(agnes, town, content=f"numero;sexe\n{people}".encode())
        drawing.draw_lots(agnes, draw_id=draw_id, seed=SEED, witnesses="Ada et Bruno")
        first, second = (place.number for place in queries.list_places(draw_id)[:2])
    assert first.startswith("2027/")
    desk, token = sign_in(app, agnes.id), bearer(app, agnes.id)

    address = f"/tirages-au-sort/{draw_id}/appels/{first}"
    assert address in desk.get(f"/tirages-au-sort/{draw_id}/appels").get_data(as_text=True)
    assert post_form(desk, address, is_accepted="true").status_code == 302  # type: ignore[attr-defined]
    noted = app.test_client().post(
        f"/api/v1/draws/{draw_id}/places/{second}/answer", json={"is_accepted": False}, headers=token
    )
    assert noted.status_code == 200
    with app.app_context():
        states = {place.number: place.state.value for place in queries.list_places(draw_id)}
    assert (states[first], states[second]) == ("accepted", "declined")


def waiting_place(days: int = 10) -> tuple[int, int, str, int]:
    """A draw, somebody with an account who was drawn, her number and her place."""
    town, (home, *_) = add_town()
    agnes, zoe = agent(town), add_person("Zoé", lives_in=home)
    draw_id = frozen_draw(agnes, town, replace(WISH, answer_days=days))
    with transaction():
        draw = queries.get_draw_alone(draw_id)
        first = rules.draw(queries.plan_of(draw), queries.entrants_of(draw), SEED)
        assert first is not None
        queries.keep_owners(draw_id, {first.panel[0]: zoe})
    drawing.draw_lots(agnes, draw_id=draw_id, seed=SEED, witnesses="Ada Roy et Bruno Petit")
    place = queries.find_place_of(draw_id, zoe)
    assert place is not None
    return draw_id, zoe, place.number, place.id


def reminders(person: int) -> int:
    db.session.rollback()
    found = sa.select(sa.func.count()).select_from(Notification)
    return db.session.scalar(found.filter_by(person_id=person, kind="drawn_reminder")) or 0


def test_who_has_not_answered_is_reminded_once_before_her_last_day(app_context: Flask) -> None:
    draw_id, zoe, _, place_id = waiting_place()
    owed = db.session.scalars(sa.select(OutboxMessage).filter_by(kind=drawing.REMIND)).one()
    place = db.session.get_one(DrawnPlace, place_id)
    assert place.due_at is not None
    left = place.due_at - owed.due_at
    assert timedelta(days=3) < left < timedelta(days=4)
    assert owed.due_at.astimezone(TOWN_TIME).hour == 9
    due_at = owed.due_at
    db.session.rollback()

    for _ in range(2):
        drawing.remind_of_place(place_id, now=due_at)

    assert reminders(zoe) == 1
    told = db.session.scalars(sa.select(Notification).filter_by(person_id=zoe, kind="drawn_reminder")).one()
    assert "Répondez avant le" in plain(sentence_of(told))
    assert told.path == f"/tirages-au-sort/{draw_id}/ma-reponse"


@pytest.mark.parametrize("said", ["yes", "no", "late", "erased"])
def test_nobody_is_reminded_of_what_she_answered_nor_too_late(app_context: Flask, said: str) -> None:
    draw_id, zoe, number, place_id = waiting_place()
    now = utc_now()
    if said in ("yes", "no"):
        drawing.answer_place(actor_of(zoe), draw_id=draw_id, number=number, is_accepted=said == "yes")
    elif said == "late":
        now += timedelta(days=12)
    else:
        preparing.erase_list(draw_id, now=now + timedelta(days=91))

    drawing.remind_of_place(place_id, now=now)

    assert reminders(zoe) == 0


@pytest.mark.parametrize(
    ("called", "days", "due", "reminded"),
    [
        ("2026-11-02 10:00", 10, "2026-11-13 00:00", "2026-11-09 09:00"),
        ("2026-11-02 10:00", 2, "2026-11-05 00:00", "2026-11-03 09:00"),
        ("2026-10-20 23:30", 10, "2026-10-31 00:00", "2026-10-27 09:00"),
    ],
)
def test_an_answer_is_due_at_the_end_of_a_day_of_the_town(
    called: str, days: int, due: str, reminded: str
) -> None:
    """The last of them is called before clocks go back, and answers after."""
    called_at, due_at, remind_at = (
        from_town_time(datetime.fromisoformat(each)) for each in (called, due, reminded)
    )

    assert due_of(called_at, answer_days=days, erase_at=None) == due_at
    assert reminded_at(called_at, due_at) == remind_at
    erase_at = called_at + timedelta(hours=3)
    assert due_of(called_at, answer_days=days, erase_at=erase_at) == erase_at
    assert reminded_at(called_at, erase_at) is None


def test_the_page_of_the_town_hall_says_who_has_not_answered_and_who_is_late(app: Flask) -> None:
    with app.app_context():
        draw_id, zoe, number, place_id = waiting_place()
        agnes = db.session.scalars(sa.select(Person.id).filter_by(name="Agnès")).one()
        with transaction():
            db.session.get_one(DrawnPlace, place_id).due_at = utc_now() - timedelta(hours=1)
    client = sign_in(app, agnes)

    page = text_of(client.get(f"/tirages-au-sort/{draw_id}/appels"))

    assert "1 personne n’a pas répondu à temps" in page
    assert f"n° {number} (Zoé). Téléphonez-leur" in page
    assert "N’ont pas encore répondu :" in page
    own = text_of(sign_in(app, zoe).get(f"/tirages-au-sort/{draw_id}/ma-reponse"))
    assert "La date est passée" in own
