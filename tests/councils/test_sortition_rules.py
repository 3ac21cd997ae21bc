"""Lots drawn under quotas, that anyone draws again."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from civic.councils.sortition import lacking, lists, rules
from civic.councils.sortition.lists import ListRefused
from civic.councils.sortition.rules import Entrant, Plan, Quota
from civic.councils.sortition.script import draw_script
from tests.councils.drawing import list_of, random_case

CASES = range(40)


def holds(plan: Plan, panel: list[Entrant]) -> bool:
    counts = [Counter(member.profile[place] for member in panel) for place in range(len(plan.criteria))]
    return len(panel) == plan.seats and all(
        quota.least <= counts[plan.criteria.index(quota.criterion)][quota.value] <= quota.most
        for quota in plan.quotas
    )


def test_every_panel_holds_its_quotas_whatever_the_seed() -> None:
    for case in CASES:
        plan, entrants = random_case(case)
        by_number = {entrant.number: entrant for entrant in entrants}

        drawn = rules.draw(plan, entrants, f"graine {case}")

        assert drawn is not None
        assert holds(plan, [by_number[number] for number in drawn.panel])
        assert not set(drawn.panel) & set(drawn.substitutes)
        assert len(drawn.substitutes) <= plan.substitutes
        assert rules.draw(plan, entrants[::-1], f"graine {case}") == drawn


def test_somebody_passed_over_could_not_be_taken_with_those_before_her() -> None:
    """What the page says of the method: checked on small lists by trying every panel that keeps those taken before."""
    from itertools import combinations

    for case in range(12):
        plan, entrants = random_case(case)
        plan, entrants = replace(plan, seats=min(plan.seats, 4), quotas=()), entrants[:12]
        panel = entrants[: plan.seats]
        quotas = [
            Quota(criterion, value, count, count)
            for place, criterion in enumerate(plan.criteria)
            for value, count in Counter(member.profile[place] for member in panel).items()
        ]
        plan = replace(plan, quotas=tuple(quotas))
        drawn = rules.draw(plan, entrants, "s")
        assert drawn is not None
        by_number = {entrant.number: entrant for entrant in entrants}
        taken: list[Entrant] = []
        for number in drawn.order:
            wanted = [*taken, by_number[number]]
            rest = [by_number[each] for each in drawn.order[drawn.order.index(number) + 1 :]]
            missing = plan.seats - len(wanted)
            could = missing >= 0 and any(
                holds(plan, [*wanted, *others]) for others in combinations(rest, missing)
            )
            assert could == (number in drawn.panel)
            taken = wanted if could else taken


@pytest.mark.parametrize(
    "typed",
    [
        "3-14-15-26-49-9",
        " 3 14 15  26 49 9 ",
        "03-14-15-26-49-09",
        "3‑14–15—26−49\u00ad-\u200b9",
        "３-１４-15-26-49-9",
        "3, 14, 15, 26, 49 ; 9.",
    ],
)
def test_who_types_the_seed_has_no_choice_of_how_it_is_written(typed: str) -> None:
    """Else she would try hyphens that no eye tells apart until the panel pleases her."""
    assert lists.tidy_seed(typed) == "3-14-15-26-49-9"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "－"])
def test_a_published_list_holds_nothing_that_a_spreadsheet_takes_for_a_formula(sign: str) -> None:
    for text in (f"numero;age\n1;{sign}30 ans\n", f"numero;{sign}age\n1;30 ans\n"):
        with pytest.raises(ListRefused):
            lists.read_list(text.encode())
    assert lists.read_list(b"numero;age\n1;16-29\n")[1] == [Entrant("1", ("16-29",))]


def test_a_seed_keeps_its_words_and_what_is_copied_of_it_runs_nothing() -> None:
    assert lists.tidy_seed("Numéro Chance : 7") == "numero-chance-7"
    assert lists.tidy_seed('12"; $(rm -r .) `x` 0') == "12-rm-r-x-0"
    assert lists.tidy_seed("— … —") == ""


def test_the_script_that_anyone_runs_prints_the_same_bytes(tmp_path: Path) -> None:
    script = tmp_path / "retirer.py"
    script.write_text(draw_script(), encoding="utf-8")
    for case in range(6):
        plan, entrants = random_case(case)
        text = lists.write_list(plan.criteria, entrants)
        sha, seed = lists.fingerprint(text), f"{case}-12-25-31-ete"
        (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
        frozen = lists.write_rules(plan, list_sha256=sha, seed_source="Loto", seed_at="2026-12-12T20:00:00Z")
        (tmp_path / "regles.json").write_text(frozen, encoding="utf-8")
        drawn = rules.draw(plan, entrants, seed)
        assert drawn is not None
        gone = drawn.panel[0]

        words = ["liste.csv", "regles.json", "--seed", f" {case} 12–25–31, Été ", "--declined", gone]
        ran = subprocess.run(
            [sys.executable, "-I", str(script), *words], cwd=tmp_path, capture_output=True, check=True
        )

        assert ran.stdout == lists.write_result(drawn, seed=seed, list_sha256=sha).encode()
        coming = lists.replace_all(plan, entrants, drawn, [gone])[0][1]
        assert ran.stderr.decode().strip() == f"{gone} -> {coming or 'personne'}"

    (tmp_path / "liste.csv").write_text(text.replace("\n1;", "\n999;"), encoding="utf-8")
    other = subprocess.run(
        [sys.executable, "-I", str(script), *words], cwd=tmp_path, capture_output=True, check=False
    )
    assert other.returncode == 2
    assert "empreinte" in other.stderr.decode()


def test_nobody_is_favoured_by_her_number() -> None:
    plan = Plan(("sexe",), 4, 0, (Quota("sexe", "F", 2, 2), Quota("sexe", "H", 2, 2)))
    entrants = [Entrant(str(number), ("F" if number < 8 else "H",)) for number in range(16)]
    drawn: Counter[str] = Counter()
    for seed in range(800):
        found = rules.draw(plan, entrants, str(seed))
        assert found is not None
        drawn.update(found.panel)

    assert all(
        140 <= drawn[entrant.number] <= 260 for entrant in entrants
    )  # 200 expected, 12 its standard deviation


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (Plan(("sexe",), 9, 0), ("few_people", 1, None)),
        (Plan(("sexe",), 4, 0, (Quota("sexe", "H", 3, 4),)), ("few_of_value", 1, "H")),
        (Plan(("sexe",), 4, 0, (Quota("sexe", "F", 3, 2),)), ("least_above_most", 1, "F")),
        (Plan(("sexe",), 4, 0, (Quota("sexe", "F", 4, 4), Quota("sexe", "H", 2, 2))), ("leasts_above_seats", 2, None)),
        (Plan(("sexe",), 4, 0, (Quota("sexe", "F", 0, 1), Quota("sexe", "H", 0, 1))), ("mosts_below_seats", 2, None)),
    ],
)  # fmt: skip
def test_quotas_that_cannot_be_held_say_which_and_by_how_much(
    plan: Plan, told: tuple[str, int, str | None]
) -> None:
    entrants = [Entrant(str(number), ("F" if number < 6 else "H",)) for number in range(8)]

    assert rules.draw(plan, entrants, "s") is None
    found = lacking.shortfalls(plan, entrants)
    assert told in [(short.reason, short.by, short.value) for short in found]


def test_quotas_that_contradict_one_another_across_criteria_are_told() -> None:
    """No woman lives on the plateau: two of the plateau and three women of four cannot be."""
    entrants = [
        Entrant(str(number), ("H", "Plateau") if number < 4 else ("F", "Centre")) for number in range(10)
    ]
    plan = Plan(("sexe", "quartier"), 4, 0, (Quota("sexe", "F", 3, 4), Quota("quartier", "Plateau", 2, 2)))

    assert rules.draw(plan, entrants, "s") is None
    found = {(short.reason, short.by, short.value) for short in lacking.shortfalls(plan, entrants)}
    assert found == {("least_with_others", 1, "F"), ("least_with_others", 1, "Plateau")}


def test_whoever_declines_is_replaced_by_the_next_who_keeps_the_quotas() -> None:
    for case in CASES:
        plan, entrants = random_case(case)
        by_number = {entrant.number: entrant for entrant in entrants}
        drawn = rules.draw(plan, entrants, "s")
        assert drawn is not None
        members = list(drawn.panel)
        declined = drawn.panel[:2]
        followed = lists.replace_all(plan, entrants, drawn, declined)
        for leaving, coming in followed:
            members.remove(leaving)
            if coming is not None:
                assert coming not in drawn.panel
                members.append(coming)
        if all(coming for _, coming in followed):
            assert holds(plan, [by_number[number] for number in members])


def test_a_list_is_read_whole_or_refused_with_its_line() -> None:
    criteria, entrants = lists.read_list(
        "Numéro,Sexe,Âge\r\n10, F ,60 et plus\r\n\r\n2,H,16-29\r\n".encode("cp1252")
    )
    assert criteria == ("Sexe", "Âge")
    assert [entrant.number for entrant in entrants] == ["2", "10"]
    assert lists.write_list(criteria, entrants) == "numero;Sexe;Âge\n2;H;16-29\n10;F;60 et plus\n"

    for content, reason, line in (
        (b"", "empty", None),
        (b"numero\n1\n", "no_head", 1),
        (b"numero;sexe\n", "empty", None),
        (b"numero;sexe\n1;F\n1;H\n", "number_twice", 3),
        (b"numero;sexe\n1;F\n\n2;F;H\n", "cells", 4),
        (b"numero;sexe\nMarie Durand;F\n", "number", 2),
        (b"numero;sexe\n1;\n", "value", 2),
        (b"numero;sexe;sexe\n1;F;F\n", "criterion_twice", 1),
    ):
        with pytest.raises(ListRefused) as refused:
            lists.read_list(content)
        assert (refused.value.reason, refused.value.line) == (reason, line)
    assert len(lists.read_list(list_of())[1]) == 60


def test_counts_of_a_few_people_are_not_told_even_by_difference() -> None:
    assert rules.shown_counts({"F": 20, "H": 18}) == {"F": 20, "H": 18}
    assert rules.shown_counts({"a": 30, "b": 3, "c": 8}) == {"a": 30, "b": None, "c": None}
    assert rules.shown_counts({"a": 30, "b": 3, "c": 2}) == {"a": 30, "b": None, "c": None}
    assert rules.shown_counts({"a": 30, "b": 1, "c": 1, "d": 9}) == dict.fromkeys("bcd") | {"a": 30}
    assert rules.shown_counts({"a": 3}) == {"a": None}
