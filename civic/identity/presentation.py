"""What every page shows of the town: the frame asks it once a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext

from civic.identity import queries
from civic.identity.models import TownIdentity
from civic.identity.rules import Half
from civic.identity.style_sheet import Colours, fingerprint, write_style_sheet
from civic.territories.models import Territory
from civic.web.appearance import Appearance


@dataclass(frozen=True)
class Face:
    """The town as pages show it. ``arms_url`` and ``style_url`` are empty where it has none of its own."""

    name: str
    tagline: str
    welcome_title: str
    welcome_lead: str
    style_url: str = ""
    arms_url: str = ""
    arms_width: int = 0
    arms_height: int = 0


def face_of(town: Territory | None, appearance: Appearance = Appearance.DEVICE) -> Face:
    """Return how a town presents itself; before there is a town, how the platform does."""
    return face_from(town, queries.find_identity(town.id) if town else None, appearance)


def face_from(
    town: Territory | None, chosen: TownIdentity | None, appearance: Appearance = Appearance.DEVICE
) -> Face:
    """Return the same, from what the town chose."""
    name = town.name if town else gettext("Notre commune")
    default = Face(
        name=name,
        tagline=gettext("Participer et s’entraider"),
        welcome_title=gettext("%(town)s se décide à plusieurs, et personne n’y reste seul", town=name),
        welcome_lead=gettext(
            "Le site de la mairie pour donner votre avis, voter dans votre quartier, et demander ou offrir un coup de main entre voisins."
        ),
    )
    if chosen is None:
        return default
    return Face(
        name=chosen.name or default.name,
        tagline=chosen.tagline or default.tagline,
        welcome_title=chosen.welcome_title or default.welcome_title,
        welcome_lead=chosen.welcome_lead or default.welcome_lead,
        style_url=style_url(colours_of(chosen), appearance),
        arms_url=url_for("identity.show_arms", v=chosen.arms_digest) if chosen.arms_digest else "",
        arms_width=chosen.arms_width,
        arms_height=chosen.arms_height,
    )


def colours_of(chosen: TownIdentity) -> Colours:
    return colours_from(
        {Half.PARTICIPATION: chosen.participation_colour, Half.SOLIDARITY: chosen.solidarity_colour}
    )


def colours_from(values: Mapping[Half, str]) -> Colours:
    return tuple((half, colour) for half, colour in values.items() if colour)


def sheet_for(colours: Colours, appearance: Appearance) -> str:
    return write_style_sheet(
        colours, is_light=appearance is not Appearance.DARK, is_dark=appearance is not Appearance.LIGHT
    )


def style_url(colours: Colours, appearance: Appearance) -> str:
    """Return the address of the town's style sheet, or nothing where it keeps the platform's colours."""
    if not colours:
        return ""
    asked: dict[str, Any] = {half.value: colour.removeprefix("#") for half, colour in colours}
    if appearance is not Appearance.DEVICE:
        asked["apparence"] = appearance.value
    return url_for("identity.show_style_sheet", **asked, v=fingerprint(sheet_for(colours, appearance)))


def preview_url(colours: Colours) -> str:
    asked: dict[str, Any] = {half.value: colour.removeprefix("#") for half, colour in colours}
    return url_for("identity.show_style_sheet", **asked, apercu="true")
