"""``retirer.py LIST RULES --seed SEED``: the same bytes as the platform, from the standard library alone."""

import argparse
import sys
from pathlib import Path

from civic.councils.sortition.lists import (
    ListRefused,
    fingerprint,
    read_list,
    read_rules,
    replace_all,
    tidy_seed,
    write_list,
    write_result,
)
from civic.councils.sortition.rules import draw


def draw_again(words: list[str] | None = None) -> int:
    """Draw from the files that the command line names, and print the result. Returns the exit status: 2 when there is none."""
    parser = argparse.ArgumentParser(description="Refait un tirage au sort et imprime son résultat.")
    parser.add_argument("list", type=Path, help="la liste : liste.csv")
    parser.add_argument("rules", type=Path, help="les règles figées : regles.json")
    parser.add_argument("--seed", required=True, help="la graine, telle que la page l’affiche")
    parser.add_argument(
        "--declined", action="append", default=[], help="un numéro qui a refusé, dans l’ordre des refus"
    )
    asked = parser.parse_args(words)
    try:
        criteria, entrants = read_list(asked.list.read_bytes())
        plan, promised = read_rules(asked.rules.read_text(encoding="utf-8"))
    except (ListRefused, OSError, ValueError, KeyError, TypeError) as problem:
        print(f"Ces fichiers ne se lisent pas : {problem}", file=sys.stderr)
        return 2
    if criteria != plan.criteria or fingerprint(write_list(criteria, entrants)) != promised:
        print("Cette liste n’est pas celle dont les règles annoncent l’empreinte.", file=sys.stderr)
        return 2
    seed = tidy_seed(asked.seed)
    drawn = draw(plan, entrants, seed)
    if drawn is None:
        print("Ces quotas ne peuvent pas être tenus avec cette liste.", file=sys.stderr)
        return 2
    for leaving, coming in replace_all(plan, entrants, drawn, asked.declined):
        print(f"{leaving} -> {coming or 'personne'}", file=sys.stderr)
    sys.stdout.buffer.write(write_result(drawn, seed=seed, list_sha256=promised).encode())
    return 0


if __name__ == "__main__":
    sys.exit(draw_again())
