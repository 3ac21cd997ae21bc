"""Flask, with what each page asks a hundred times answered from memory. Nothing here depends on who reads, nor on what is stored."""

from collections.abc import MutableMapping
from typing import Any

from flask import Flask, g, has_request_context, request
from flask.templating import Environment
from flask_babel import get_locale, get_translations

MOST_ADDRESSES = 5_000


class PageEnvironment(Environment):
    """Jinja, whose templates share the names of the application as they are: none has names of its own.

    Jinja lays an empty map over them for each template, and compares the two maps name by name at each import of a component.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return self.globals if not d else super().make_globals(d)


class Application(Flask):
    jinja_environment = PageEnvironment

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._addresses: dict[tuple[str, str, str], str] = {}

    def url_for(self, endpoint: str, **values: Any) -> str:
        """Return the address of an endpoint: within a request, a path that the same endpoint and values always give."""
        if endpoint[0] == "." or "_external" in values or "_scheme" in values or not has_request_context():
            return super().url_for(endpoint, **values)
        key = (request.script_root, endpoint, repr(values))
        address = self._addresses.get(key)
        if address is None:
            address = super().url_for(endpoint, **values)
            if len(self._addresses) >= MOST_ADDRESSES:
                self._addresses.clear()
            self._addresses[key] = address
        return address


def use_quick_translations(app: Flask) -> None:
    """Have templates find the catalogue of the reader's language once, not at each sentence."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
        pgettext=lambda context, text: _catalogue().upgettext(context, text),
        npgettext=lambda context, one, many, count: _catalogue().unpgettext(context, one, many, count),
    )


def _catalogue() -> Any:
    """Return the catalogue of the language in hand, which ``force_locale`` may change meanwhile."""
    babel = g.get("_flask_babel")
    locale = getattr(babel, "babel_locale", None)
    kept = g.get("catalogue")
    if kept is None or locale is None or kept[0] is not locale:
        kept = g.catalogue = get_locale(), get_translations()
    return kept[1]
