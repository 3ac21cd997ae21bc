"""Collect the strings of the code and the templates into the message catalogues.

French is the language of the source: the message ids are the French sentences. The French catalogue holds them again
only so that plurals follow French rules (0 is singular). The English one is translated by hand.

    python .setup/messages.py           write the catalogues
    python .setup/messages.py --check   write nothing; fail if a catalogue is behind the code or lacks a translation
"""

import io
import sys
from copy import deepcopy
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "civic" / "translations"
SOURCE, LANGUAGES = "fr", ("fr", "en")
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


def missing(catalogue: Catalog) -> list[str]:
    """Return the ids of the messages that lack a translation, or a plural of it."""

    def is_said(message: Message) -> bool:
        return all(message.string) if isinstance(message.string, tuple) else bool(message.string)

    return [str(message.id) for message in catalogue if message.id and not is_said(message)]


def main() -> int:
    """Write the catalogues, or check them.

    Returns:
        The exit status: 1 when a check found something to do.
    """
    checking = "--check" in sys.argv[1:]
    template = extract()
    behind = False
    for language in LANGUAGES:
        catalogue = updated(language, template)
        text, path = rendered(catalogue), catalogue_path(language)
        untranslated = missing(catalogue)
        stale = not path.exists() or path.read_bytes() != text
        behind = behind or stale or bool(untranslated)
        if stale and not checking:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
        print(f"{language}: {len(catalogue)} messages, {len(untranslated)} to translate", end="")
        print(", behind the code: run `make messages`" if stale and checking else "")
        for message in untranslated[:20]:
            print(f"    {message}")
    return int(checking and behind)


if __name__ == "__main__":
    sys.exit(main())
