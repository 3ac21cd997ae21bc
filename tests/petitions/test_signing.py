"""Each person counts once, by whatever way she signs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.errors import BirthDateImpossible
from civic.accounts.models import Person
from civic.accounts.service import people
from civic.accounts.service.own_account import update_profile
from civic.kernel.access import ANONYMOUS, Actor
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, NotSignedIn
from civic.kernel.transaction import transaction
from civic.petitions import queries
from civic.petitions.counting import recount
from civic.petitions.errors import (
    BirthDateMissing,
    PetitionMasked,
    PetitionWithheld,
    SheetTypedAlready,
    SignaturesClosed,
    TooYoungToSign,
    UnreadableLine,
    WrongPetitionState,
)
from civic.petitions.models import PetitionSignature
from civic.petitions.rules import PetitionState
from civic.petitions.service.deciding import forget_signers
from civic.petitions.service.launching import set_petition_hidden
from civic.petitions.service.signing import count_sheet, remove_sheet, sign_petition, withdraw_signature
from civic.petitions.subscribers import unsign
from tests.conftest import actor_of, add_person, add_town
from tests.petitions.making import add_open_petition, after_end, agent, at, held, resident, stored


def sign(actor: Actor, petition_id: int, **choices: object) -> int:
    asked = {"is_shown": False, "wants_news": False, **choices}
    return sign_petition(actor, petition_id=petition_id, **asked).signature_count  # type: ignore[arg-type]


def counts(petition_id: int) -> tuple[int, int]:
    petition = stored(petition_id)
    kept = petition.signature_count, petition.online_count
    assert kept == recount(petition_id)  # a counter equals a recount at any time
    return kept


def test_a_resident_signs_once_changes_her_choices_and_takes_it_back(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = resident(place)
    petition = add_open_petition(town, ada)

    assert sign(ada, petition) == 1
    assert sign(ada, petition, is_shown=True) == 1
    assert queries.list_shown_names(petition).items == ["Ada"]

    assert not withdraw_signature(ada, petition_id=petition).has_signed
    assert withdraw_signature(ada, petition_id=petition).signature_count == 0
    assert counts(petition) == (0, 0)
    assert queries.list_shown_names(petition).items == []


def test_fifty_signatures_of_one_person_at_once_are_one(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = resident(place)
    petition = add_open_petition(town, ada, threshold=2)

    def press(_: int) -> int:
        with app_context.app_context():
            try:
                return sign(ada, petition)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(press, range(50))) == {1}

    assert counts(petition) == (1, 1)
    assert stored(petition).reached_at is None


def test_neighbours_at_the_same_moment_are_all_counted_and_reach_the_threshold_once(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    neighbours = [resident(place, f"Habitante {number}") for number in range(12)]
    petition = add_open_petition(town, neighbours[0], threshold=5)

    def press(actor: Actor) -> int:
        with app_context.app_context():
            try:
                return sign(actor, petition)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(press, neighbours)) == list(range(1, 13))

    assert counts(petition) == (12, 12)
    assert stored(petition).state_at(after_end(petition)) is PetitionState.AWAITING


def test_who_may_not_sign_is_told_why_and_nothing_changes(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    _other_town, (elsewhere, *_) = add_town()
    ada, young = resident(place), resident(place, "Léo", date(2015, 6, 1))
    no_date = resident(place, "Zoé", None)
    declared = add_person("Noé")
    people.set_residency(person_id=declared, territory_id=place)
    petition = add_open_petition(town, ada, needs_verified=True)
    before = held()

    for actor, refusal, given in (
        (ANONYMOUS, NotSignedIn, None),
        (resident(elsewhere, "Bob"), NotAllowed, None),
        (actor_of(declared), NotAllowed, date(1980, 1, 1)),
        (young, TooYoungToSign, None),
        (no_date, BirthDateMissing, None),
        (no_date, BirthDateImpossible, date(2200, 1, 1)),
        (no_date, TooYoungToSign, date(2015, 6, 1)),
    ):
        with pytest.raises(refusal):
            sign(actor, petition, born_on=given)

    assert held() == before
    assert sign(no_date, petition, born_on=date(1980, 1, 1)) == 1
    assert db.session.get_one(Person, no_date.id).born_on is None


def test_a_date_of_birth_that_the_account_has_is_the_one_that_counts(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    young = resident(place, "Léo", date(2015, 6, 1))
    petition = add_open_petition(town, resident(place))

    with pytest.raises(TooYoungToSign):
        sign(young, petition, born_on=date(1961, 3, 14))

    assert counts(petition) == (0, 0)


def test_signatures_close_at_the_minute(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, bob = resident(place), resident(place, "Bob")
    petition = add_open_petition(town, ada)
    with at(after_end(petition, seconds=-2)):
        assert sign(ada, petition) == 1
    with at(after_end(petition)):
        before = held()
        for attempt in (sign, lambda actor, each: withdraw_signature(actor, petition_id=each)):
            with pytest.raises(SignaturesClosed):
                attempt(ada if attempt is not sign else bob, petition)
        assert held() == before


def test_paper_and_the_site_count_a_person_once(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ines, ada, bob = agent(town), resident(place, "Ada Lovelace"), resident(place, "Bob Noé")
    petition = add_open_petition(town, ada, threshold=50)
    sign(ada, petition)

    sheet = count_sheet(
        ines,
        petition_id=petition,
        number=1,
        lines="LOVELACE Ada 14/03/1961\nNoé Bob 14/03/1961\nMarie Durand 2/5/1970\n?",
    )

    assert (sheet.counted, sheet.already, sheet.illegible) == (2, 1, 1)
    assert counts(petition) == (3, 1)
    sign(bob, petition)  # who signed on paper: the total stays
    assert counts(petition) == (3, 2)
    withdraw_signature(bob, petition_id=petition)  # her line on paper stays counted
    assert counts(petition) == (3, 1)


def test_who_takes_a_neighbours_name_neither_learns_that_he_signed_nor_keeps_his_voice_from_counting(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    eve, yann, marc = (resident(place, name) for name in ("Eve", "Yann Roy", "Marc Petit"))
    petition = add_open_petition(town, eve, threshold=50)
    sign(yann, petition)
    seen = {}
    for neighbour in ("Yann Roy", "Marc Petit"):  # he who signed, and he who did not
        update_profile(eve, changes={"name": neighbour})
        before = counts(petition)
        seen[neighbour] = sign(eve, petition) - before[0]
        if neighbour == "Yann Roy":
            withdraw_signature(eve, petition_id=petition)

    assert seen == {"Yann Roy": 1, "Marc Petit": 1}
    assert sign(marc, petition) == 3
    assert counts(petition) == (3, 3)


def test_who_signed_deleted_her_account_and_comes_back_counts_once(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = resident(place)
    petition = add_open_petition(town, resident(place, "Zoé"), threshold=50)
    sign(ada, petition)
    with transaction():
        unsign(ada.id, stored(petition).created_at)
    assert (stored(petition).signature_count, recount(petition)) == (1, (1, 1))

    assert sign(resident(place), petition) == 1
    assert counts(petition) == (1, 1)


def test_a_sheet_is_typed_once_and_can_be_typed_again_once_removed(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ines, ada = agent(town), resident(place)
    petition = add_open_petition(town, ada, threshold=50)
    sheet = count_sheet(ines, petition_id=petition, number=7, lines="Marie Durand 2/5/1970")
    before = held()

    with pytest.raises(SheetTypedAlready):
        count_sheet(ines, petition_id=petition, number=7, lines="Yann Le Goff 2/5/1971")
    with pytest.raises(UnreadableLine):
        count_sheet(ines, petition_id=petition, number=8, lines="Yann Le Goff 2/5/1971\nMarie")
    with pytest.raises(NotAllowed):
        count_sheet(ada, petition_id=petition, number=9, lines="Yann Le Goff 2/5/1971")
    assert held() == before

    assert remove_sheet(ines, petition_id=petition, sheet_id=sheet.sheet_id) == 7
    assert counts(petition) == (0, 0)
    again = count_sheet(
        ines, petition_id=petition, number=7, lines="Marie Durand 2/5/1970\nMarie Durand 3/5/1970"
    )
    assert (again.counted, counts(petition)) == (2, (2, 0))


def test_no_name_nor_date_of_a_sheet_is_kept(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    petition = add_open_petition(town, resident(place), threshold=50)
    count_sheet(agent(town), petition_id=petition, number=1, lines="Mirabelle Quetsche 2/5/1970")
    written = "\n".join(
        str(tuple(row)) for table in db.metadata.sorted_tables for row in db.session.execute(sa.select(table))
    )

    assert "irabelle" not in written
    assert "uetsche" not in written
    assert "1970" not in written


def test_the_signatures_of_two_petitions_cannot_be_joined(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = resident(place)
    first, second = add_open_petition(town, ada), add_open_petition(town, ada)
    for petition in (first, second):
        count_sheet(agent(town), petition_id=petition, number=1, lines="Marie Durand 2/5/1970")

    digests = db.session.scalars(sa.select(PetitionSignature.identity_digest)).all()
    assert len(set(digests)) == 2


def test_sheets_handed_in_on_time_are_typed_for_a_week_and_may_reach_the_threshold(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    ines, ada = agent(town), resident(place)
    petition = add_open_petition(town, ada, threshold=2)
    sign(ada, petition)
    with at(after_end(petition, days=7, seconds=-5)):
        count_sheet(ines, petition_id=petition, number=1, lines="Marie Durand 2/5/1970")
        assert stored(petition).reached_at is not None


def test_after_a_week_no_sheet_is_typed(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ines = agent(town)
    petition = add_open_petition(town, resident(place))
    with at(after_end(petition, days=7)):
        before = held()
        with pytest.raises(WrongPetitionState):
            count_sheet(ines, petition_id=petition, number=1, lines="Marie Durand 2/5/1970")
        assert held() == before


def test_a_petition_that_moderation_hides_is_signed_no_more(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, bob, zoe = resident(place), resident(place, "Bob"), resident(place, "Zoé")
    petition = add_open_petition(town, ada)
    sign(zoe, petition)
    set_petition_hidden(petition_id=petition, is_hidden=True, now=stored(petition).created_at)
    before = held()

    with pytest.raises(PetitionMasked):
        sign(bob, petition)
    with pytest.raises(PetitionWithheld):
        sign(ada, petition)

    assert held() == before
    assert withdraw_signature(zoe, petition_id=petition).signature_count == 0


def test_who_deletes_her_account_stays_counted_unnamed_and_counts_once_if_she_comes_back(
    app_context: Flask,
) -> None:
    from civic.accounts.personal_data import erase_personal_data

    town, (place, *_) = add_town()
    ada = resident(place)
    petition = add_open_petition(town, ada, threshold=50)
    sign(ada, petition, is_shown=True, wants_news=True)
    with transaction():
        erase_personal_data(ada.id, stored(petition).created_at)

    assert counts(petition) == (1, 1)
    assert queries.list_shown_names(petition).items == []
    assert (queries.list_told_ids(petition), stored(petition).author_id) == ([], None)
    assert sign(resident(place, "Ada"), petition) == 1


def test_what_tells_signatures_apart_is_forgotten_and_the_counts_stay(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, bob = resident(place), resident(place, "Bob")
    petition = add_open_petition(town, ada, threshold=50)
    sign(ada, petition, is_shown=True)
    sign(bob, petition)
    count_sheet(agent(town), petition_id=petition, number=1, lines="Marie Durand 2/5/1970")

    assert not forget_signers(petition, now=after_end(petition, days=66))
    assert forget_signers(petition, now=after_end(petition, days=67))
    assert not forget_signers(petition, now=after_end(petition, days=67) + timedelta(days=1))

    left = db.session.scalars(sa.select(PetitionSignature)).all()
    assert [(each.person_id, each.identity_digest) for each in left] == [(ada.id, None)]
    assert (stored(petition).signature_count, stored(petition).online_count) == (3, 2)
