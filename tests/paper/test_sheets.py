"""What leaves the screen: posters, large print, the sheet that is filled in by hand."""

import re
from datetime import timedelta

import numpy
import pytest
import segno
import zxingcpp
from flask import Flask

from civic.accounts.models import Role
from civic.consultations.rules import Activity
from civic.kernel.clock import utc_now
from civic.kernel.transaction import transaction
from civic.pages.service import keep_town_hall
from civic.paper.rules import LONGEST_SUMMARIES, TitleSize, poster_choices, poster_summary, title_size
from civic.voting.asking import ChoicePlan
from civic.web.printed_links import QUIET_ZONE, PrintedLink, printed_link
from tests.conftest import add_person, add_town, build, dispose, plain, sign_in
from tests.consultations.making import add_consultation
from tests.mutual_aid.making import ADDRESS, NAME, PHONE, add_request
from tests.voting.builders import add_draft, add_poll

PIXELS = 4


def drawn(path: str, size: int) -> numpy.ndarray:
    """Draw the path of a code as a browser does: dark modules on white."""
    modules = numpy.full((size, size), 255, dtype=numpy.uint8)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        modules[int(y), int(x) : int(x) + int(width)] = 0
    return modules.repeat(PIXELS, axis=0).repeat(PIXELS, axis=1)


def read(link: PrintedLink) -> str:
    (code,) = zxingcpp.read_barcodes(drawn(link.path, link.size))
    return str(code.text)


def code_in(page: str) -> str:
    """Return what a telephone reads on a page."""
    found = re.search(r'viewBox="0 0 (\d+) \1".*?<path class="qr__modules" d="([^"]+)"', page, re.S)
    assert found, "the page has no code"
    (code,) = zxingcpp.read_barcodes(drawn(found[2], int(found[1])))
    return str(code.text)


class Town:
    def __init__(self, app: Flask) -> None:
        with app.app_context():
            self.id, self.places = add_town()
            add_person("Rita", lives_in=self.places[0])
            self.consultation = add_consultation(self.id, neighbourhoods=(self.places[0],))
            self.poll, _ = add_poll(self.places[0], minimum_age=16)
            self.agent = add_person("Agnès", roles=((Role.AGENT, self.id),))
            with transaction():
                keep_town_hall(
                    territory_id=self.id,
                    values={
                        "name": "Mairie de Bourg",
                        "phone": "02 99 00 11 22",
                        "street": "1 place du Puits",
                    },
                )


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(app)


def page(app: Flask, path: str) -> str:
    answer = app.test_client().get(path)
    assert answer.status_code == 200, path
    return plain(answer.get_data(as_text=True))


def test_a_code_is_read_by_a_telephone_at_the_address_that_people_type(sqlite_url: str) -> None:
    app = build(sqlite_url, public_url="https://participez.bourg-sur-mer.fr")
    with app.app_context():
        link = printed_link("/consultations/12?territory_id=3")

    assert read(link) == "https://participez.bourg-sur-mer.fr/consultations/12?territory_id=3"
    assert link.address == "participez.bourg-sur-mer.fr/consultations/12"
    dispose(app)


def test_a_code_survives_a_stain_and_keeps_its_white_margin(app: Flask) -> None:
    with app.app_context():
        link = printed_link("/entraide")
    image = drawn(link.path, link.size)
    edge = QUIET_ZONE * PIXELS

    for side in (image[:edge], image[-edge:], image[:, :edge], image[:, -edge:]):
        assert (side == 255).all()
    assert segno.make("http://localhost/entraide", error="m", micro=False).error in ("M", "Q", "H")
    middle = link.size * PIXELS // 2
    image[middle : middle + 2 * PIXELS, middle : middle + 3 * PIXELS] = 0
    (code,) = zxingcpp.read_barcodes(image)
    assert code.text == "http://localhost/entraide"


def test_a_passer_by_reads_on_the_poster_of_a_consultation_what_to_do_with_and_without_a_telephone(
    app: Flask, town: Town
) -> None:
    path = f"/consultations/{town.consultation}"
    poster = page(app, f"{path}/affiche")

    assert "La place du marché" in poster
    assert "Que faire de la place ?" in poster
    assert "Proposez jusqu’au " in poster
    assert "02 99 00 11 22" in poster
    assert "1 place du Puits" in poster
    assert f"localhost{path}<" in poster
    assert code_in(poster) == f"http://localhost{path}"
    assert "style=" not in poster


def test_a_passer_by_reads_on_the_poster_of_a_poll_who_votes_and_that_paper_counts(
    app: Flask, town: Town
) -> None:
    poster = page(app, f"/scrutins/{town.poll}/affiche")

    assert "Faut-il planter des tilleuls ?" in poster
    assert "de 16 ans ou plus" in poster
    assert "poster__choices" in poster
    assert "au guichet ou sur papier" in poster
    assert code_in(poster) == f"http://localhost/scrutins/{town.poll}"


def test_the_call_for_help_of_a_neighbourhood_says_nothing_of_who_asks(app: Flask, town: Town) -> None:
    with app.app_context():
        add_request(add_person("Odette", lives_in=town.places[0]), town.places[0])

    for path, leads_to in (
        ("/entraide/affiche", "http://localhost/entraide"),
        (f"/entraide/affiche/{town.places[0]}", f"http://localhost/entraide?territory_id={town.places[0]}"),
    ):
        poster = page(app, path)
        assert "Aidez un voisin" in poster
        assert code_in(poster) == leads_to
        assert not any(
            secret in poster for secret in (ADDRESS, PHONE, NAME, "Odette", "Quelques courses lourdes")
        )


