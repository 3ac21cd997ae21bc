"""Light or dark: as the reader's device says, unless she chose. The choice is a cookie that the site needs to keep it, and nothing else."""

from enum import StrEnum
from typing import Any

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.kernel.errors import N_
from civic.web.languages import YEAR_SECONDS, own_path

COOKIE = "apparence"


class Appearance(StrEnum):
    DEVICE = "appareil"
    LIGHT = "clair"
    DARK = "sombre"


WORDS = {
    Appearance.LIGHT: N_("Clair"),
    Appearance.DARK: N_("Sombre"),
    Appearance.DEVICE: N_("Comme mon appareil"),
}


def read_appearance(value: str | None) -> Appearance:
    """Return the appearance of that name, or that of the device when there is no such one."""
    return next((known for known in Appearance if known == value), Appearance.DEVICE)


def choices(current: Appearance) -> list[dict[str, Any]]:
    """Return what the reader chooses from, in her language."""
    return [
        {"value": value.value, "label": gettext(label), "is_current": value is current}
        for value, label in WORDS.items()
    ]


def register_appearance(app: Flask) -> None:
    @app.context_processor
    def appearance() -> dict[str, Any]:
        chosen = read_appearance(request.cookies.get(COOKIE))
        here = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return {
            "appearance": chosen.value,
            "appearance_switch": {"choices": choices(chosen), "next": here},
        }

    @app.post("/apparence", endpoint="web.choose_appearance")
    def choose_appearance() -> ResponseReturnValue:
        chosen = read_appearance(request.form.get("apparence"))
        response = redirect(own_path(request.form.get("next")), 303)
        if chosen is Appearance.DEVICE:
            response.delete_cookie(COOKIE, samesite="Lax", httponly=True, secure=request.is_secure)
        else:
            response.set_cookie(
                COOKIE,
                chosen.value,
                max_age=YEAR_SECONDS,
                samesite="Lax",
                httponly=True,
                secure=request.is_secure,
            )
        return response
