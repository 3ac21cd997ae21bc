"""How much two proposals say the same: no database, no clock.

A proposal is a bag of traits: the groups of the dictionary that it holds (``#``: what it is about), the stems of its words, and the beginnings of its
longer words (``^``), which tell the same said with the same words from the same said otherwise. A trait weighs more in a title, and more when few
proposals hold it; it counts once in each of the two, however often it is said. The weights were set on the pairs of ``tests/proposals/pairs`` that may set them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from civic.kernel.words import stem, words_of
from civic.proposals.likeness.dictionary import Dictionary

IN_TITLE, IN_BODY = 1.5, 1.0
STEM_WORTH, GROUP_WORTH, BEGINNING_WORTH = 0.2, 1.0, 0.04
BEGINNING = 5
FULL = 1000
"""The weights of a proposal are thousandths of its length, as integers: sums are the same on every database."""
SHORT_TEXT = 4.0
"""Added to the length of every text, so that a text of three words does not win by one of them."""
MOST_TRAITS = 40
"""Of a question: those that tell the most."""
SHOWN_FROM = 0.3
"""What is under this share of what the same text twice would have is not shown: nothing is better than anything."""
OF_WORDS, SHOWN_JOINED_FROM, UNLEARNT_SLOPE = 0.075, 0.4, 0.55
"""Where meanings are known: what the share of words adds to the nearness, and what is not shown under it."""
LONGEST_READ = 3000

_HOLLOW = """
amelioration ameliorer amenagement amenager ajouter besoin bon beaucoup commune cree creation creer developper demander
demande dommage endroit falloir favoriser grand habitant idee installation installer lieu manque manquer mettre mise
nombreux nouveau nouvelle organiser permettre petit place plus plusieurs possible pouvoir prevoir projet proposer
proposition quartier realiser rendre souhaiter temps trouver prendre servir donner trop autant tant partout devant
dehors fois mois an annee semaine matin soir avoir certains tenir quelque quelqu lorsque aussi bien savoir voir devoir
rien personne seul meme assez suffire penser croire dire parler chercher eviter utile utiliser ville village vouloir
aimerait aimerais serait jour chaque certain heure gens monde chose aller venir passer
"""
HOLLOW = frozenset(stem(word) for word in _HOLLOW.split())
"""Words with which any proposal is said: they tell nothing of it."""


@dataclass(frozen=True)
class Likeness:
    """A proposal, and how like it is: the share of what the same text twice would have, or, where meanings are known, what ``joined`` gives."""

    proposal_id: int
    share: float


def joined(near: float | None, share: float) -> float:
    """Return how like a proposal is by its meaning and by its words; by its words alone where its meaning was not learnt yet."""
    if near is None:
        return SHOWN_JOINED_FROM + UNLEARNT_SLOPE * (share - SHOWN_FROM)
    return near + OF_WORDS * share


def traits_of(title: str, body: str, words: Dictionary) -> dict[str, float]:
    """Return what a text says, and how loud."""
    told: dict[str, float] = {}
    for text, worth in ((title, IN_TITLE), (body[:LONGEST_READ], IN_BODY)):
        for trait, share in _held(text, words).items():
            told[trait] = told.get(trait, 0.0) + worth * share * _worth(trait)
    return told


def _held(text: str, words: Dictionary) -> dict[str, float]:
    stems = [stem(word) for word in words_of(text)]
    telling = [each for each in stems if each not in HOLLOW]
    beginnings = ["^" + each[:BEGINNING] for each in telling if len(each) > BEGINNING]
    return {**dict.fromkeys([*telling, *beginnings], 1.0), **words.groups_in(stems)}


def _worth(trait: str) -> float:
    return {"#": GROUP_WORTH, "^": BEGINNING_WORTH}.get(trait[0], STEM_WORTH)


def weights_of(traits: Mapping[str, float]) -> dict[str, int]:
    """Return the weights of a proposal as they are kept: long texts do not win by their length."""
    length = math.sqrt(SHORT_TEXT + sum(weight * weight for weight in traits.values()))
    return {trait: max(1, round(FULL * weight / length)) for trait, weight in traits.items()}


def rarity(held_by: int, proposals: int) -> float:
    """Return how much a trait tells, that so many of the proposals hold."""
    return math.log(1 + (proposals + 1) / (held_by + 0.5))


def asked_weights(traits: Mapping[str, float], held_by: Mapping[str, int], proposals: int) -> dict[str, int]:
    """Return what each trait of a question adds to a proposal that holds it, those that tell the most alone."""
    telling = {
        trait: weight * rarity(held_by.get(trait, 0), proposals) ** 1.5
        for trait, weight in weights_of(traits).items()
    }
    kept = sorted(telling, key=lambda trait: (-telling[trait], trait))[:MOST_TRAITS]
    return {trait: max(1, round(telling[trait])) for trait in kept}


def full_score(traits: Mapping[str, float], asked: Mapping[str, int]) -> int:
    """Return the score of a proposal that would say the very same."""
    own = weights_of(traits)
    return sum(own[trait] * weight for trait, weight in asked.items()) or 1
