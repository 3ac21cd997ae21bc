"""Collect the strings of the code and the templates into the message catalogues.

French is the language of the source: the message ids are the French sentences. The French catalogue holds them again
only so that plurals follow French rules (0 is singular). The others are translated by hand: docs/translators.md.

    python .setup/messages.py             write the catalogues
    python .setup/messages.py --check     write nothing; fail if a catalogue is behind the code, or French or English lacks something
    python .setup/messages.py --add br    begin the catalogue of a language
    python .setup/messages.py --compile   compile the catalogues that changed, of the languages that are complete enough to be served
"""

import io
import sys
from copy import deepcopy
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from catalogue_checks import (
    COMPLETE,
    LEAST_PERCENT,
    SOURCE,
    faults,
    is_served,
    missing,
    percent_said,
    sound,
    typeset_french,
)

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "civic" / "translations"
MOST_SHOWN = 20
KEYWORDS = DEFAULT_KEYWORDS | {
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
FOLDERS = ("civic", "templates")
HEADER = "# The message ids are the French sentences of the source. `make messages` writes this file.\n#"
CREDITS = {"version": "1", "msgid_bugs_address": "none", "last_translator": "none", "language_team": "none"}


def extract() -> Catalog:
    """Return a catalogue of every string that the code and the templates mark for translation."""
    with (ROOT / ".babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    catalogue = Catalog(project="civic", charset="utf-8")
    found = extract_from_dir(
        ROOT,
        methods,
        options,
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
        directory_filter=lambda path: Path(path).relative_to(ROOT).parts[:1] in [(name,) for name in FOLDERS],
    )
    for filename, _line, message, comments, context in found:
        catalogue.add(message, locations=[(filename, None)], auto_comments=comments, context=context)
    return catalogue


def say_in_french(message: Message) -> None:
    """Fill a French message with its own id."""
    message.string = message.id
    message.flags.discard("fuzzy")


def updated(language: str, template: Catalog) -> Catalog:
    """Return a language's catalogue brought up to the template, keeping the translations that still apply."""
    path = catalogue_path(language)
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    else:
        catalogue = Catalog(locale=language, project="civic", charset="utf-8", fuzzy=False, **CREDITS)
    catalogue.header_comment = HEADER
    template.creation_date = (
        catalogue.creation_date
    )  # a date that moves at each run would be a change at each run
    # A copy, because a catalogue keeps the messages of the template that are new to it, and they are then filled.
    catalogue.update(deepcopy(template), no_fuzzy_matching=True)
    if language == SOURCE:
        for message in catalogue:
            if message.id:
                say_in_french(message)
    return catalogue


def catalogue_path(language: str) -> Path:
    """Return where a language's catalogue is."""
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def rendered(catalogue: Catalog) -> bytes:
    """Return the text of a catalogue: sorted, without line numbers, so that a change shows only what changed."""
    text = io.BytesIO()
    write_po(text, catalogue, width=110, sort_output=True, ignore_obsolete=True, include_lineno=False)
    return text.getvalue()


def languages() -> list[str]:
    """Return the languages that have a catalogue, the source first. A folder makes a language; nothing else names it."""
    found = {path.parent.parent.name for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")}
    return [SOURCE, *sorted(found - {SOURCE})]


def write_all() -> int:
    """Bring every catalogue up to the code."""
    template = extract()
    for language in languages():
        catalogue = updated(language, template)
        save(language, catalogue)
        describe(language, catalogue)
    return 0


def save(language: str, catalogue: Catalog) -> None:
    """Write a catalogue, where it differs from what is there."""
    path, text = catalogue_path(language), rendered(catalogue)
    if not path.exists() or path.read_bytes() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)


def describe(language: str, catalogue: Catalog) -> None:
    """Print how far a translation is, what is to translate, and what is wrong."""
    untranslated, wrong = missing(catalogue), faults(catalogue, language)
    state = "served" if is_served(catalogue, language) else f"not served below {LEAST_PERCENT} %"
    percent = percent_said(catalogue, language)
    print(
        f"{language}: {len(catalogue)} messages, {percent} % done, {state}; {len(untranslated)} to translate, {len(wrong)} at fault"
    )
    for message in untranslated[:MOST_SHOWN]:
        print(f"    to translate: {message}")
    for fault in wrong[:MOST_SHOWN]:
        print(f"    {fault.what}: {fault.message}")


def check_all() -> int:
    """Tell what is wrong.

    Returns:
        1 when a catalogue is behind the code, or a language that must be complete is not, or holds a fault.
    """
    template = extract()
    is_wrong = False
    for language in languages():
        catalogue = updated(language, template)
        if catalogue_path(language).read_bytes() != rendered(catalogue):
            is_wrong = True
            print(f"{language}: behind the code: run `make messages`")
        describe(language, catalogue)
        if language in COMPLETE and (missing(catalogue) or faults(catalogue, language)):
            is_wrong = True
    return int(is_wrong)


def add(code: str) -> int:
    """Begin the catalogue of a language: every French sentence, with nothing beside."""
    try:
        name = Locale.parse(code).get_display_name(code)
    except (ValueError, UnknownLocaleError):
        print(f"« {code} » is not a code that Unicode knows: try br, ar, pt_BR…", file=sys.stderr)
        return 1
    path = catalogue_path(code)
    if path.exists():
        print(f"{path.relative_to(ROOT)} is there already; nothing was changed.", file=sys.stderr)
        return 1
    save(code, updated(code, extract()))
    print(
        f"{name}: translate {path.relative_to(ROOT)}. It is offered to readers from {LEAST_PERCENT} % on (docs/translators.md)."
    )
    return 0


def compile_all() -> int:
    """Compile what changed. A message that would break a page is left out; a language that is not complete enough, altogether."""
    for language in languages():
        path = catalogue_path(language)
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime:
            continue
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        if not is_served(catalogue, language):
            compiled.unlink(missing_ok=True)
            print(
                f"{language}: {percent_said(catalogue, language)} % done, not served below {LEAST_PERCENT} %"
            )
            continue
        text = io.BytesIO()
        served = sound(catalogue, language)
        write_mo(text, typeset_french(served) if language == SOURCE else served)
        compiled.write_bytes(text.getvalue())
    return 0


def main(arguments: list[str]) -> int:
    """Do what is asked. Returns the exit status."""
    match arguments:
        case []:
            return write_all()
        case ["--check"]:
            return check_all()
        case ["--compile"]:
            return compile_all()
        case ["--add", code]:
            return add(code)
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
