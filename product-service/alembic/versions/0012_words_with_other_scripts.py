"""More words whose parts, or whose typos, a search finds."""

# ruff: noqa: S608 - SQL that is made of constants

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# As in revision 0007.
UNSPACED = (
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2190-\u2bff\u3005\u3040-\u30ff"
    r"\u3400-\u9fff\uac00-\ud7a3\U0001f000-\U0003ffff]"
)
# Before it is folded, such a character may have half or twice the width.
BEFORE_FOLDING = UNSPACED.replace("[", r"[\u3200-\u33ff\uff00-\uffef")

# Dictionary words of 0007: shorter than those of a text, and in a script with blanks.
LISTED_BEFORE = f"length(word) BETWEEN 3 AND 40 AND word !~ '{UNSPACED}'"
# Now also a long word, and one with three Latin letters or digits beside other scripts.
LISTED = rf"""length(word) >= 3
    AND (word !~ '{UNSPACED}' OR word ~ '[a-z0-9\u00aa-\u024f]{{3}}')"""

FORGIVING_BEFORE = "length(word) BETWEEN 4 AND 30 AND word !~ '[0-9]'"
FORGIVING = rf"""length(word) <= 30 AND word ~ '[^0-9]{{4}}'
    AND word !~ '{UNSPACED}'"""

# A typo is forgiven in four letters or more that stand side by side.
DELETIONS = r"""
    SELECT word UNION
    SELECT overlay(word PLACING '' FROM i FOR 1)
    FROM generate_series(1, length(word)) AS i
    WHERE word !~ '[0-9]' OR substr(word, i, 1) !~ '[0-9]'
        AND length(substring(left(word, i) FROM '[^0-9]*$'))
            + length(substring(substr(word, i + 1) FROM '^[^0-9]*')) >= 4
"""

# PostgreSQL expects thousands of words, for which compiling would take seconds.
WORDS = """
CREATE OR REPLACE FUNCTION search_words_of(name text, category text, tags text[])
RETURNS TABLE (word text, deletions text[])
LANGUAGE plpgsql STABLE PARALLEL SAFE SET jit = off AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
    WITH fields (folded) AS (
        SELECT search_fold($1) UNION SELECT search_fold($2)
        UNION SELECT search_fold(tag) FROM unnest($3) AS tag
    ), words (word) AS (
        SELECT left(unnest(string_to_array(folded, ' ')), 100) FROM fields
        UNION SELECT search_joined(part) FROM fields, regexp_matches(
            folded, '(?:^| )(\\S{1,2} \\S+)', 'g') AS m, unnest(m) AS part
    )
    SELECT word, CASE WHEN %(forgiving)s THEN ARRAY(%(deletions)s) ELSE '{}' END
    FROM words WHERE %(listed)s;
END $$
"""

ADD_DELETIONS = f"""
UPDATE search_words SET deletions = ARRAY({DELETIONS})
WHERE word ~ '[0-9]' AND {FORGIVING}
"""
ADD_WORDS = rf"""
INSERT INTO search_words
SELECT DISTINCT ON (found.word) found.word, found.deletions
FROM products, search_words_of(name, category, tags) AS found
WHERE name ~ '{BEFORE_FOLDING}' OR name ~ '\S{{41}}'
ORDER BY found.word ON CONFLICT DO NOTHING
"""


def _words(listed: str, forgiving: str) -> str:
    given = {"listed": listed, "forgiving": forgiving, "deletions": DELETIONS}
    return WORDS % given


def upgrade() -> None:
    """Commits each step, and can be repeated.

    The function comes first, so that words of products that are stored meanwhile are
    added too.
    """
    with op.get_context().autocommit_block():
        for statement in (_words(LISTED, FORGIVING), ADD_DELETIONS, ADD_WORDS):
            op.execute(statement)


def downgrade() -> None:
    # The words stay: they do no harm.
    op.execute(_words(LISTED_BEFORE, FORGIVING_BEFORE))
