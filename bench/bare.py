"""The bare page that ours is measured against: Flask, SQLAlchemy and Jinja, with nothing else.

What « bare » means here. The same rows in the same database, the same words on the page (those of the header, of the filters and of the footer are written in
its template), the same server (gunicorn, one gevent worker, keep-alive). One query a page, in SQLAlchemy Core; one ``INSERT`` and the commit for a write.
No session, nobody signed in, no language, no date in words, no permission, no hidden total, no log, no security header, no live event, no compression. The frame
is text, where ours is built for who reads. Nobody could serve such a page to a town: it is the floor, not a rival.
"""

import os
from datetime import UTC, datetime

import sqlalchemy as sa
from flask import Flask, redirect, render_template, request
from jinja2 import DictLoader

from civic.kernel import database as _durable  # the same pragmas of SQLite: durable as ours is

FRAME = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{{ title }}</title><link rel="stylesheet" href="/s.css"></head><body>
<header><a href="/">Commune</a><form action="/recherche"><input name="q"><button>Rechercher</button></form><nav><ul>
<li><a href="/consultations">Consultations</a></li><li><a href="/votes">Votes</a></li><li><a href="/entraide">Entraide</a></li>
<li><a href="/conseils">Conseils de quartier</a></li></ul></nav><a href="/connexion">Se connecter</a> <a href="/inscription">Créer un compte</a></header>
<main>{% block main %}{% endblock %}</main>
<footer><ul><li><a href="/aide">Aide</a></li><li><a href="/quartiers">Les quartiers</a></li><li><a href="/mots">En mots simples</a></li>
<li><a href="/charte">Règles de publication</a></li><li><a href="/mentions">Mentions légales</a></li><li><a href="/donnees">Vos données</a></li></ul></footer></body></html>"""

LIST = """{% extends "frame.html" %}{% block main %}<h1>{{ title }}</h1>
<form><select name="sort"><option>Les plus récentes</option><option>Les plus soutenues</option><option>Les plus débattues</option></select>
<button>Filtrer</button></form>
{% for row in rows %}<article><p>{{ row.category }}</p><h3><a href="/propositions/{{ row.id }}">{{ row.title }}</a></h3>
<p>{{ row.author }} · {{ row.place }}</p><ul><li>{{ row.support_count }} soutiens</li><li>{{ row.argument_count }} arguments</li></ul></article>
{% endfor %}<nav>{% for number in range(1, 6) %}<a href="?page={{ number }}">{{ number }}</a>{% endfor %}</nav>{% endblock %}"""

ONE = """{% extends "frame.html" %}{% block main %}{% set first = rows[0] %}<h1>{{ first.title }}</h1><p>{{ first.author }} · {{ first.place }} · {{ first.published_at }}</p>
<div>{{ first.body_html|safe }}</div><h2>{{ first.support_count }} soutiens</h2><h2>{{ first.argument_count }} arguments</h2>
{% for row in rows %}<article id="argument-{{ row.id }}"><p>{{ row.writer }} <time>{{ row.created_at }}</time></p><p>{{ row.body }}</p>
<a href="/signalements/{{ row.id }}">Signaler l’argument de {{ row.writer }}</a></article>
{% endfor %}{% endblock %}"""

PROPOSALS = sa.text(
    "SELECT p.id, p.category, p.title, p.support_count, p.argument_count, a.name AS author, t.name AS place FROM proposal p"
    " LEFT JOIN person a ON a.id = p.author_id JOIN territory t ON t.id = p.territory_id"
    " WHERE p.consultation_id = :id AND p.hidden_at IS NULL AND p.withdrawn_at IS NULL ORDER BY p.published_at DESC, p.id DESC LIMIT 20"
)
ARGUMENTS = sa.text(
    "SELECT g.id, g.body, g.created_at, w.name AS writer, p.title, p.body_html, p.support_count, p.argument_count, p.published_at, a.name AS author,"
    " t.name AS place FROM argument g JOIN proposal p ON p.id = g.proposal_id LEFT JOIN person w ON w.id = g.author_id"
    " LEFT JOIN person a ON a.id = p.author_id JOIN territory t ON t.id = p.territory_id"
    " WHERE g.proposal_id = :id AND g.hidden_at IS NULL ORDER BY g.side, g.created_at DESC, g.id DESC LIMIT :shown"
)
SUPPORT = sa.text("INSERT INTO support (proposal_id, person_id, created_at) VALUES (:id, :person, :at)")
ARGUMENT = sa.text(
    "INSERT INTO argument (proposal_id, author_id, side, body, created_at) VALUES (:id, :person, 'for', :body, :at)"
)
NOW = sa.bindparam("at", type_=_durable.UtcDateTime())


def create_bare(url: str) -> Flask:
    app = Flask("bare")
    app.jinja_loader = DictLoader({"frame.html": FRAME, "list.html": LIST, "one.html": ONE})
    engine = sa.create_engine(url)

    def read(query: sa.TextClause, **values: object) -> list[sa.Row[tuple[object, ...]]]:
        with engine.connect() as connection:
            return list(connection.execute(query, values))

    def write(query: sa.TextClause, **values: object) -> None:
        with engine.begin() as connection:
            connection.execute(query.bindparams(NOW), {**values, "at": datetime.now(UTC)})

    @app.get("/healthz")
    def show_health() -> str:
        return "ok"

    @app.get("/consultations/<int:key>")
    def show_list(key: int) -> str:
        return render_template("list.html", title="Consultation", rows=read(PROPOSALS, id=key))

    @app.get("/propositions/<int:key>")
    def show_one(key: int) -> str:
        rows = read(ARGUMENTS, id=key, shown=int(request.args["shown"]))
        return render_template("one.html", title=rows[0].title, rows=rows)

    @app.put("/propositions/<int:key>/soutien")
    def support(key: int) -> object:
        write(SUPPORT, id=key, person=int(request.args["person"]))
        return redirect(f"/propositions/{key}")

    @app.post("/propositions/<int:key>/arguments")
    def argue(key: int) -> object:
        write(ARGUMENT, id=key, person=int(request.args["person"]), body=request.get_json()["body"])
        return redirect(f"/propositions/{key}")

    return app


if url := os.environ.get("BARE_DATABASE_URL"):
    app = create_bare(url)
