"""An agent draws the neighbourhoods; a wrong file changes nothing."""

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.kernel.access import Actor
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.territories import queries
from civic.territories.errors import BoundariesRefused, UploadNotFound
from civic.territories.models import Territory
from civic.territories.service import boundaries as service
from tests.conftest import actor_of, add_person, add_town, post_form, sign_in, square


def feature(code: str, name: str, west: float, south: float = 48.0, side: float = 0.01) -> dict[str, object]:
    properties = {"code": code, "name": name, "population": 1200}
    return {"type": "Feature", "properties": properties, "geometry": square(west, south, side)}


def collection(*features: object) -> dict[str, object]:
    return {"type": "FeatureCollection", "features": list(features)}


@pytest.fixture
def town(app_context: Flask) -> int:
    return add_town(0)[0]


@pytest.fixture
def agent(town: int) -> Actor:
    return actor_of(add_person("Inès", roles=((Role.AGENT, town),)))


def names(town: int) -> list[str]:
    return [place.name for place in queries.list_neighbourhoods(town)]


def snapshot() -> list[tuple[str, str, object]]:
    db.session.rollback()
    rows = db.session.execute(
        sa.select(Territory.code, Territory.name, Territory.boundary).order_by(Territory.id)
    )
    return [tuple(row) for row in rows]


def test_an_agent_imports_neighbourhoods_and_the_same_file_twice_changes_nothing(
    town: int, agent: Actor
) -> None:
    file = collection(feature("N1", "Centre", 1.0), feature("N2", "Gare", 1.01))

    first = service.import_boundaries(agent, commune_id=town, content=file)
    again = service.import_boundaries(agent, commune_id=town, content=file)

    assert [outline.name for outline in first.added] == ["Centre", "Gare"]
    assert (again.added, again.changed, len(again.unchanged)) == ([], [], 2)
    assert names(town) == ["Centre", "Gare"]


def test_a_neighbourhood_that_the_file_does_not_name_stays(town: int, agent: Actor) -> None:
    service.import_boundaries(agent, commune_id=town, content=collection(feature("N1", "Centre", 1.0)))

    plan = service.import_boundaries(agent, commune_id=town, content=collection(feature("N2", "Gare", 1.01)))

    assert plan.kept == ["Centre"]
    assert names(town) == ["Centre", "Gare"]


def test_a_preview_changes_nothing_and_tells_what_would(town: int, agent: Actor) -> None:
    service.import_boundaries(agent, commune_id=town, content=collection(feature("N1", "Centre", 1.0)))
    before = snapshot()

    plan = service.plan_boundaries(
        agent,
        commune_id=town,
        content=collection(feature("N1", "Vieux Centre", 1.0), feature("N2", "Gare", 1.01)),
    )

    assert [outline.name for outline in plan.changed] == ["Vieux Centre"]
    assert [outline.name for outline in plan.added] == ["Gare"]
    assert snapshot() == before


