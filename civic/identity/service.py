"""Commands of the town's identity. Each is written in the journal."""

from typing import Any

from civic.identity import rules
from civic.identity.access import IdentityAction
from civic.identity.arms import draw_arms
from civic.identity.errors import ColourNotReadable
from civic.identity.events import IdentityChange, TownIdentityChanged
from civic.identity.models import TownIdentity
from civic.identity.rules import Half
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.territories import queries as territories

COLOURS = {Half.PARTICIPATION: "participation_colour", Half.SOLIDARITY: "solidarity_colour"}


def ensure_readable(values: dict[str, Any]) -> None:
    """Raises ColourNotReadable, with a message under each colour that too few could read."""
    unreadable = [
        column for column in COLOURS.values() if values.get(column) and not rules.is_readable(values[column])
    ]
    if unreadable:
        raise ColourNotReadable(fields={column: [ColourNotReadable.message] for column in unreadable})


def save_identity(
    actor: Actor, *, territory_id: int, values: dict[str, Any], seen: str | None = None
) -> None:
    """Write the town's name, words and colours.

    Args:
        values: the columns of ``TownIdentity``, by name; empty for what the platform gives.
        seen: what was stored when it was read.

    Raises:
        NotAllowed: the actor is neither an agent nor an administrator there.
        ColourNotReadable: a colour is too light; nothing was changed.
        ChangedMeanwhile: somebody else wrote it since.
    """
    with transaction():
        require(actor, IdentityAction.EDIT_IDENTITY, territory_id)
        ensure_readable(values)
        identity = _load(territory_id)
        with identity.written_over(seen):
            for name, value in values.items():
                setattr(identity, name, value)
            for half, column in COLOURS.items():
                if getattr(identity, column) == rules.ORIGINAL[half]:
                    setattr(identity, column, "")
        _keep(actor, identity, IdentityChange.TEXTS_AND_COLOURS)


def restore_colours(actor: Actor, *, territory_id: int) -> list[str]:
    """Come back to the platform's colours. Returns those that the town had, so that they can be typed again.

    Raises:
        NotAllowed: as for ``save_identity``.
    """
    with transaction():
        require(actor, IdentityAction.EDIT_IDENTITY, territory_id)
        identity = _load(territory_id)
        former = [colour for column in COLOURS.values() if (colour := getattr(identity, column))]
        for column in COLOURS.values():
            setattr(identity, column, "")
        _keep(actor, identity, IdentityChange.ORIGINAL_COLOURS)
    return former


def save_arms(actor: Actor, *, territory_id: int, file: bytes) -> None:
    """Show the town's arms, drawn again from an image, in the place of the platform's mark.

    Raises:
        NotAllowed: as for ``save_identity``.
        ArmsRefused: the file is no image that can be published; nothing was changed.
    """
    require(actor, IdentityAction.EDIT_IDENTITY, territory_id)
    arms = draw_arms(file)  # before the transaction, which makes every other writer wait
    with transaction():
        require(actor, IdentityAction.EDIT_IDENTITY, territory_id)
        identity = _load(territory_id)
        identity.arms, identity.arms_digest = arms.content, arms.digest
        identity.arms_width, identity.arms_height = arms.width, arms.height
        _keep(actor, identity, IdentityChange.ARMS)


def remove_arms(actor: Actor, *, territory_id: int) -> None:
    """Show the platform's mark again.

    Raises:
        NotAllowed: as for ``save_identity``.
    """
    with transaction():
        require(actor, IdentityAction.EDIT_IDENTITY, territory_id)
        identity = _load(territory_id)
        identity.arms, identity.arms_digest, identity.arms_width, identity.arms_height = None, "", 0, 0
        _keep(actor, identity, IdentityChange.NO_ARMS)


def _load(territory_id: int) -> TownIdentity:
    territories.lock_territory(territory_id)  # two first writers: the second finds the row of the first
    return db.session.get(TownIdentity, territory_id) or TownIdentity(territory_id=territory_id)


def _keep(actor: Actor, identity: TownIdentity, change: IdentityChange) -> None:
    identity.updated_at = utc_now()
    db.session.add(identity)
    publish(
        TownIdentityChanged(
            occurred_at=identity.updated_at,
            territory_id=identity.territory_id,
            actor_id=actor.id,
            change=change,
        )
    )
