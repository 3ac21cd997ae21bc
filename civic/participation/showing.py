"""How many people took part, as pages, screens and the API say it: every channel counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from civic.consultations.channels import Channel
from civic.participation.figures import read_channels
from civic.participation.rules import Cell, told_cells
from civic.participation.words import channels_in_words


@dataclass(frozen=True)
class Participation:
    """``cells``: people by channel, none of fewer than five. ``people``: none where there are fewer than five."""

    people: int | None
    cells: tuple[Cell, ...]

    @property
    def sentence(self) -> str:
        """« 312 personnes ont pris part : 290 sur internet, 22 sur papier. »"""
        if self.people is None:
            return ""
        told = ngettext("%(num)s personne a pris part", "%(num)s personnes ont pris part", self.people)
        return gettext("%(told)s : %(ways)s.", told=told, ways=self.ways)

    @property
    def ways(self) -> str:
        named = [(cell, channels_in_words(cell.keys)) for cell in self.cells]
        if len(named) == 1:
            return named[0][1][:1].lower() + named[0][1][1:]
        return ", ".join(f"{cell.people} {words[:1].lower()}{words[1:]}" for cell, words in named)


def participation_of(consultation_ids: Sequence[int]) -> dict[int, Participation]:
    """Return how many people took part in each consultation; one of which it cannot be said now is left out."""
    told = {}
    for consultation_id, channels in read_channels(list(consultation_ids)).items():
        order = [channel.value for channel in Channel if channels.get(channel.value)]
        cells = told_cells(channels, order, is_ordered=False)
        people = sum(channels.values())
        told[consultation_id] = Participation(people if cells else None, cells)
    return told
