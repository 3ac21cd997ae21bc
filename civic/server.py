"""How gunicorn serves us: one gevent worker a process, which holds pages and thousands of sockets, and delivers what is owed.

Nothing of ours is imported before the worker has made the sockets and locks of Python cooperate.
"""

import gc
from typing import Any

worker_class = "geventwebsocket.gunicorn.workers.GeventWebSocketWorker"
workers = 1
worker_connections = 6000
graceful_timeout = 15
timeout = 60
keepalive = 5
accesslog = None
errorlog = "-"
loglevel = "warning"


def post_fork(server: Any, worker: Any) -> None:
    """Let the collector rest while everything is imported: it would read it all again and again, and find nothing to free."""
    gc.disable()


def post_worker_init(worker: Any) -> None:
    """Read the database's clock before anybody is served, and start what runs beside the requests, in the worker.

    The relay of the outbox runs there too, unless this process serves pages alone.
    """
    from threading import Thread

    from civic.extensions import socketio
    from civic.kernel.timekeeping import compare, keep_comparing
    from civic.relay import start_relay
    from civic.web.websocket import bound_websockets

    bound_websockets()
    compare(worker.wsgi)
    Thread(target=keep_comparing, args=(worker.wsgi,), daemon=True).start()  # a greenlet here
    if worker.wsgi.config["SETTINGS"].process != "web":
        socketio.start_background_task(say_goodbye, worker)
        start_relay(worker.wsgi)
    collect_only_what_comes()


def collect_only_what_comes() -> None:
    """Keep what was imported out of the collector's runs: to read it all stopped everybody for two tenths of a second.

    Nor is it read once here: of four hundred thousand objects that the imports made, two thousand are of no use any more.
    """
    gc.freeze()
    gc.enable()


def say_goodbye(worker: Any) -> None:
    """Once asked to stop, close the live connections at once: they never end by themselves, and their clients come back elsewhere.

    Requests that are being answered keep ``graceful_timeout`` seconds to end.
    """
    from civic.extensions import socketio

    while worker.alive:
        socketio.sleep(0.2)
    for socket in list(socketio.server.eio.sockets.values()):
        socket.close(wait=False)  # one that reads nothing would keep the others waiting
