"""Texts that are downloaded."""

import zlib
from collections.abc import Iterator
from typing import Any

from flask import Response, current_app, request
from flask_babel import force_locale, get_locale

GZIP_WINDOW = 16 + zlib.MAX_WBITS


def text_file(text: str, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, content_type=f"{kind}; charset=utf-8", headers=headers)


def text_in_pieces(pieces: Iterator[str], kind: str, name: str) -> Response:
    """A text whose length is not known, made as it is sent.

    Each piece is made in a context of its own: who downloads slowly holds no connection of the database, and the text is never whole in memory.
    """
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]
    language = str(get_locale())

    def sent() -> Iterator[bytes]:
        while True:
            with app.app_context(), force_locale(language):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece.encode()

    response = Response(sent(), content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("Accept-Encoding", "").lower():
        response.response = _compressed(sent())
        response.headers["Content-Encoding"] = "gzip"
    return response


def _compressed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(level=5, wbits=GZIP_WINDOW)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()
