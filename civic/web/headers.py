"""Security headers of every answer."""

from urllib.parse import urlsplit

from flask import Flask, Response, request


def register_headers(app: Flask, public_url: str) -> None:
    address = urlsplit(public_url)
    socket_origin = f"{'wss' if address.scheme == 'https' else 'ws'}://{address.netloc}"
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src 'self' {socket_origin}",
            "form-action 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "object-src 'none'",
        )
    )
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), payment=(), usb=()",
        "X-Frame-Options": "DENY",
    }
    if address.scheme == "https":
        headers["Strict-Transport-Security"] = "max-age=31536000"

    @app.after_request
    def add_headers(response: Response) -> Response:
        is_framed = "Content-Security-Policy" in response.headers  # which says itself who may frame it
        for name, value in headers.items():
            if not (is_framed and name == "X-Frame-Options"):
                response.headers.setdefault(name, value)
        if request.endpoint != "static":
            response.headers.setdefault(
                "Cache-Control", "no-store"
            )  # a page may show what only its reader may see
        return response
