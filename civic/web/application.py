"""Flask, with what each page asks a hundred times answered from memory. Nothing here depends on who reads, nor on what is stored."""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

from flask import Flask, g, has_request_context, request
from flask.templating import Environment
from flask_babel import get_locale, get_translations
from jinja2 import pass_context
from jinja2.runtime import Context, Macro

from civic.web.kept_components import KeptComponents

MOST_ADDRESSES = 5_000
MOST_SENTENCES = 10_000


_OF_THE_CALL = ("_block_vars", "_loop_vars")
"""What the code of a template passes beside the arguments, for functions that take the context."""

_TAKES_CONTEXT = getattr(pass_context(lambda context: None), "jinja_pass_arg")  # noqa: B009 - what Jinja marks a function with


class PageContext(Context):
    """What a template calls: a page calls components and plain functions eight hundred times, and asks Jinja each time what they take first."""

    def call(__self, __obj: Callable[..., Any], *args: Any, **values: Any) -> Any:
        kind: type = type(__obj)
        if kind is not Macro and kind is not FunctionType:
            return super().call(__obj, *args, **values)
        takes = None if kind is Macro else getattr(__obj, "jinja_pass_arg", None)
        if takes is _TAKES_CONTEXT and not values:
            return __obj(__self, *args)
        if takes is not None:
            return super().call(__obj, *args, **values)
        if values:
            for name in _OF_THE_CALL:
                values.pop(name, None)
        if kind is Macro:
            return __self.environment.kept_components.call(__obj, __self.eval_ctx, args, values)  # type: ignore[attr-defined]
        return __obj(*args, **values)


class PageEnvironment(Environment):
    """Jinja, whose templates share the names of the application as they are: none has names of its own.

    Jinja lays an empty map over them for each template, and compares the two maps name by name at each import of a component.
    """

    context_class = PageContext

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kept_components = KeptComponents(self, language_in_hand)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return self.globals if not d else super().make_globals(d)


_SELDOM_SAID = ("_anchor", "_method", "_scheme", "_external")
"""What ``flask.url_for`` always passes on, nothing where nothing was said."""

_WHOLE_ADDRESS = frozenset(("_external", "_scheme"))


class Application(Flask):
    jinja_environment = PageEnvironment

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._addresses: dict[tuple[str, str, str], str] = {}

    def url_for(self, endpoint: str, **values: Any) -> str:
        """Return the address of an endpoint: within a request, a path that the same endpoint and values always give."""
        for name in _SELDOM_SAID:
            if name in values and values[name] is None:
                del values[name]
        if endpoint[0] == "." or not _WHOLE_ADDRESS.isdisjoint(values) or not has_request_context():
            return super().url_for(endpoint, **values)
        key = (request.script_root, endpoint, repr(values))
        address = self._addresses.get(key)
        if address is None:
            address = super().url_for(endpoint, **values)
            if len(self._addresses) >= MOST_ADDRESSES:
                self._addresses.clear()
            self._addresses[key] = address
        return address


@dataclass
class Language:
    """A language, its catalogue, and the sentences of templates that hold no value, as they are shown."""

    code: str
    catalogue: Any
    sentences: dict[str, str] = field(default_factory=dict)


def use_quick_translations(app: Flask) -> None:
    """Have templates find the catalogue of the reader's language once, and go to it straight, not at each sentence."""

    names = app.jinja_env.globals
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: language_in_hand().catalogue.ugettext(text),
        ngettext=lambda one, many, count: language_in_hand().catalogue.ungettext(one, many, count),
        newstyle=True,
        pgettext=lambda context, text: language_in_hand().catalogue.upgettext(context, text),
        npgettext=lambda context, one, many, count: language_in_hand().catalogue.unpgettext(
            context, one, many, count
        ),
    )
    say: Any = names["gettext"]

    @pass_context
    def gettext(context: Context, text: str, /, **values: Any) -> Any:
        """Return a sentence; one that holds no value is marked once."""
        if values or not context.eval_ctx.autoescape:
            return say(context, text, **values)
        sentences = language_in_hand().sentences
        known = sentences.get(text)
        if known is None:
            if len(sentences) >= MOST_SENTENCES:
                sentences.clear()
            known = sentences[text] = say(context, text)
        return known

    names["gettext"] = names["_"] = gettext  # of the same name to Jinja, which looks it up each time


_languages: dict[str, Language] = {}


def language_in_hand() -> Language:
    """Return the language in hand, which ``force_locale`` may change meanwhile."""
    names = g._get_current_object()
    babel = getattr(names, "_flask_babel", None)
    locale = getattr(babel, "babel_locale", None)
    known: tuple[Any, Language] | None = getattr(names, "language", None)
    if known is None or locale is None or known[0] is not locale:
        known = names.language = get_locale(), _find_language()
    return known[1]


def _find_language() -> Language:
    """Return the language of the request: the same object for all, as long as its catalogue is the same."""
    code, catalogue = str(get_locale()), get_translations()
    known = _languages.get(code)
    if known is None or known.catalogue is not catalogue:
        known = _languages[code] = Language(code, catalogue)
    return known
