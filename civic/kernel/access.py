"""Who acts, what may be done, and the one question: ``can(actor, action, thing)``.

A feature declares its actions and predicates; ``civic.policy`` alone says which predicates permit which action, as clauses of
predicates: an action is permitted when every predicate of at least one clause holds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any

from civic.kernel.errors import NotAllowed, NotSignedIn


class Channel(StrEnum):
    """By which door a person acts."""

    WEB = "web"
    API = "api"
    SOCKET = "socket"
    DESK = "desk"
    PAPER = "paper"
    SMS = "sms"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who acts. A plain value: rights are read again for each request and each socket event.

    Attributes:
        person_id: None for somebody who is not signed in.
        grants: (role, territory id); a role on a commune is also listed on each of its neighbourhoods.
        organisation_ids: the organisations that this person may speak for.
        residence_ids: the territories where the person lives (a neighbourhood and its commune).
    """

    person_id: int | None = None
    grants: frozenset[tuple[str, int]] = frozenset()
    organisation_ids: frozenset[int] = frozenset()
    residence_ids: frozenset[int] = frozenset()
    channel: Channel = field(default=Channel.WEB, compare=False)

    @property
    def is_signed_in(self) -> bool:
        return self.person_id is not None

    def has_role(self, role: str, territory_id: int | None = None) -> bool:
        """Tell whether the actor holds a role on a territory (on any, when None)."""
        return any(role == held and territory_id in (None, where) for held, where in self.grants)

    @property
    def id(self) -> int:
        """The person's id. Raises NotSignedIn for somebody who is not signed in."""
        if self.person_id is None:
            raise NotSignedIn
        return self.person_id


ANONYMOUS = Actor()
SYSTEM = Actor(channel=Channel.SYSTEM)
"""The platform itself, when a timer is due. No policy clause is open to it: services that timers call say so and do not ask."""


class Action(Enum):
    """Base of each feature's actions. The value is stable: it is what the audit log keeps."""


Test = Callable[[Actor, Any], bool]


@dataclass(frozen=True)
class Predicate:
    """A named condition, with the words that tell a refused person what was lacking."""

    test: Test
    needs: str
    name: str

    def __call__(self, actor: Actor, thing: Any = None) -> bool:
        return self.test(actor, thing)


def predicate(needs: str) -> Callable[[Test], Predicate]:
    """Make a predicate. ``needs`` completes, in French, the sentence « Il faut … »."""
    return lambda test: Predicate(test, needs, test.__name__)


Clauses = tuple[tuple[Predicate, ...], ...]
_policy: dict[Action, Clauses] = {}


def use_policy(policy: Mapping[Action, Clauses]) -> None:
    """Install the policy. Called once, by the composition root."""
    _policy.clear()
    _policy.update(policy)


def can(actor: Actor, action: Action, thing: Any = None) -> bool:
    """Tell whether the policy permits the action. An action that the policy does not name is refused to everybody."""
    return any(all(test(actor, thing) for test in clause) for clause in _policy.get(action, ()))


def require(actor: Actor, action: Action, thing: Any = None) -> None:
    """Refuse what the policy does not permit.

    Raises:
        NotSignedIn: it is refused to somebody who is not signed in, and signing in may change that.
        NotAllowed: it is refused; ``needs`` tells what the nearest clause lacks.
    """
    if can(actor, action, thing):
        return
    if not actor.is_signed_in:
        raise NotSignedIn
    lacking = [
        tuple(test.needs for test in clause if not test(actor, thing)) for clause in _policy.get(action, ())
    ]
    raise NotAllowed(needs=min(lacking, key=len, default=()))
