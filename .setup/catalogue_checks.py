"""What may be wrong in a translation beyond being absent. Pure: a catalogue in, its faults out."""

import re
from collections import defaultdict
from dataclasses import dataclass

from babel.messages.catalog import Catalog, Message

SOURCE = "fr"
COMPLETE = ("fr", "en")
"""Languages that must lack nothing: the check fails otherwise."""
LEAST_PERCENT = 95
"""Share of the messages below which another language is not served: a page half in French helps nobody."""
SHORTEST_SENTENCE = 20
"""Characters. A shorter text may be the same in two languages: « Menu », « Mail », « Consultations »."""

_PLACE = re.compile(r"%\((\w+)\)([a-z])|\{(\w+)\}")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_NO_SPACE_BEFORE = re.compile(r"[ \u00a0\u202f][:;!?](?!\w)")
_GUILLEMETS = re.compile(r"[«»]")
_FRENCH_WORDS = re.compile(
    r"\b(?:le|la|les|des|une|est|vous|votre|vos|nous|avec|pour|dans|qui|sont|cette)\b", re.IGNORECASE
)

_BEFORE_HIGH_MARKS = re.compile(r"(?<=\S) (?=[;!?»])")
_BEFORE_COLON = re.compile(r"(?<=\S) (?=:(?!\w))|^ (?=:)")
_AFTER_OPENING = re.compile(r"(?<=«) ")

PUNCTUATION = {
    "en": (
        (_NO_SPACE_BEFORE, "a space before « : », « ; », « ! » or « ? », which English does not write"),
        (_GUILLEMETS, "French quotation marks; English writes “ and ”"),
    ),
}
"""By language, what its typography refuses. A language that is not named here has no rule."""


@dataclass(frozen=True)
class Fault:
    """What is wrong in a message. A fault that ``breaks`` a page leaves the message out of what is served."""

    message: str
    what: str
    breaks: bool


def forms_of(message: Message) -> tuple[str, ...]:
    """Return every text of a translation: one, or one for each plural form."""
    return message.string if isinstance(message.string, tuple) else (message.string,)


def ids_of(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (message.id,)


def is_said(message: Message, catalogue: Catalog) -> bool:
    """Tell whether a message is translated, every plural form of its language included."""
    forms = forms_of(message)
    wanted = catalogue.num_plurals if message.pluralizable else 1
    return len(forms) == wanted and all(forms) and not message.fuzzy


def missing(catalogue: Catalog) -> list[str]:
    """Return the ids of the messages that are not translated, or not in each plural form."""
    return [ids_of(message)[0] for message in catalogue if message.id and not is_said(message, catalogue)]


def faults(catalogue: Catalog, language: str) -> list[Fault]:
    """Return what is wrong in the messages that are translated."""
    return [
        Fault(ids_of(message)[0], what, breaks)
        for message in catalogue
        if message.id and any(forms_of(message))
        for what, breaks in faults_of(message, catalogue, language)
    ]


def faults_of(message: Message, catalogue: Catalog, language: str) -> list[tuple[str, bool]]:
    """Return what is wrong in one message, each with whether it would break a page."""
    found: list[tuple[str, bool]] = []
    if message.pluralizable and len(forms_of(message)) != catalogue.num_plurals:
        found.append(
            (f"{len(forms_of(message))} plural forms, where the language has {catalogue.num_plurals}", True)
        )
    if not _has_its_places(message):
        found.append(("the places to fill, as %(name)s, are not those of the French", True))
    if not _can_be_filled(message):
        found.append(("a « % » that is neither a place to fill nor written « %% »", True))
    if any(sorted(_TAG.findall(form)) not in _tags_of(message) for form in forms_of(message) if form):
        found.append(("the HTML tags are not those of the French", True))
    if language != SOURCE:
        found += [(what, False) for what in _wrong_words(message, language)]
    return found


def _places(text: str) -> set[str]:
    return {found[0] or found[2] for found in _PLACE.findall(text)}


def _has_its_places(message: Message) -> bool:
    """The number may be left out of the forms that say it in words (« one person »); nothing unknown may be asked for."""
    ids = ids_of(message)
    allowed = set().union(*map(_places, ids))
    needed = set.intersection(*map(_places, ids))
    forms = [form for form in forms_of(message) if form]
    last = _places(forms[-1]) if forms else allowed
    return all(needed <= _places(form) <= allowed for form in forms) and last == _places(ids[-1])


def _can_be_filled(message: Message) -> bool:
    """A text is filled as « text % values » where the French one can be."""

    def works(text: str) -> bool:
        try:
            text % defaultdict(int)
        except (ValueError, TypeError):
            return False
        return True

    return not all(map(works, ids_of(message))) or all(map(works, forms_of(message)))


def _tags_of(message: Message) -> list[list[str]]:
    return [sorted(_TAG.findall(text)) for text in ids_of(message)]


def _wrong_words(message: Message, language: str) -> list[str]:
    found = []
    for form in forms_of(message):
        is_copied = (
            form in ids_of(message)
            and len(form) >= SHORTEST_SENTENCE
            and len(_FRENCH_WORDS.findall(form)) > 1
        )
        if is_copied:
            found.append("the French sentence itself")
        found += [what for pattern, what in PUNCTUATION.get(language, ()) if pattern.search(form)]
    return list(dict.fromkeys(found))


def percent_said(catalogue: Catalog, language: str) -> int:
    """Return the share of the messages that are translated without a fault that breaks, in whole percent (rounded down)."""
    total = sum(1 for message in catalogue if message.id)
    broken = {fault.message for fault in faults(catalogue, language) if fault.breaks}
    return 100 * (total - len(broken | set(missing(catalogue)))) // total if total else 0


def is_served(catalogue: Catalog, language: str) -> bool:
    """Tell whether a language is complete enough to be offered to readers."""
    return language in COMPLETE or percent_said(catalogue, language) >= LEAST_PERCENT


def typeset(text: str) -> str:
    """Return a French text with the no-break spaces that its typography asks for, so that no line begins with « ? ».

    Narrow before « ; », « ! », « ? » and within guillemets, wide before « : » (Imprimerie nationale, *Lexique des règles typographiques*).
    """
    text = _AFTER_OPENING.sub("\u202f", _BEFORE_HIGH_MARKS.sub("\u202f", text))
    return _BEFORE_COLON.sub("\u00a0", text)


def typeset_french(catalogue: Catalog) -> Catalog:
    """Return the source's own catalogue as readers get it. Sources are typed with plain spaces: nobody sees the others while writing."""
    for message in catalogue:
        if message.id:
            forms = tuple(map(typeset, forms_of(message)))
            message.string = forms if isinstance(message.string, tuple) else forms[0]
    return catalogue


def sound(catalogue: Catalog, language: str) -> Catalog:
    """Return the catalogue without the messages that would break a page: readers get those in French."""
    broken = [
        message.id
        for message in catalogue
        if message.id and any(is_bad for _, is_bad in faults_of(message, catalogue, language))
    ]
    for key in broken:
        catalogue.delete(key)
    return catalogue
