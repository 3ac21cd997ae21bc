"""A synthesis to take away: a PDF and a spreadsheet, of what the page tells and nothing more."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, ngettext

from civic.consultations.channels import CHANNEL_NAMES, Channel
from civic.kernel.pdf import ENCODING, PdfSheet, printable
from civic.kernel.workbook import Sheet, Value, workbook
from civic.participation.synthesis import queries
from civic.participation.synthesis.showing import Line, SynthesisView
from civic.web.languages import dated_instant_in_words, decimal_number, in_percent, short_day, whole_number

NAMES, NUMBERS, SHARES = 0, 200, 275
MOST_IN_PDF = 5


def _writable(text: str) -> str:
    """Return a text with what the typeface has no letter for shown as a question mark: the page and the spreadsheet have it whole."""
    return printable(text).encode(ENCODING, errors="replace").decode(ENCODING)


def as_pdf(view: SynthesisView, *, town: str, language: str) -> bytes:
    """Return the PDF of a synthesis, tagged, in A4."""
    sheet = PdfSheet(
        gettext("Synthèse : %(title)s", title=view.title), language=language, made_at=view.made_at
    )
    sheet.write(_writable(town), size=10, after=2)
    sheet.write(_writable(view.title), role="H1", size=20, is_bold=True)
    sheet.write(gettext("Synthèse faite le %(when)s.", when=dated_instant_in_words(view.made_at)), after=14)
    sheet.write(people_sentence(view), size=13, is_bold=True)
    sheet.write(counts_sentence(view), after=14)
    _draw_people(sheet, view)
    _draw_lists(sheet, view)
    _draw_opinions(sheet, view)
    _draw_themes(sheet, view)
    _heading(sheet, gettext("Comment c’est compté"))
    for sentence in method():
        sheet.write(_writable(sentence), size=10)
    return sheet.file()


def people_sentence(view: SynthesisView) -> str:
    return ngettext("%(num)s personne a pris part.", "%(num)s personnes ont pris part.", view.people)


def counts_sentence(view: SynthesisView) -> str:
    counts = view.counts

    def number(name: str) -> dict[str, Any]:
        return {"num": counts.get(name, 0), "count": whole_number(counts.get(name, 0))}

    told = {
        "proposals": ngettext("%(count)s proposition", "%(count)s propositions", **number("proposals")),
        "arguments": ngettext("%(count)s argument", "%(count)s arguments", **number("arguments")),
        "supports": ngettext("%(count)s soutien", "%(count)s soutiens", **number("supports")),
        "statements": ngettext("%(count)s affirmation", "%(count)s affirmations", **number("statements")),
        "reactions": ngettext("%(count)s réaction", "%(count)s réactions", **number("reactions")),
    }
    kept = [sentence for name, sentence in told.items() if counts.get(name)]
    return ", ".join(kept) + "." if kept else gettext("Rien n’a encore été écrit.")


def method() -> list[str]:
    """Return what is said under every synthesis of how it is made, and of what it does not say."""
    return [
        gettext("Une personne qui a un compte compte une fois, quoi qu’elle ait fait. Une feuille papier compte une personne. Qui a écrit sur papier et sur internet compte deux fois : rien ne dit que c’est la même personne."),
        gettext("Aucun nombre de moins de 5 personnes n’est montré, ni ne se déduit par soustraction : les petits groupes sont réunis. D’une synthèse à la suivante, un groupe ne bouge que s’il a changé d’au moins 5 personnes."),
        gettext("L’âge est celui de l’ouverture, d’après la date de naissance ou la tranche d’âge que la personne a donnée ; elle n’y est pas obligée."),
        gettext("Ce n’est ni un vote ni un sondage : seuls ceux qui l’ont voulu ont pris part, et ils ne représentent pas toute la commune."),
        gettext("« Ce qui divise » est calculé : autant d’arguments pour que contre, et assez d’arguments."),
        gettext("Les thèmes sont trouvés par un programme qui rapproche les propositions qui emploient les mêmes mots (TF-IDF, k-moyennes) : il ne comprend pas le sens, ni l’ironie. Un élu a pu les renommer, les réunir, ou déplacer une proposition."),
    ]  # fmt: skip


def _heading(sheet: PdfSheet, text: str) -> None:
    sheet.space(8)
    sheet.write(text, role="H2", size=14, is_bold=True)


def _draw_people(sheet: PdfSheet, view: SynthesisView) -> None:
    for title, lines in parts(view):
        _heading(sheet, title)
        if not lines:
            sheet.write(gettext("Trop peu de personnes pour que ces nombres soient montrés."))
            continue
        rows = [[_writable(line.label), whole_number(line.people), _rate(line)] for line in lines]
        head = [title, gettext("Personnes"), gettext("Pour 100 habitants")]
        sheet.table(
            head, rows, columns=[NAMES, NUMBERS, SHARES], size=10, bars=[line.share for line in lines]
        )


def parts(view: SynthesisView) -> list[tuple[str, Sequence[Line]]]:
    return [
        (gettext("Par quel moyen"), view.channels),
        (gettext("De quel quartier"), view.places),
        (gettext("De quel âge"), view.bands),
    ]


def _rate(line: Line) -> str:
    return decimal_number(round(line.rate, 1)) if line.rate is not None else "–"


def _draw_lists(sheet: PdfSheet, view: SynthesisView) -> None:
    if view.supported:
        _heading(sheet, gettext("Le plus soutenu"))
        rows = [[_writable(each.title), whole_number(each.supports or 0)] for each in view.supported]
        sheet.table([gettext("Proposition"), gettext("Soutiens")], rows, columns=[0, 400], size=10)
    if view.divided:
        _heading(sheet, gettext("Ce qui divise"))
        rows = [[_writable(one.title), str(one.for_it), str(one.against)] for one in view.divided]
        head = [gettext("Proposition"), gettext("Pour"), gettext("Contre")]
        sheet.table(head, rows, columns=[0, 360, 420], size=10)


def _draw_opinions(sheet: PdfSheet, view: SynthesisView) -> None:
    if view.opinions is None:
        return
    for title, said in (
        (gettext("Ce qui rassemble tous les groupes d’opinion"), view.opinions.agreed),
        (gettext("Ce qui sépare les groupes d’opinion"), view.opinions.dividing),
    ):
        if said:
            _heading(sheet, title)
            rows = [
                [_writable(one.body), in_percent(one.counts.agree_percent), in_percent(one.counts.disagree_percent)]
                for one in said
            ]  # fmt: skip
            head = [gettext("Affirmation"), gettext("D’accord"), gettext("Pas d’accord")]
            sheet.table(head, rows, columns=[0, 340, 400], size=10)


def _draw_themes(sheet: PdfSheet, view: SynthesisView) -> None:
    for number, theme in enumerate(view.themes):
        if not number:
            _heading(sheet, gettext("Les thèmes"))
        count = ngettext("%(num)s proposition", "%(num)s propositions", theme.count)
        sheet.write(_writable(f"{theme.name} – {count}"), role="H3", size=11, is_bold=True, after=2)
        if theme.words:
            words = ", ".join(theme.words)
            sheet.write(_writable(gettext("Mots communs : %(words)s.", words=words)), size=10, after=2)
        for one in theme.examples[:MOST_IN_PDF]:
            sheet.write(_writable(f"– {one.title} (n° {one.id})"), size=10, after=1)
        sheet.space(6)


# The spreadsheet


def as_workbook(view: SynthesisView) -> bytes:
    """Return the spreadsheet of a synthesis: a sheet for each table of the page, and every proposal with its theme."""
    people = [gettext("Personnes"), gettext("Habitants"), gettext("Pour 100 habitants")]
    sheets = [Sheet(gettext("À lire"), [gettext("Synthèse"), view.title], _about(view))]
    sheets += [
        Sheet(
            title,
            [title, *people],
            [
                [line.label, line.people, line.inhabitants, None if line.rate is None else round(line.rate, 2)]
                for line in lines
            ],
        )
        for title, lines in parts(view)
    ]  # fmt: skip
    sheets.append(
        Sheet(
            gettext("Dans le temps"),
            [gettext("Du"), gettext("Au"), gettext("Contributions")],
            [[span.first, span.last, span.count] for span in view.curve],
        )
    )
    return workbook([*sheets, *_lists(view), _by_theme(view)])


def _about(view: SynthesisView) -> list[list[Value]]:
    told: list[list[Value]] = [
        [gettext("Faite le"), dated_instant_in_words(view.made_at)],
        [gettext("Personnes"), view.people],
        [gettext("Contributions"), counts_sentence(view)],
    ]
    if view.published_at:
        told.append([gettext("Publiée le"), short_day(view.published_at)])
    return [*told, *([gettext("Méthode"), sentence] for sentence in method())]


def _lists(view: SynthesisView) -> list[Sheet]:
    number, title = gettext("Numéro"), gettext("Proposition")
    sheets = [
        Sheet(
            gettext("Le plus soutenu"),
            [number, title, gettext("Soutiens")],
            [[each.id, each.title, each.supports] for each in view.supported],
        ),
        Sheet(
            gettext("Ce qui divise"),
            [number, title, gettext("Pour"), gettext("Contre")],
            [[each.id, each.title, each.for_it, each.against] for each in view.divided],
        ),
    ]
    if view.opinions is not None:
        said = [
            [kind, one.id, one.body, one.counts.agree, one.counts.disagree, one.counts.passed]
            for kind, rows in (
                (gettext("rassemble"), view.opinions.agreed),
                (gettext("sépare"), view.opinions.dividing),
            )
            for one in rows
        ]
        head = [gettext("Sorte"), number, gettext("Affirmation"), gettext("D’accord"), gettext("Pas d’accord"), gettext("Passent")]  # fmt: skip
        sheets.append(Sheet(gettext("Opinions"), head, said))
    return sheets


def _by_theme(view: SynthesisView) -> Sheet:
    names = {theme.id: theme.name for theme in view.themes}
    rows = [
        [names.get(theme or 0, gettext("Sans thème")), key, title, None if view.hidden_until else supports, gettext(CHANNEL_NAMES[Channel(channel)])]
        for theme, key, title, supports, channel in queries.titles_in_themes(
            view.consultation_id, hides_supports=view.hidden_until is not None
        )
    ]  # fmt: skip
    head = [gettext("Thème"), gettext("Numéro"), gettext("Proposition"), gettext("Soutiens"), gettext("Moyen")]  # fmt: skip
    return Sheet(gettext("Thèmes"), head, rows)
