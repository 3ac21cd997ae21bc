"""Reads reactions on its standard input and writes their map, both as JSON: the process that ``civic.opinions.service.mapping`` starts."""

import json
import sys
from dataclasses import asdict

from civic.opinions.groups.mapping import map_opinions
from civic.opinions.groups.table import make_table


def main() -> None:
    asked = json.load(sys.stdin)
    table = make_table(
        asked["rows"],
        asked["columns"],
        asked["values"],
        people=asked["people"],
        statements=asked["statements"],
    )
    json.dump(asdict(map_opinions(table)), sys.stdout)


if __name__ == "__main__":
    main()
