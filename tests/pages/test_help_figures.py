"""The public figures of mutual aid tell nothing of fewer than five people, not even by subtraction."""

from datetime import UTC, datetime, timedelta

from flask import Flask

from civic.matching.service.invitations import accept_invitation
from civic.pages.help_figures import Asked, Figures, figures_of
from tests.conftest import actor_of, add_person, add_town, plain
from tests.mutual_aid.making import add_request, add_volunteer, invitation_of

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
NAMES = {1: "Centre", 2: "Gare", 3: "Hameau"}


def asked(place: int, people: range, *, found_after: int | None = None) -> list[Asked]:
    found = None if found_after is None else NOW + timedelta(minutes=found_after)
    return [Asked(place, person, NOW, found) for person in people]


def test_a_place_of_enough_people_is_shown_and_small_ones_are_together() -> None:
    found = figures_of(
        [
            *asked(1, range(6), found_after=30),
            *asked(1, range(6, 8)),
            *asked(2, range(10, 13)),
            *asked(3, range(20, 22)),
        ],
        NAMES,
    )

    assert found.by_place == [("Centre", Figures(8, 75, 30))]
    assert found.others == Figures(5, 0, None)
    assert found.total == Figures(13, 46, 30)


def test_a_small_rest_is_neither_shown_nor_counted() -> None:
    found = figures_of([*asked(1, range(5), found_after=10), *asked(2, range(10, 14))], NAMES)

    assert (found.others, found.total) == (None, Figures(5, 100, 10))


def test_one_person_who_asks_often_is_one_person() -> None:
    often = [each for _ in range(9) for each in asked(1, range(1))]

    found = figures_of(often, NAMES)

    assert (found.total, found.by_place, found.others) == (None, [], None)


def test_a_stranger_reads_the_figures_once_five_people_asked(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        volunteer = add_volunteer(town, place)
        first = add_request(add_person(lives_in=place), place)
        accept_invitation(actor_of(volunteer), invitation_id=invitation_of(first, volunteer))
        for _ in range(3):
            add_request(add_person(lives_in=place), place)
    stranger = app.test_client()
    assert "Pas encore assez de demandes" in stranger.get("/entraide/chiffres").get_data(as_text=True)

    with app.app_context():
        add_request(add_person(lives_in=place), place)

    page = plain(stranger.get("/entraide/chiffres").get_data(as_text=True))
    assert "20 %" in page
    assert "trop peu pour le dire" in page
