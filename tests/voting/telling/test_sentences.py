"""What is told of every option of every method, in whole sentences, on real elections."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel

from civic.voting.explain.count import Count
from civic.voting.formats.reading import read_election
from civic.voting.methods.registry import METHODS, count_election
from civic.voting.telling.headlines import tell_equals, tell_headline
from civic.voting.telling.methods import NAMES, RULES, tell_rule
from civic.voting.telling.options import list_lines, tell_option
from civic.voting.telling.ties import tell_tie_line, tell_ties
from tests.conftest import plain
from tests.voting.methods.elections import choices, grades, projects, rankings
from tests.voting.real import budget_file, burlington, orsay


@pytest.fixture
def reader() -> Iterator[None]:
    """Somebody who reads French; nothing else of the platform is needed to tell a count."""
    site = Flask("reader")
    Babel(site, default_locale="fr")
    with site.test_request_context():
        yield


def told(count: Count, label: str) -> str:
    option = next(line.option for line in list_lines(count) if line.label == label)
    return plain(" ".join(tell_option(count, option)))


def test_every_method_has_its_name_and_its_rule() -> None:
    assert set(NAMES) == set(RULES) == set(METHODS)


def test_toulouse_says_why_a_project_was_left_out_and_what_it_lacked(reader: None) -> None:
    count = Count(count_election(*read_election(budget_file("France_Toulouse_2022"), None)))
    headline = tell_headline(count)
    assert headline is not None
    assert plain(headline.title) == "79 projets retenus"
    assert "7 999 520 €, pour un budget de 8 000 000 € : il reste 480 €" in plain(headline.text)
    words = told(count, "Création d’abris pour la faune")
    assert "38 votants sur 4 532 l’ont choisi, soit 0,8 %" in words
    assert "il restait 480 €. Il coûte 4 000 € : il manquait 3 520 €." in words
    assert "Il aurait été retenu avec 10 voix de plus" in words
    assert "moins de 0,1 %" in told(count, "Espace de jeux Place Niki de St-Phalle")
    for line in list_lines(count):
        assert all(sentence.endswith((".", "»")) for sentence in tell_option(count, line.option))


def test_swiecie_says_who_paid_what(reader: None) -> None:
    count = Count(count_election(*read_election(budget_file("Poland_Swiecie_2023"), None)))
    words = told(count, "Szlak murali ARCHITEKCI NASZEJ CODZIENNOŚCI")
    assert "259 de ceux qui l’ont choisi ont payé 114,91 € chacun." in words
    assert (
        "26 autres avaient moins : ils ont donné tout ce qui leur restait, soit 237,44 € ensemble." in words
    )
    left = told(count, "Kapitalny remont pomieszczeń sanitarnych i hallu oraz pomieszczeń magazynowych")
    assert "il leur manquait 61 316,11 €" in left
    assert "il aurait fallu 93 votants de plus qui ne choisissent que lui" in left


def test_burlington_says_where_votes_went_and_orsay_what_parts_two_medians(reader: None) -> None:
    runoff = Count(count_election(*read_election(burlington(), "irv")))
    judged = Count(count_election(*read_election(orsay(), "majority-judgment")))
    assert "1 332 à « Bob Kiss », 767 à « Kurt Wright »" in told(runoff, "Andy Montroll")
    assert "« Bob Kiss » en avait 4 313" in told(runoff, "Kurt Wright")
    assert (
        "une fois 31 bulletins retirés à chacune, la sienne est « Bien », et celle-ci « Assez bien »"
        in told(judged, "Royal")
    )


@pytest.mark.parametrize("method", sorted(NAMES))
@pytest.mark.parametrize("is_empty", [False, True], ids=["ballots", "empty"])
def test_every_option_of_every_method_can_be_told(reader: None, method: str, is_empty: bool) -> None:
    election = {
        "majority-judgment": grades([("312", 2), ("320", 1)], grades=3),
        "points": grades([("312", 2), ("320", 1)]),
        "budget-cumulative": grades([("312", 2), ("320", 1)]),
        **dict.fromkeys(("schulze", "irv", "stv", "budget-points"), rankings([("A B", 2), ("B A C", 2)])),
    }.get(method, choices([("A", 2), ("B", 2), ("BC", 1)]))
    if method.startswith("budget-"):
        costs = projects({"A": 60, "B": 60, "C": 30}, [], budget=100, threshold=1)
        election = type(election)(election.kind, costs.options, election.piles, costs.terms)
    if is_empty:
        election = type(election)(election.kind, election.options, (), election.terms)
    count = Count(count_election(election, method))
    tell_headline(count)
    tell_ties(count)
    assert tell_tie_line(count)
    assert len(tell_rule(count).sentences) >= 2
    for line in list_lines(count):
        assert all("%(" not in sentence for sentence in tell_option(count, line.option))


def test_a_tie_that_decided_is_told_with_what_decided_it(reader: None) -> None:
    count = Count(count_election(choices([("A", 2), ("B", 2)], seed="the seed"), "single"))
    (words,) = tell_ties(count)
    assert "étaient à égalité" in words
    assert "un tirage au sort que chacun peut refaire décide" in words
    assert tell_tie_line(count) == "Une égalité a été départagée par la règle annoncée."
    loser = next(line.option for line in list_lines(count) if not line.is_winner)
    assert "l’emporte au départage" in " ".join(tell_option(count, loser))


def test_rules_frozen_before_lots_were_drawn_leave_equals_first_together(reader: None) -> None:
    count = Count(count_election(choices([("A", 2), ("B", 2), ("C", 1)]), "single"))
    headline = tell_headline(count, draws_no_lots=True)

    assert headline is not None
    assert (headline.title, headline.labels) == ("À égalité", ("A", "B"))
    assert "ne départagent pas" in tell_tie_line(count, draws_no_lots=True)
    assert "arrivent en tête ensemble" in tell_rule(count, draws_no_lots=True).sentences[-1]
    assert "arrivent en tête ensemble" in tell_equals(count, ("A", "B"))
