"""Brings stored text into its one form, for migrations."""

from alembic import op
from sqlalchemy import text

from chassis._values.email import canonical_address

# The characters that `str.strip` removes.
BLANKS = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())


def normalize_column(table: str, column: str, max_characters: int) -> None:
    """Normalizes a column to NFC and trims it.

    A text that would become empty or too long stays as it is. Only rows that change
    are written and locked.
    """
    form = f"btrim(normalize({column}, NFC), :blanks)"
    statement = text(
        f"UPDATE {table} SET {column} = {form} WHERE {column} <> {form}"  # noqa: S608 - our own names
        f" AND char_length({form}) BETWEEN 1 AND {max_characters}"
    )
    op.execute(statement.bindparams(blanks=BLANKS))


def respelt_addresses(table: str, column: str) -> dict[str, str]:
    """Returns the addresses of a column whose spelling changes, with the new one."""
    statement = text(
        f"SELECT DISTINCT {column} FROM {table} WHERE {column} <> btrim({column})"  # noqa: S608 - our own names
        f" OR octet_length({column}) <> char_length({column})"
        f" OR lower({column}) LIKE '%xn--%'"
    )
    respelt: dict[str, str] = {}
    for address in sorted(op.get_bind().scalars(statement)):
        try:
            respelt[address] = canonical_address(address)
        except ValueError:
            continue  # invalid by today's rules: it stays as it is
    return {old: new for old, new in respelt.items() if old != new}
