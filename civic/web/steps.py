"""A long form asked one thing a page. What was answered travels in the form itself: nothing half filled in is kept by the server.

Each step is read by the fields of the same schema as the whole; the whole is sent at the end, to the address that always read it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import request
from marshmallow import Schema

from civic.web.forms import Check, Form, read_form, read_part

STEP, GO_TO, IS_REREAD = "step", "go_to", "is_reread"


@dataclass(frozen=True)
class Step:
    """One page of a form.

    Attributes:
        title: the question it asks, French source text.
        fields: the names of the schema that it reads; none for the last one, which shows everything again.
        fill: what was typed in this step, completed by what it means (« demain » is a date).
        checks: what the fields do not say alone.
    """

    title: str
    fields: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    fill: Callable[[dict[str, Any]], dict[str, Any]] = lambda values: values


@dataclass
class Progress:
    """Where somebody is in a form of several steps.

    Attributes:
        number: the step to show, from 1.
        total: how many there are.
        is_reread: she has seen everything once, and goes back to it after correcting.
        hidden: what the other steps were answered, as the form carries it.
    """

    steps: tuple[Step, ...]
    number: int
    form: Form
    is_reread: bool = False
    status: int = 200
    hidden: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        here = set(self.step.fields)
        for name, value in self.form.values.items():
            if name not in here:
                values = value if isinstance(value, list) else [value]
                self.hidden += [(name, str(each)) for each in values if each not in ("", None)]

    @property
    def total(self) -> int:
        return len(self.steps)

    @property
    def step(self) -> Step:
        return self.steps[self.number - 1]


def begin(steps: tuple[Step, ...], form: Form) -> Progress:
    """Show the first step."""
    return Progress(steps, 1, form)


def walk(schema: type[Schema], steps: tuple[Step, ...]) -> Progress:
    """Read the step that was posted, and return the one to show: the next, the one asked for, or the first that is to correct."""
    form = _typed(schema)
    total = len(steps)
    number = _number(STEP, 1, total) or 1
    form = Form(steps[number - 1].fill(form.values))
    is_reread = request.form.get(IS_REREAD) == "1" or number == total
    back_to = _number(GO_TO, 1, number)
    if back_to is not None:
        return Progress(steps, back_to, form, is_reread)
    wanted = total if is_reread else min(number + 1, total)
    for earlier, step in enumerate(steps[: wanted - 1], start=1):
        errors = _problems(schema, step, form)
        if errors:
            return Progress(steps, earlier, Form(form.values, errors), is_reread, 422)
    return Progress(steps, wanted, form, is_reread)


def show_again(steps: tuple[Step, ...], form: Form) -> Progress:
    """Show the step that is to correct, after the whole was refused."""
    wrong = (number for number, step in enumerate(steps, start=1) if set(step.fields) & set(form.errors))
    return Progress(steps, next(wrong, len(steps)), form, is_reread=True, status=422)


def _typed(schema: type[Schema]) -> Form:
    known = schema().fields
    return Form({name: value for name, value in read_form(schema).values.items() if name in known})


def _number(name: str, least: int, most: int) -> int | None:
    value = request.form.get(name, type=int)
    return value if value is not None and least <= value <= most else None


def _problems(schema: type[Schema], step: Step, form: Form) -> dict[str, list[str]]:
    """Return what is to correct in one step, by field."""
    if not step.fields:
        return {}
    return read_part(schema(only=step.fields), form.values, step.checks)[1]
