"""What the tests pay once serves what is served without it."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from civic.app import create_app
from tests import quick
from tests.conftest import make_settings


def test_addresses_compiled_once_are_those_that_each_application_would_compile(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = {(rule.rule, rule.endpoint): rule for rule in app.url_map.iter_rules()}
    monkeypatch.setattr(Rule, "_compile_builder", quick.SERVED_BUILDER)

    alone = create_app(make_settings(app.config["SQLALCHEMY_DATABASE_URI"]))

    built = {(rule.rule, rule.endpoint): rule for rule in alone.url_map.iter_rules()}
    assert kept.keys() == built.keys()
    for key, rule in built.items():
        values = dict.fromkeys(rule.arguments, 7) | dict.fromkeys(rule.defaults or (), 7)
        assert kept[key].build(values) == rule.build(values), key
    assert len(built) > 200


def test_a_werkzeug_without_the_function_that_is_kept_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Rule, "_compile_builder")

    quick.build_addresses_once()

    assert not hasattr(Rule, "_compile_builder")
