"""Addresses are imported once, and tell in which neighbourhood somebody lives."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.kernel.database import db
from civic.territories import queries, rules
from civic.territories.errors import AddressesRefused
from civic.territories.models import AddressPoint
from civic.territories.service import addresses as service
from tests.conftest import add_person, add_town, square
from tests.consultations.making import add_consultation
from tests.voting.builders import add_poll

HEADER = "numero,rep,nom_voie,code_postal,nom_commune,lon,lat"
ROWS = [
    HEADER,
    "12,,rue des Tilleuls,49000,Aubernay,-0.295,47.205",
    "12,bis,rue des Tilleuls,49000,Aubernay,-0.285,47.205",
    "3,,chemin de l’Écluse,49000,Aubernay,2.0,47.0",
]


def count_points() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(AddressPoint)) or 0


def test_addresses_imported_twice_are_not_doubled_and_one_that_moved_is_moved(app_context: Flask) -> None:
    town, (west, east, _) = add_town()
    code = queries.get_territory(town).code

    first = service.import_addresses(territory_code=code, lines=ROWS)
    again = service.import_addresses(territory_code=code, lines=ROWS)
    moved = service.import_addresses(
        territory_code=code, lines=[*ROWS[:3], ROWS[3].replace("2.0,47.0", "-0.294,47.205")]
    )

    assert (first.added, first.outside_neighbourhoods) == (3, 1)
    assert (again.added, again.moved, again.unchanged) == (0, 0, 3)
    assert (moved.added, moved.moved) == (0, 1)
    assert count_points() == 3
    found = {point.label: point.neighbourhood_id for point in queries.list_address_points(town)}
    assert found == {
        "12 rue des Tilleuls": west,
        "12 bis rue des Tilleuls": east,
        "3 chemin de l’Écluse": west,
    }


@pytest.mark.parametrize(
    "lines", [["numero,nom_voie"], [HEADER, "1,,rue A,49000,B,here,47"], [HEADER, "1,,,49000,B,1,47"], []]
)
def test_a_wrong_address_file_is_refused_and_nothing_is_imported(
    app_context: Flask, lines: list[str]
) -> None:
    code = queries.get_territory(add_town()[0]).code

    with pytest.raises(AddressesRefused):
        service.import_addresses(territory_code=code, lines=[*ROWS[:0], *lines])

    assert count_points() == 0


def test_an_address_is_found_without_accents_and_in_any_order(app_context: Flask) -> None:
    town, _ = add_town()
    service.import_addresses(territory_code=queries.get_territory(town).code, lines=ROWS)

    assert [one.label for one in queries.suggest_addresses("ecluse 3")] == ["3 chemin de l’Écluse"]
    assert queries.suggest_addresses("tilleuls 12")[0].neighbourhood == "Quartier 0"
    assert queries.suggest_addresses("%") == []


def test_anybody_finds_an_address_and_the_neighbourhood_of_a_position(app: Flask) -> None:
    with app.app_context():
        town, (west, *_) = add_town()
        service.import_addresses(territory_code=queries.get_territory(town).code, lines=ROWS)
    client = app.test_client()

    items = client.get("/api/v1/territories/addresses?q=12 rue des til").json["items"]
    assert [item["label"] for item in items] == ["12 rue des Tilleuls", "12 bis rue des Tilleuls"]
    assert client.get("/api/v1/territories/locate?longitude=-0.295&latitude=47.205").json["id"] == west
    outside = client.get("/api/v1/territories/locate?longitude=2&latitude=48")
    assert (outside.status_code, outside.json["code"]) == (404, "position_outside")
    for wrong in (
        "longitude=x&latitude=1",
        "longitude=nan&latitude=1",
        "latitude=1",
        "longitude=999&latitude=1",
    ):
        assert client.get(f"/api/v1/territories/locate?{wrong}").status_code == 422
    assert client.get(f"/api/v1/territories/{west}").json["boundary"]["type"] == "Polygon"
    assert client.get("/api/v1/territories").json["total"] == 4
    assert client.get("/api/v1/territories/999999").status_code == 404


def test_the_command_founds_a_commune_once_and_imports_its_addresses(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "adresses.csv"
    file.write_text("\n".join(ROWS), encoding="utf-8")
    runner = app.test_cli_runner()

    made = runner.invoke(args=["territories", "create", "49999", "--name", "Aubernay"])
    again = runner.invoke(args=["territories", "create", "49999", "--name", "Autre"])
    imported = runner.invoke(args=["territories", "import-addresses", str(file), "--territory", "49999"])
    unknown = runner.invoke(args=["territories", "import-addresses", str(file), "--territory", "1"])

    assert (made.exit_code, imported.exit_code) == (0, 0), imported.output
    assert again.exit_code != 0
    assert unknown.exit_code != 0
    with app.app_context():
        assert queries.find_town().name == "Aubernay"
        assert count_points() == 3


def test_neighbourhoods_are_drawn_side_by_side_and_north_up() -> None:
    outline = rules.draw_map(
        [(1, "Sud", square(0.0, 47.0)), (2, "Nord", square(0.0, 47.01)), (3, "Sans contour", None)],
        url_of=lambda place_id: f"/quartiers/{place_id}",
        selected_id=2,
    )

    assert outline is not None
    south, north = outline.features
    assert north.label_y < south.label_y
    assert (north.url, north.is_selected, south.is_selected) == ("/quartiers/2", True, False)
    assert rules.draw_map([(1, "Sans contour", None)]) is None


def test_a_page_tells_what_is_in_a_neighbourhood_and_none_is_a_commune(app: Flask) -> None:
    with app.app_context():
        town, (west, *_) = add_town()
    client = app.test_client()

    page = client.get(f"/quartiers/{west}").get_data(as_text=True)
    assert "Quartier 0" in page
    assert "/entraide" in page
    assert client.get(f"/quartiers/{town}").status_code == 404
    assert client.get("/quartiers/999999").status_code == 404


def test_a_neighbour_reads_on_the_page_of_her_neighbourhood_what_goes_on_there(app: Flask) -> None:
    with app.app_context():
        town, (west, east, *_) = add_town()
        add_person("Ada", lives_in=west)
        here = add_consultation(town, neighbourhoods=(west,), title="Le lavoir")
        add_consultation(town, neighbourhoods=(east,), title="La halle")
        poll, _ = add_poll(west)
    client = app.test_client()

    page = client.get(f"/quartiers/{west}").get_data(as_text=True)
    assert f'href="/consultations/{here}"' in page
    assert f'href="/scrutins/{poll}"' in page
    assert "La halle" not in page
    assert "Adresses connues" not in page
    assert f'href="/scrutins/{poll}"' not in client.get(f"/quartiers/{east}").get_data(as_text=True)