def test_whoever_needs_large_letters_reads_the_essential_and_how_to_answer(app: Flask, town: Town) -> None:
    consultation = page(app, f"/consultations/{town.consultation}/gros-caracteres")
    poll = page(app, f"/scrutins/{town.poll}/gros-caracteres")

    assert "Que faire de la place ?" in consultation
    assert "Demandez la feuille-réponse à la mairie" in consultation
    for sheet in (consultation, poll):
        assert "02 99 00 11 22" in sheet
        assert re.search("<(em|i)>", sheet) is None
    assert "Vote blanc" in poll
    assert "Cette feuille n’est pas un bulletin de vote." in poll


def test_the_sheet_to_fill_in_says_until_when_and_is_not_given_once_it_is_too_late(
    app: Flask, town: Town
) -> None:
    now = utc_now()
    with app.app_context():
        over = add_consultation(town.id, opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1))
        only_vote = add_consultation(town.id, activities=(Activity.READ, Activity.VOTE))
        only_reactions = add_consultation(town.id, activities=(Activity.READ, Activity.REACT))

    assert "À rendre à la mairie au plus tard le" in page(
        app, f"/consultations/{town.consultation}/feuille-reponse"
    )
    for late in (over, only_vote, only_reactions):
        sheet = page(app, f"/consultations/{late}/feuille-reponse")
        assert "Cette consultation ne prend pas d’idées sur papier" in sheet
        assert "Prénom et nom" not in sheet


def test_a_draft_is_printed_by_those_who_prepare_it_alone_and_they_are_warned(app: Flask, town: Town) -> None:
    with app.app_context():
        draft = add_consultation(town.id, is_published=False)
        poll = add_draft(town.places[0])
    agent = sign_in(app, town.agent)

    for path in (
        f"/consultations/{draft}/affiche",
        f"/consultations/{draft}/gros-caracteres",
        f"/consultations/{draft}/feuille-reponse",
        f"/scrutins/{poll}/affiche",
        f"/scrutins/{poll}/gros-caracteres",
    ):
        assert app.test_client().get(path).status_code == 404
        assert agent.get(path).status_code == 200
    assert "Ne la collez pas avant" in agent.get(f"/consultations/{draft}/affiche").get_data(as_text=True)


def test_the_poster_of_a_closed_poll_leads_to_its_result_without_telling_it(app: Flask, town: Town) -> None:
    now = utc_now()
    with app.app_context():
        closed, _ = add_poll(
            town.places[0],
            opens_at=now - timedelta(days=9),
            closes_at=now - timedelta(days=1),
            choices=(ChoicePlan("Des tilleuls"), ChoicePlan("Des bancs")),
        )
    poster = page(app, f"/scrutins/{closed}/affiche")

    assert "Lisez le résultat" in poster
    assert "Votez à la mairie" not in poster
    assert "Des tilleuls" not in poster


def test_an_agent_finds_what_to_print_from_the_desk_and_a_resident_the_large_print_from_the_page(
    app: Flask, town: Town
) -> None:
    agent, stranger = sign_in(app, town.agent), app.test_client()
    desk = agent.get("/bureau").get_data(as_text=True)
    sheets = agent.get("/imprimer").get_data(as_text=True)

    assert 'href="/imprimer"' in desk
    for path in (
        f"/consultations/{town.consultation}/affiche",
        f"/scrutins/{town.poll}/affiche",
        f"/entraide/affiche/{town.places[1]}",
        f"/affichage/{town.places[1]}",
    ):
        assert f'href="{path}"' in sheets
    for thing in (f"/consultations/{town.consultation}", f"/scrutins/{town.poll}"):
        assert f'href="{thing}/affiche"' in agent.get(thing).get_data(as_text=True)
        read_by_stranger = stranger.get(thing).get_data(as_text=True)
        assert f'href="{thing}/gros-caracteres"' in read_by_stranger
        assert f'href="{thing}/affiche"' not in read_by_stranger


def test_a_town_without_anything_yet_says_so(app: Flask) -> None:
    assert "Rien à annoncer en ce moment" in page(app, "/imprimer")
    assert "Adressez-vous à l’accueil de votre mairie" in page(app, "/entraide/affiche")


@pytest.mark.parametrize(
    ("length", "size"),
    [(1, "huge"), (42, "huge"), (43, "large"), (84, "large"), (85, "medium"), (120, "medium"), (121, "small"), (200, "small")],
)  # fmt: skip
def test_a_longer_title_is_smaller(length: int, size: str) -> None:
    assert title_size("x" * length) == size


def test_a_long_answer_to_who_may_vote_takes_room_from_the_title() -> None:
    title, voters = "x" * 62, 76  # the poll of the demonstration that ran over the edge of its sheet

    assert title_size(title) == TitleSize.LARGE
    assert title_size(title, voters) == TitleSize.MEDIUM
    assert len(poster_summary(title, "mot " * 200, voters)) < len(poster_summary(title, "mot " * 200))


def test_a_poster_names_all_the_answers_of_a_vote_or_none() -> None:
    answers = ["Des tilleuls", "Un terrain de boules", "Rien"]

    assert poster_choices("Que planter ?", answers) == answers
    assert poster_choices("m" * 200, answers) == []
    assert poster_choices("Que planter ?", ["m" * 90] * 4) == []


def test_a_summary_that_is_too_long_ends_with_a_sentence_or_between_words() -> None:
    most = LONGEST_SUMMARIES[TitleSize.HUGE]
    sentences = "La place change. " * 40
    words = "mot " * 200

    assert poster_summary("Titre", "Court.") == "Court."
    assert poster_summary("Titre", sentences).endswith("change.")
    assert poster_summary("Titre", words).endswith("mot…")
    assert poster_summary("x" * 151, "Court.") == ""
    assert max(len(poster_summary("Titre", text)) for text in (sentences, words)) <= most
