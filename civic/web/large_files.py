"""Large documents of the town hall: who may send them is asked before they are received, and they are answered a piece at a time."""

from collections.abc import Callable
from typing import Any, BinaryIO

from flask import Flask, Response, current_app, request
from werkzeug.wsgi import FileWrapper

from civic.kernel.errors import Refusal
from civic.kernel.large_documents import MEGABYTE, PIECE_BYTES, PieceReader
from civic.web.sent_files import PDF, kept_by_its_address, name_for

May = Callable[..., bool]
_KEY = "large_files"


def takes_large_files(app: Flask, endpoint: str, may: May) -> None:
    """Let an endpoint receive what is larger than a page takes, from who may send it.

    Args:
        may: takes the values of the path; asked before anything of the body is read.
    """
    app.extensions.setdefault(_KEY, {})[endpoint] = may


def widen_for_large_files() -> None:
    """To be called before the body is read: everybody else's stays as small as ever."""
    may = current_app.extensions.get(_KEY, {}).get(request.endpoint)
    if may is None or request.method != "POST":
        return
    try:
        is_allowed = may(**(request.view_args or {}))
    except Refusal:
        return
    if is_allowed:
        request.max_content_length = largest_document_bytes() + MEGABYTE


def largest_document_bytes() -> int:
    return int(current_app.config["LARGEST_DOCUMENT_BYTES"])


def largest_document_megabytes() -> int:
    return largest_document_bytes() // MEGABYTE


def sent_file(name: str) -> BinaryIO | None:
    """Return a file that a form brings, as it lies on the disk if it is large; none where none was chosen."""
    sent = request.files.get(name)
    return sent.stream if sent is not None and sent.filename else None  # type: ignore[return-value]


def pieces_response(
    read_piece: Callable[[int], bytes], digest: str, size_bytes: int, *, title: str
) -> Response:
    """A large PDF to download, a piece at a time; a download that was cut goes on where it stopped (``Range``).

    Args:
        read_piece: gives one, by its rank from 0. Each is read by itself: who downloads slowly holds no connection of the database.
    """
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]

    def piece(rank: int) -> bytes:
        with app.app_context():
            return read_piece(rank)

    reader: Any = PieceReader(size_bytes, piece)
    response = Response(FileWrapper(reader, PIECE_BYTES), mimetype=PDF, direct_passthrough=True)
    response.headers["Content-Disposition"] = f'attachment; filename="{name_for(title)}.pdf"'
    response.content_length = size_bytes
    response.set_etag(digest)
    response.make_conditional(request, accept_ranges=True, complete_length=size_bytes)
    return kept_by_its_address(response, digest)
