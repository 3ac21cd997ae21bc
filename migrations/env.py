"""How Alembic reaches the database of the application."""

import sqlalchemy as sa
from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db
options = current_app.extensions["migrate"].configure_args


def render_item(kind: str, item: object, autogenerate_context: object) -> str | bool:
    """Write our own column types as what they are stored as: a migration must not change when the code does."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


options = {**options, "render_item": render_item}


def run_offline() -> None:
    """Write the SQL instead of running it: ``flask db upgrade --sql``."""
    url = current_app.config["SQLALCHEMY_DATABASE_URI"]
    context.configure(url=url, target_metadata=database.metadata, literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    with database.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            # recreating a parent table with foreign keys on would delete the children that cascade
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        context.configure(connection=connection, target_metadata=database.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()
        if is_sqlite:
            ensure_no_orphan(connection)
        connection.commit()
    if is_sqlite:
        database.engine.dispose()  # the connection that had foreign keys off is not used again


def ensure_no_orphan(connection: sa.Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise RuntimeError(f"The migration left rows without their parents: {orphans[:5]}")


if context.is_offline_mode():
    run_offline()
else:
    run_online()
