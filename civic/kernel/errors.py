"""Refusals. They are raised by rules and services, and one table at the edge maps them to a status (see ``civic.web.errors``)."""

from dataclasses import dataclass, field
from typing import Any, ClassVar


def N_(message: str) -> str:
    """Mark a message for translation where no reader, hence no language, is known yet."""
    return message


@dataclass(frozen=True)
class Sentence:
    """French source text and what fills its places, to be told in the reader's language at the door."""

    message: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.values if self.values else self.message


class Sentences(tuple[Sentence, ...]):
    """Several sentences that fill one place of a refusal. As a text they are in French: the command line reads them so."""

    def __str__(self) -> str:
        return " ; ".join(str(sentence) for sentence in self)


class Refusal(Exception):
    """Something that was asked is refused, for a reason that the person can read.

    Attributes:
        code: stable, for clients.
        message: French source text, translated at the door; ``%(name)s`` places are filled from the arguments.
        fields: messages by field name, where the refusal is about what was typed.
    """

    code: ClassVar[str] = "refused"
    message: str = N_("Cette demande ne peut pas aboutir.")

    def __init__(
        self, message: str | None = None, *, fields: dict[str, list[str]] | None = None, **values: Any
    ):
        super().__init__(message or self.message)
        self.message = message or self.message
        self.fields = fields or {}
        self.values = values


class NotFound(Refusal):
    code = "not_found"
    message = N_("Cette page ou cet élément n’existe pas, ou n’existe plus.")


class NotSignedIn(Refusal):
    code = "not_signed_in"
    message = N_("Connectez-vous pour continuer.")


class NotAllowed(Refusal):
    """The policy refused. ``needs`` says, in words, what the nearest permitted person has and this one lacks."""

    code = "not_allowed"
    message = N_("Vous n’avez pas le droit de faire cela.")

    def __init__(self, message: str | None = None, *, needs: tuple[str, ...] = (), **values: Any):
        super().__init__(message, **values)
        self.needs = needs


class Conflict(Refusal):
    """What is asked was possible, and no longer is, or not in this state."""

    code = "conflict"


class ChangedMeanwhile(Conflict):
    """Somebody else saved since this was opened: nothing was overwritten."""

    code = "changed_meanwhile"
    message = N_(
        "Quelqu’un a enregistré une autre version pendant que vous écriviez. Votre texte est gardé ci-dessous ; comparez, puis enregistrez."
    )


class Invalid(Refusal):
    """What was typed cannot be accepted."""

    code = "invalid"
    message = N_("Certaines réponses sont à corriger.")


class TooMany(Refusal):
    code = "too_many_requests"
    message = N_("Trop de tentatives en peu de temps. Attendez un peu, puis recommencez.")
