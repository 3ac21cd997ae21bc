"""Where a code is, in the reader's language."""

from flask_babel import gettext

from civic.kernel.errors import N_
from civic.mutual_aid.codes.rules import CodeOutcome

ENDED = {
    CodeOutcome.USED: N_("Le dernier code a servi."),
    CodeOutcome.REPLACED: N_("Le dernier code est remplacé."),
    CodeOutcome.REFUSED: N_("La personne a répondu NON par SMS."),
    CodeOutcome.UNDELIVERED: N_("Le SMS n’a pas pu être remis à ce numéro : vérifiez-le."),
}


def code_end_in_words(outcome: CodeOutcome) -> str:
    return gettext(ENDED[outcome])


GLOBALS = (code_end_in_words,)
