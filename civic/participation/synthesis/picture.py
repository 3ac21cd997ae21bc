"""How the curve in time is drawn: numbers in, numbers out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from civic.participation.rules import Span

WIDTH, HEIGHT = 600, 160
GAP = 1.0


@dataclass(frozen=True)
class Curve:
    """``bars``: (x, width, height) of each span, whose surface is what was written in it. ``most``: in a day, on average over a span."""

    bars: tuple[tuple[float, float, float], ...]
    spans: tuple[Span, ...]
    first: date
    last: date
    most: int
    width: int = WIDTH
    height: int = HEIGHT


def draw_curve(spans: Sequence[Span]) -> Curve | None:
    """Return the drawing of a curve; None where there is nothing to draw."""
    if not spans:
        return None
    first, last = spans[0].first, spans[-1].last
    unit = WIDTH / ((last - first).days + 1)
    a_day = [span.count / ((span.last - span.first).days + 1) for span in spans]
    highest = max(a_day)
    bars = tuple(
        (
            round((span.first - first).days * unit, 2),
            round(max(((span.last - span.first).days + 1) * unit - GAP, 0.5), 2),
            round(HEIGHT * each / highest, 2),
        )
        for span, each in zip(spans, a_day, strict=True)
    )
    return Curve(bars, tuple(spans), first, last, most=round(highest))
