"""Votes that pass from one option to the next: instant run-off for one seat, single transferable vote for several."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from civic.voting.methods.ballots import BallotKind, Box, Election, Step, Tally, make_tally, open_box
from civic.voting.methods.exact import Exact, exact_text
from civic.voting.methods.refusals import N_, CountRefused
from civic.voting.methods.ties import Draw


def count_irv(election: Election, draw: Draw) -> Tally:
    """Eliminate the last option, round after round, until one holds more than half of the ballots that still name somebody."""
    if election.terms.seats != 1:
        raise CountRefused(
            N_("Le vote alternatif n’élit qu’une réponse : pour plusieurs sièges, prenez « stv ».")
        )
    race, box = _start(election, draw)
    while race.running and not race.elected:
        votes = race.votes()
        held = sum(votes.values(), Exact(0))
        first = max(votes.values())
        if 2 * first > held or len(race.running) == 1:
            race.elect(draw.settle((one for one in votes if votes[one] == first), round=race.round)[0], votes)
        else:
            race.eliminate_last(votes)
    return make_tally("irv", election, box, race.elected, race.steps, draw.ties)


def count_stv(election: Election, draw: Draw) -> Tally:
    """Fill the seats by Droop's quota, surpluses passing on in exact fractions.

    The quota is ``valid ballots // (seats + 1) + 1``. At each round: if no more options run than seats are left, all are elected; else the
    first one, if it has the quota, is elected, and every ballot that it holds passes on at ``(votes - quota) / votes`` of its value; else
    the last one is eliminated, and its ballots pass on whole.
    """
    race, box = _start(election, draw)
    seats = election.terms.seats
    quota = Exact(box.expressed // (seats + 1) + 1)
    race.steps.append({"kind": "quota", "quota": exact_text(quota), "seats": seats})
    while race.running and len(race.elected) < seats:
        votes = race.votes()
        first = max(votes.values())
        if len(race.running) <= seats - len(race.elected):
            race.elect_all(votes)
        elif first >= quota:
            winner = draw.settle((one for one in votes if votes[one] == first), round=race.round)[0]
            race.elect(winner, votes, keep=quota)
        else:
            race.eliminate_last(votes)
    return make_tally("stv", election, box, race.elected, race.steps, draw.ties)


def _start(election: Election, draw: Draw) -> tuple["Race", Box]:
    """Options that no valid ballot names do not run: they can neither win nor be a step of the count."""
    if election.kind is not BallotKind.RANKING:
        raise CountRefused(N_("Cette méthode compte des classements : ces bulletins n’en sont pas."))
    box = open_box(election)
    named = {option for ballot, _ in box.piles for option in ballot.named}
    race = Race(
        draw=draw,
        piles=[Transferable(ballot.places, Exact(count)) for ballot, count in box.piles],
        running=[option for option in election.ids if option in named],
    )
    unnamed = [option for option in election.ids if option not in named]
    if unnamed:
        race.steps.append({"kind": "never-named", "options": unnamed})
    return race, box


@dataclass
class Transferable:
    """A pile of equal ballots, and what it is still worth."""

    places: tuple[tuple[str, ...], ...]
    value: Exact
    is_exhausted: bool = False

    def holder(self, running: Collection[str]) -> str | None:
        """Return the option that the pile counts for: the next that still runs.

        The pile is exhausted (None), for good, when it names none, or when the place that is reached holds two that still run.
        """
        for place in () if self.is_exhausted else self.places:
            left = [option for option in place if option in running]
            if len(left) == 1:
                return left[0]
            if left:
                break
        self.is_exhausted = True
        return None


@dataclass
class Race:
    """The rounds of a count by transfers."""

    draw: Draw
    piles: list[Transferable]
    running: list[str]
    elected: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    exhausted: Exact = field(default_factory=lambda: Exact(0))
    round: int = 1

    def votes(self) -> dict[str, Exact]:
        """Return what each running option holds, and keep count of what none of them does."""
        votes = dict.fromkeys(self.running, Exact(0))
        self.exhausted = Exact(0)
        for pile in self.piles:
            holder = pile.holder(votes)
            if holder is None:
                self.exhausted += pile.value
            else:
                votes[holder] += pile.value
        return votes

    def elect(self, option: str, votes: dict[str, Exact], keep: Exact | None = None) -> None:
        """Seat an option. ``keep`` is what it keeps of its votes, the surplus passing on; None is all."""
        kept = votes[option] if keep is None else keep
        share = (
            (votes[option] - kept) / votes[option] if votes[option] else Exact(0)
        )  # every ballot may be exhausted
        for pile in self.piles:
            if pile.holder(votes) == option:
                pile.value *= share
        surplus = {"surplus": exact_text(votes[option] - kept), "passed_on_at": exact_text(share)}
        self._note("elected", [option], votes, {} if keep is None else surplus)
        self.elected.append(option)

    def elect_all(self, votes: dict[str, Exact]) -> None:
        """Seat all who run, those with most votes first."""
        order: list[str] = []
        for score in sorted(set(votes.values()), reverse=True):
            order += self.draw.settle((one for one in votes if votes[one] == score), round=self.round)
        self._note("elected-without-quota", order, votes, {})
        self.elected += order

    def eliminate_last(self, votes: dict[str, Exact]) -> None:
        """Take out the option that holds least; of equals, the one whose number in the draw is the highest."""
        least = min(votes.values())
        last = self.draw.settle((one for one in votes if votes[one] == least), round=self.round)[-1]
        self._note("eliminated", [last], votes, {})

    def _note(self, outcome: str, options: Iterable[str], votes: dict[str, Exact], more: Step) -> None:
        named = list(options)
        self.steps.append(
            {
                "kind": "round",
                "round": self.round,
                "votes": {option: exact_text(score) for option, score in votes.items()},
                "outcome": outcome,
                "options": named,
                "exhausted": exact_text(self.exhausted),
                **more,
            }
        )
        self.running = [option for option in self.running if option not in named]
        self.round += 1
