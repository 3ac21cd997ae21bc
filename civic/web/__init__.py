"""The edge, shared by all doors: HTML pages, JSON API, Socket.IO. Knows no feature."""
