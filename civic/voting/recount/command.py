"""``recompter.py FILE --rules RULES`` (or ``--method METHOD``): the same bytes as the platform, from the standard library alone."""

import argparse
import sys
from pathlib import Path

from civic.voting.formats.reading import FileOfRules, count_file, published_count
from civic.voting.methods.refusals import CountRefused
from civic.voting.methods.registry import METHODS


def recount(words: list[str] | None = None) -> int:
    """Count the file that the command line names, and print the result. Returns the exit status: 2 when there is none."""
    parser = argparse.ArgumentParser(
        description="Recompte un fichier de bulletins et imprime le résultat (JSON canonique)."
    )
    parser.add_argument("file", type=Path, help="le fichier : .pb, .soi, .toi, .soc, .toc, .csv ou .blt")
    parser.add_argument("--method", help="la méthode : " + ", ".join(METHODS))
    parser.add_argument("--seats", type=int, help="le nombre de sièges")
    parser.add_argument("--seed", help="le texte dont les départages sont tirés")
    parser.add_argument(
        "--rules", type=Path, help="les règles figées du scrutin : elles donnent la méthode et tout le reste"
    )
    parser.add_argument(
        "--question", type=int, default=1, help="le numéro de la question, quand il y en a plusieurs"
    )
    asked = parser.parse_args(words)
    rules = FileOfRules(asked.rules, asked.question) if asked.rules else None
    try:
        tally = count_file(asked.file, asked.method, seats=asked.seats, seed=asked.seed, rules=rules)
    except CountRefused as refused:
        print(refused, file=sys.stderr)
        return 2
    sys.stdout.buffer.write(published_count(tally).encode())
    return 0


if __name__ == "__main__":
    sys.exit(recount())
