"""How Alembic runs our migrations: in the transaction that database.py opened, on both databases."""

from alembic import context

config = context.config
# SQLite cannot alter a column: in batch mode Alembic makes the table anew and copies the rows.
context.configure(
    connection=config.attributes["connection"],
    target_metadata=config.attributes["metadata"],
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
