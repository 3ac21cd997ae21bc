"""Pages that anybody reads."""

import pytest
from flask import Flask

from tests.conftest import add_town


@pytest.mark.parametrize(
    "path",
    ["/", "/aide", "/mentions-legales", "/vos-donnees", "/accessibilite", "/recherche", "/api/v1/", "/signalements/regles", "/robots.txt"],
)  # fmt: skip
def test_a_stranger_reads_what_the_site_says_of_itself(app: Flask, path: str) -> None:
    client = app.test_client()

    assert client.get(path).status_code == 200  # before any commune was made
    with app.app_context():
        add_town()
    assert client.get(path).status_code == 200
