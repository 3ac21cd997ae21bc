"""Where each kind of content lives: which feature finds it, and which one hides it.

A feature offers ``find_moderated_<kind>`` in its queries and ``set_<kind>_hidden`` in its service. Both are looked up when they are
needed, so that a town that does without a feature has no dead branch here.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

from civic.kernel.access import Actor
from civic.kernel.moderated import ModeratedContent
from civic.moderation.errors import ContentNotFound
from civic.moderation.rules import SubjectKind

FEATURES = {
    SubjectKind.PROPOSAL: "proposals",
    SubjectKind.ARGUMENT: "proposals",
    SubjectKind.STATEMENT: "opinions",
    SubjectKind.OFFER: "mutual_aid",
    SubjectKind.REQUEST: "mutual_aid",
    SubjectKind.MESSAGE: "matching",
}

PRIVATE = (SubjectKind.REQUEST, SubjectKind.MESSAGE)
"""Not everybody reads these: their feature says who does, by ``is_<kind>_shown_to(actor, <kind>_id=)`` in its queries."""


def _offered(kind: SubjectKind, part: str, name: str) -> Callable[..., Any]:
    """Return what the feature offers under its customary name. Raises ContentNotFound where it is not there."""
    for module in _modules(f"civic.{FEATURES[kind]}", part):
        offered: Callable[..., Any] | None = getattr(import_module(module), name, None)
        if offered is not None:
            return offered
    raise ContentNotFound


def _modules(feature: str, part: str) -> Iterator[str]:
    """List ``queries`` or ``service``, and, where it is a package, the modules inside."""
    if find_spec(feature) is None or (spec := find_spec(f"{feature}.{part}")) is None:
        return
    yield spec.name
    for inner in iter_modules(spec.submodule_search_locations or []):
        yield f"{spec.name}.{inner.name}"


def kind_named(name: str) -> SubjectKind:
    """Return the kind that an address names. Raises ContentNotFound."""
    try:
        return SubjectKind(name)
    except ValueError as error:
        raise ContentNotFound from error


def find_content(kind: SubjectKind, subject_id: int) -> ModeratedContent | None:
    """Return a content as a moderator sees it, or None when it is gone. Raises ContentNotFound without its feature."""
    content: ModeratedContent | None = _offered(kind, "queries", f"find_moderated_{kind}")(subject_id)
    return content


def set_hidden(kind: SubjectKind, subject_id: int, *, is_hidden: bool, now: datetime) -> None:
    """Hide a content or show it again, in the transaction of the decision."""
    hide = _offered(kind, "service", f"set_{kind}_hidden")
    hide(**{f"{kind}_id": subject_id}, is_hidden=is_hidden, now=now)


def is_visible_to(actor: Actor, content: ModeratedContent) -> bool:
    """Tell whether somebody may read a content that is not hidden. Raises ContentNotFound without its feature."""
    kind = SubjectKind(content.kind)
    if kind not in PRIVATE:
        return True
    is_shown: bool = _offered(kind, "queries", f"is_{kind}_shown_to")(actor, **{f"{kind}_id": content.id})
    return is_shown
