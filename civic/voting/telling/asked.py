"""The rule of a question before anybody voted: told from a count of nothing."""

from dataclasses import replace

from flask_babel import gettext

from civic.voting.asking import QuestionPlan, with_seed
from civic.voting.explain.count import Count
from civic.voting.methods.ballots import BallotKind, Election
from civic.voting.methods.registry import count_election
from civic.voting.telling.methods import NAMES, RULES, RuleWords, tell_rule

A_SEED = "drawn when the poll was prepared"
"""Any: it says that lots are drawn, and its own words are never shown."""
QUOTA_METHOD = "stv"
"""Its quota is a number of ballots, and there are none."""


def tell_question(question: QuestionPlan) -> RuleWords:
    """Tell how a question will be counted, and its terms."""
    rule = _rule_of(question)
    return replace(rule, sentences=(*rule.sentences, *_what_is_published(question)))


def _rule_of(question: QuestionPlan) -> RuleWords:
    if question.method == QUOTA_METHOD:
        sentences = tuple(gettext(sentence) for sentence in RULES[QUOTA_METHOD])
        return RuleWords(gettext(NAMES[QUOTA_METHOD]), sentences)
    election = Election(question.kind, question.options, (), with_seed(question.terms, A_SEED))
    return tell_rule(Count(count_election(election, question.method)))


def _what_is_published(question: QuestionPlan) -> list[str]:
    """Say before the vote what a ranking risks after it: a long one can be recognised (decision 17)."""
    if question.kind is not BallotKind.RANKING:
        return []
    return [
        gettext(
            "Après la clôture, les classements sont publiés entiers, sans nom. Si quelqu’un vous demande un classement convenu d’avance, sachez qu’il pourra l’y chercher."
        )
    ]
