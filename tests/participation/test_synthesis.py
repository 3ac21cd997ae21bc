"""A councillor has a synthesis made, reads it, takes it away, changes its themes, and publishes it."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from civic.accounts.models import Role
from civic.consultations.models import Consultation
from civic.kernel.access import ANONYMOUS
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.outbox import OutboxMessage
from civic.kernel.transaction import transaction
from civic.participation.rules import AgeBand
from civic.participation.synthesis import queries
from civic.participation.synthesis.errors import PopulationRefused, SynthesisNotFound
from civic.participation.synthesis.models import Synthesis, Theme, ThemeMember
from civic.participation.synthesis.service import making, population, publishing, sorting
from civic.participation.synthesis.service.making import MAKE_SYNTHESIS
from civic.proposals.models import Proposal
from tests.conftest import actor_of, add_person, add_town, bearer, plain, post_form, sign_in
from tests.participation.making import add_participation, themes_found_here
from tests.statements import statements_of

pytestmark = pytest.mark.usefixtures("themes_found_here")
__all__ = ["themes_found_here"]


def councillor_of(town: int) -> int:
    return add_person("Inès Élue", roles=((Role.COUNCILLOR, town),))


def told_of(consultation: int) -> dict[str, object]:
    db.session.rollback()
    told = db.session.get_one(Synthesis, consultation).told
    assert told is not None
    return told


def test_it_is_made_beside_the_requests_and_asked_twice_it_is_made_once(app_context: Flask) -> None:
    town, places, consultation, proposals = add_participation()
    ines = actor_of(councillor_of(town))

    making.ask_for_synthesis(ines, consultation_id=consultation)
    making.ask_for_synthesis(ines, consultation_id=consultation)
    owed = sa.select(sa.func.count()).select_from(OutboxMessage).filter_by(kind=MAKE_SYNTHESIS)
    assert db.session.scalar(owed) == 1
    making.make_synthesis(consultation_id=consultation)

    told = told_of(consultation)
    assert told["people"] == 24
    assert told["counts"] == {"proposals": 9, "supports": 48, "arguments": 0, "statements": 0, "reactions": 0}
    assert told["channels"] == [{"keys": ["web"], "people": 24}]
    first, second, third = (str(place) for place in places)
    assert told["places"] == [
        {"keys": [first], "people": 12},
        {"keys": [second, third], "people": 12},
    ]
    assert told["supported"][0] == [proposals[0], 24]  # type: ignore[index]
    assert told["divided"] == [[proposals[4], 2, 2]]
    assert sum(span[2] for span in told["curve"]) == 9 + 48 + 4  # type: ignore[attr-defined, misc]
    assert db.session.get_one(Synthesis, consultation).asked_at is None
    names = {theme.name: count for theme, count in queries.list_themes(consultation)}
    assert any("arbres" in name.lower() for name in names)
    assert any("cyclable" in name.lower() or "vélos" in name.lower() for name in names)


def test_made_again_after_one_more_resident_it_does_not_tell_where_she_lives(app_context: Flask) -> None:
    town, places, consultation, proposals = add_participation((12, 9, 8))
    making.ask_for_synthesis(actor_of(councillor_of(town)), consultation_id=consultation)
    making.make_synthesis(consultation_id=consultation)
    before = told_of(consultation)

    newcomer = add_person("Nour", lives_in=places[1])
    with transaction():
        db.session.execute(
            sa.insert(queries.Support).values(
                proposal_id=proposals[0], person_id=newcomer, created_at=utc_now()
            )
        )
    making.make_synthesis(consultation_id=consultation)

    after = told_of(consultation)
    assert after["people"] == 30
    assert [after[name] for name in ("channels", "places", "bands")] == [
        before[name] for name in ("channels", "places", "bands")
    ]


def test_the_number_of_statements_does_not_grow_with_the_town(app_context: Flask) -> None:
    counts = []
    for people in ((6, 6, 6), (12, 9, 8)):
        town, _, consultation, _ = add_participation(people)
        making.ask_for_synthesis(actor_of(councillor_of(town)), consultation_id=consultation)
        with statements_of(db.engine) as seen:
            making.make_synthesis(consultation_id=consultation)
        counts.append(len([one for one in seen if "theme" not in one]))
    assert counts[0] == counts[1]


def test_what_a_phase_hides_is_hidden_from_the_councillor_too_though_it_was_counted_before(
    app: Flask,
) -> None:
    with app.app_context():
        town, _, consultation, _ = add_participation()
        ines = councillor_of(town)
        making.ask_for_synthesis(actor_of(ines), consultation_id=consultation)
        making.make_synthesis(consultation_id=consultation)
        with transaction():
            for phase in db.session.get_one(Consultation, consultation).phases:
                phase.hides_reactions = True
    client, token = sign_in(app, ines), None
    with app.app_context():
        token = bearer(app, ines)
    address = f"/consultations/{consultation}/synthese"
    page = plain(client.get(address).get_data(as_text=True))
    assert "Les soutiens sont cachés" in page
    assert not re.search(r"\d+ soutien", page)
    read = (
        app.test_client().get(f"/api/v1{address.replace('synthese', 'synthesis')}", headers=token).get_json()
    )
    assert "supports" not in read["counts"]
    assert (read["supported"], read["curve"]) == ([], [])
    assert {one["supports"] for theme in read["themes"] for one in theme["examples"]} == {None}
    book = CalamineWorkbook.from_object(BytesIO(client.get(f"{address}.xlsx").data))
    assert {row[3] for row in book.get_sheet_by_name("Thèmes").to_python()[1:]} == {""}
    assert not re.search(r"\d+ soutien", plain(client.get(f"{address}/themes").get_data(as_text=True)))


def test_what_is_hidden_while_it_is_counted_is_not_even_kept(app_context: Flask) -> None:
    town, _, consultation, _ = add_participation()
    with transaction():
        for phase in db.session.get_one(Consultation, consultation).phases:
            phase.hides_reactions = True
    making.ask_for_synthesis(actor_of(councillor_of(town)), consultation_id=consultation)
    making.make_synthesis(consultation_id=consultation)

    told = told_of(consultation)
    assert (told["opinions"], told["supported"]) == (None, [])
    assert sum(span[2] for span in told["curve"]) == 9 + 4  # type: ignore[attr-defined, misc]


def test_a_theme_named_merged_or_moved_by_hand_stays_when_it_is_made_again(app_context: Flask) -> None:
    town, _, consultation, proposals = add_participation()
    ines = actor_of(councillor_of(town))
    making.ask_for_synthesis(ines, consultation_id=consultation)
    making.make_synthesis(consultation_id=consultation)
    theme = queries.list_themes(consultation)[0][0].id

    sorting.rename_theme(ines, theme_id=theme, name="Plus d’ombre")
    sorting.move_proposal(ines, consultation_id=consultation, proposal_id=proposals[8], theme_id=theme)
    sorting.move_proposal(ines, consultation_id=consultation, proposal_id=proposals[0], theme_id=None)
    making.make_synthesis(consultation_id=consultation)

    names = {one.id: one.name for one, _ in queries.list_themes(consultation)}
    members = queries.members_of(consultation)
    assert names[theme] == "Plus d’ombre"
    assert members[proposals[8]] == theme
    assert members[proposals[0]] is None

    others = [one for one in names if one != theme]
    if others:
        sorting.merge_themes(ines, theme_id=others[0], into_id=theme)
        assert others[0] not in {one.id for one, _ in queries.list_themes(consultation)}
    making.ask_for_synthesis(ines, consultation_id=consultation, renews_themes=True)
    making.make_synthesis(consultation_id=consultation)
    assert "Plus d’ombre" not in {one.name for one, _ in queries.list_themes(consultation)}


def test_who_is_no_councillor_makes_none_and_nothing_is_written(app_context: Flask) -> None:
    town, places, consultation, _ = add_participation((5, 0, 0))
    ada = actor_of(add_person("Ada", lives_in=places[0]))
    agent = actor_of(add_person("Agnès", roles=((Role.AGENT, town),)))

    with pytest.raises(NotAllowed):
        making.ask_for_synthesis(ada, consultation_id=consultation)
    assert queries.find_synthesis(consultation) is None
    making.ask_for_synthesis(agent, consultation_id=consultation)
    making.make_synthesis(consultation_id=consultation)
    with pytest.raises(NotAllowed):
        publishing.publish_synthesis(agent, consultation_id=consultation)
    assert db.session.get_one(Synthesis, consultation).published is None
    with pytest.raises(SynthesisNotFound):
        publishing.get_readable_synthesis(ANONYMOUS, consultation)


def test_the_population_comes_from_the_file_of_insee_and_one_wrong_line_keeps_nothing(
    app_context: Flask,
) -> None:
    town, places = add_town(2)
    agent = actor_of(add_person("Agnès", roles=((Role.AGENT, town),)))
    columns = "POP0002 POP0305 POP0610 POP1117 POP1824 POP2539 POP4054 POP5564 POP6579 POP80P"
    head = ";".join(["IRIS", "quartier", *(f"P21_{name}" for name in columns.split())])
    rows = [
        "490070101;Quartier 0;10,4;10;10;10;20;30;40;50;60;7",
        "490070102;0;1;1;1;1;2;3;4;5;6;1",
        "490070103;quartier 1;0;0;0;0;9;9;9;9;9;9",
    ]

    with pytest.raises(PopulationRefused) as refused:
        population.keep_population(
            agent,
            territory_id=town,
            text="\n".join([head, *rows, "x;Quartier 9;1", "x;Quartier 1;1;beaucoup"]),
        )
    assert [number for number, _ in refused.value.values["wrong"]] == [5, 6]
    assert queries.read_population(places) == {}

    population.keep_population(agent, territory_id=town, text="\r\n".join([head, *rows]))
    kept = queries.read_population(places)
    assert kept[places[0]] == {
        "0-17": 44, "18-24": 22, "25-39": 33, "40-54": 44, "55-64": 55, "65-79": 66, "80+": 8,
    }  # fmt: skip
    table = population.population_as_table(town)
    population.keep_population(agent, territory_id=town, text=table)
    assert queries.read_population(places) == kept
    population.keep_population(agent, territory_id=town, text="")
    assert queries.read_population(places) == {}


def test_she_makes_it_reads_it_publishes_it_and_a_stranger_reads_what_was_published(app: Flask) -> None:
    with app.app_context():
        town, _, consultation, proposals = add_participation()
        ines = councillor_of(town)
        token = bearer(app, ines)
    client, stranger = sign_in(app, ines), app.test_client()
    address = f"/consultations/{consultation}/synthese"

    assert stranger.get(address).status_code == 404
    assert "La synthèse n’est pas encore faite" in client.get(address).get_data(as_text=True)
    post_form(client, address)
    assert 'data-work="running"' in client.get(address).get_data(as_text=True)
    with app.app_context():
        making.make_synthesis(consultation_id=consultation)
    page = plain(client.get(address).get_data(as_text=True))
    assert "24</p>" in page
    assert "12 personnes" in page
    assert "2 pour, 2 contre" in page
    assert "La mairie seule lit cette page" in page
    assert stranger.get(f"{address}.pdf").status_code == 404
    assert "La synthèse" not in stranger.get(f"/consultations/{consultation}").get_data(as_text=True)

    post_form(client, f"{address}/publication")
    public = plain(stranger.get(address).get_data(as_text=True))
    assert "12 personnes" in public
    assert "Publier" not in public
    assert "Refaire" not in public
    assert "Lire la synthèse" in stranger.get(f"/consultations/{consultation}").get_data(as_text=True)
    read = stranger.get(f"/api/v1/consultations/{consultation}/synthesis").get_json()
    assert (read["people"], read["supported"][0]["id"]) == (24, proposals[0])

    with app.app_context(), transaction():
        db.session.get_one(Proposal, proposals[0]).hidden_at = utc_now() - timedelta(minutes=1)
    assert "Une piste cyclable vers le lycée" not in stranger.get(address).get_data(as_text=True)
    post_form(client, f"{address}/retrait")
    assert stranger.get(address).status_code == 404
    answer = client.post(f"/api/v1/consultations/{consultation}/synthesis", json={}, headers=token)
    assert (answer.status_code, answer.get_json()["is_being_made"]) == (202, True)


def test_the_files_say_what_the_page_says(app: Flask) -> None:
    with app.app_context():
        town, _places, consultation, _ = add_participation()
        agent = add_person("Agnès", roles=((Role.AGENT, town),))
        head = ";".join(["quartier", *population.HEADINGS.values()])
        rows = [f"Quartier {n};" + ";".join(["100"] * len(AgeBand)) for n in range(3)]
        population.keep_population(actor_of(agent), territory_id=town, text="\n".join([head, *rows]))
        making.ask_for_synthesis(actor_of(agent), consultation_id=consultation)
        making.make_synthesis(consultation_id=consultation)
    client = sign_in(app, agent)

    pdf = client.get(f"/consultations/{consultation}/synthese.pdf")
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf.data), strict=True).pages)
    text = " ".join(plain(text).split())
    assert pdf.mimetype == "application/pdf"
    assert "24 personnes ont pris part" in text
    assert "Une piste cyclable vers le lycée 24" in text
    assert "1,7" in text  # twelve people for 700 inhabitants
    book = CalamineWorkbook.from_object(
        BytesIO(client.get(f"/consultations/{consultation}/synthese.xlsx").data)
    )
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert sheets["De quel quartier"][1] == ["0", 12.0, 700.0, 1.71]
    assert len(sheets["Thèmes"]) == 10
    assert {row[4] for row in sheets["Thèmes"][1:]} == {"Sur internet"}


def test_pages_of_themes_and_population_refuse_in_words_and_keep_what_was_typed(app: Flask) -> None:
    with app.app_context():
        town, _, consultation, _ = add_participation()
        ines = councillor_of(town)
        making.ask_for_synthesis(actor_of(ines), consultation_id=consultation)
        making.make_synthesis(consultation_id=consultation)
        theme = queries.list_themes(consultation)[0][0].id
    client = sign_in(app, ines)
    themes = f"/consultations/{consultation}/synthese/themes"

    assert client.get(f"{themes}?theme={theme}").status_code == 200
    refused = post_form(client, f"{themes}/{theme}/nom", name="")
    assert refused.status_code == 422  # type: ignore[attr-defined]
    refused = post_form(client, f"{themes}/{theme}/reunion", into_id=theme)
    assert "ne peut pas être réuni avec lui-même" in refused.get_data(as_text=True)  # type: ignore[attr-defined]
    refused = post_form(client, "/bureau/population", table="quartier;0_17\nLune;3")
    shown = refused.get_data(as_text=True)  # type: ignore[attr-defined]
    assert "Il manque la colonne « 18_24 »" in plain(shown)
    assert "Lune;3" in shown
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Theme)) > 0
        assert db.session.scalar(sa.select(sa.func.count()).select_from(ThemeMember)) > 0
    assert re.search(r"<textarea[^>]*name=\"table\"", client.get("/bureau/population").get_data(as_text=True))