OPEN_RING = {"type": "Polygon", "coordinates": [[[1, 48], [1.01, 48.01], [1.01, 48], [1, 48.01], [1, 48]]]}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ([], "format GeoJSON"),
        (collection(), "format GeoJSON"),
        (collection(feature("", "Sans code", 1.0)), "pas de code"),
        (collection(feature("N1", "", 1.0)), "pas de nom"),
        (collection(feature("N1", "A", 1.0), feature("N1", "B", 1.01)), "deux fois"),
        (collection(feature("N1", "A", 1.0), feature("N2", "B", 1.005)), "se recouvrent"),
        (collection(feature("N1", "A", 1.0), feature("N2", "Loin", 400.0)), "polygone fermé"),
        (collection({"type": "Feature", "properties": {"code": "N1", "name": "A"}, "geometry": OPEN_RING}), "polygone"),
        (collection(feature("N1", "A", 1.0), "text"), "ni nom ni contour"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_as_a_whole_and_changes_nothing(
    town: int, agent: Actor, content: object, reason: str
) -> None:
    before = snapshot()

    with pytest.raises(BoundariesRefused) as refused:
        service.import_boundaries(agent, commune_id=town, content=content)

    assert reason in str(refused.value.values["problems"])
    assert snapshot() == before


def test_an_outline_that_leaves_the_commune_is_refused(town: int, agent: Actor) -> None:
    code = queries.get_territory(town).code
    commune = feature(code, "Commune", 1.0, side=0.05)

    with pytest.raises(BoundariesRefused, match="importé"):
        service.import_boundaries(
            agent, commune_id=town, content=collection(commune, feature("N1", "Dehors", 1.045))
        )
    service.import_boundaries(
        agent, commune_id=town, content=collection(commune, feature("N1", "Dedans", 1.01, 48.01))
    )

    assert names(town) == ["Dedans"]
    assert queries.get_territory(town).boundary is not None


def test_edges_that_barely_overlap_are_tolerated(town: int, agent: Actor) -> None:
    service.import_boundaries(
        agent, commune_id=town, content=collection(feature("N1", "A", 1.0), feature("N2", "B", 1.00995))
    )

    assert names(town) == ["A", "B"]


def test_a_code_of_another_commune_is_refused(town: int, agent: Actor) -> None:
    _, (elsewhere, *_) = add_town()
    code = queries.get_territory(elsewhere).code

    with pytest.raises(BoundariesRefused):
        service.import_boundaries(agent, commune_id=town, content=collection(feature(code, "A", 1.0)))

    assert names(town) == []


def test_a_resident_may_neither_preview_nor_import(town: int) -> None:
    resident = actor_of(add_person("Rose", lives_in=town))
    file = collection(feature("N1", "Centre", 1.0))

    for command in (service.plan_boundaries, service.import_boundaries):
        with pytest.raises(NotAllowed):
            command(resident, commune_id=town, content=file)

    assert names(town) == []


def test_an_upload_is_previewed_and_imported_once(town: int, agent: Actor) -> None:
    import json

    upload = service.upload_boundaries(
        agent, commune_id=town, text=json.dumps(collection(feature("N1", "Centre", 1.0)))
    )

    assert [outline.name for outline in service.preview_upload(agent, upload_id=upload).added] == ["Centre"]
    service.import_upload(agent, upload_id=upload)
    with pytest.raises(UploadNotFound):
        service.import_upload(agent, upload_id=upload)

    assert names(town) == ["Centre"]


def test_a_file_that_another_replaced_is_not_confirmed_in_its_place(town: int, agent: Actor) -> None:
    import json

    seen, other = (
        service.upload_boundaries(
            agent, commune_id=town, text=json.dumps(collection(feature("N1", name, 1.0)))
        )
        for name in ("Centre", "Autre")
    )

    assert seen != other
    with pytest.raises(UploadNotFound):
        service.import_upload(agent, upload_id=seen)
    assert names(town) == []


def test_an_agent_sends_a_file_reads_what_will_change_and_confirms(app: Flask) -> None:
    import io
    import json

    with app.app_context():
        town, _ = add_town(0)
        client = sign_in(app, add_person("Inès", roles=((Role.AGENT, town),)))
    good = json.dumps(collection(feature("N1", "Centre", 1.0))).encode()
    bad = json.dumps(collection(feature("N1", "A", 1.0), feature("N2", "B", 1.002))).encode()

    def send(data: bytes):  # type: ignore[no-untyped-def]
        return post_form(client, "/bureau/quartiers", file=(io.BytesIO(data), "quartiers.geojson"))

    refused = client.get(send(bad).headers["Location"]).get_data(as_text=True)
    assert "se recouvrent" in refused
    assert send(b"not json").status_code == 422
    preview = send(good).headers["Location"]
    assert "Centre" in client.get(preview).get_data(as_text=True)
    with app.app_context():
        assert names(town) == []
    post_form(client, preview)

    with app.app_context():
        assert names(town) == ["Centre"]
    assert "Centre" in app.test_client().get("/quartiers").get_data(as_text=True)
