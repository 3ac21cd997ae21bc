"""Pages that cross features."""

from flask import Blueprint, Flask, render_template

from civic.pages.layout import register_layout

blueprint = Blueprint("pages", __name__)


def register(app: Flask) -> None:
    register_layout(app)


@blueprint.get("/")
def show_home() -> str:
    return render_template("pages/home.html")
