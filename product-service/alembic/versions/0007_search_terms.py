"""Own search terms, a dictionary of words, and Unicode collation of names."""

# ruff: noqa: RUF001, S608 - letters to fold, and SQL that is made of constants

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Case and accents do not matter, nor how a letter is encoded; all that is neither a
# letter, a digit nor an emoji separates words.
FOLD = r"""
CREATE FUNCTION search_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN btrim(regexp_replace(
    translate(
        replace(replace(replace(
            normalize(regexp_replace(
                normalize(lower(regexp_replace(
                    value, '[\u00a9\u00ad\u00ae\u2120\u2122]', '', 'g'
                ) COLLATE "und-x-icu"), NFKD),
                '[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]', '', 'g'
            ), NFKC),
            'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'),
        'łøđðħıς٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', 'loddhiσ01234567890123456789'
    ),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4'
    '\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u05be\u05f3\u05f4\u060c\u061b\u061f'
    '\u2000-\u206f\u3000-\u3004\u3008-\u3020\u3030\u303d\u30fb\ufe00-\ufe0f'
    '\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]+', ' ', 'g'
))
"""

# Scripts without blanks, and emoji: each character and each pair of them is found.
UNSPACED = (
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2190-\u2bff\u3005\u3040-\u30ff"
    r"\u3400-\u9fff\uac00-\ud7a3\U0001f000-\U0003ffff]"
)

LEXEMES = rf"""
CREATE FUNCTION search_lexemes(folded text) RETURNS SETOF text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
    WITH words AS (
        SELECT left(word, 100) AS word, position
        FROM unnest(string_to_array($1, ' ')) WITH ORDINALITY AS w (word, position)
        WHERE word <> ''
    ), unspaced AS MATERIALIZED (
        SELECT word FROM words WHERE word ~ '{UNSPACED}'
    )
    SELECT word FROM words
    UNION SELECT unnest(ts_lexize('pg_catalog.english_stem', word)) FROM words
    UNION SELECT substr(word, start, size) FROM unspaced,
        generate_series(1, length(word)) AS start, generate_series(1, 2) AS size;
END $$
"""

# plpgsql keeps the plans of these functions, which sql would make for each row.
# Words that stand side by side are found as one too: T-shirt as tshirt.
JOINED = """
CREATE FUNCTION search_joined(folded text) RETURNS SETOF text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
    SELECT words[i] || words[i + 1]
    FROM (SELECT string_to_array(left($1, 500), ' ') AS words) AS w,
        generate_subscripts(words, 1) AS i
    WHERE i < cardinality(words)
        AND length(words[i]) + length(words[i + 1]) <= 40;
END $$
"""

TERMS = """
CREATE FUNCTION search_terms(
    name text, category text, tags text[], description text
) RETURNS tsvector LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
#variable_conflict use_column
BEGIN RETURN (
    WITH fields (folded, weight) AS (
        SELECT search_fold($1), 'A'
        UNION ALL SELECT search_fold($2), 'B'
        UNION ALL SELECT search_fold(tag), 'B' FROM unnest($3) AS tag
        UNION ALL SELECT search_fold($4), 'C'
    ), lexemes (lexeme, weight) AS (
        SELECT search_lexemes(folded), weight FROM fields
        UNION SELECT search_joined(folded), weight FROM fields WHERE weight < 'C'
        UNION SELECT '=' || left(folded, 255), weight FROM fields WHERE weight = 'A'
    )
    SELECT coalesce(
        string_agg(format('''%s''\\:1%s', lexeme, weight), ' '), ''
    )::tsvector FROM lexemes WHERE lexeme <> ''
);
END $$
"""

# A typo is forgiven in words of four letters or more, and in none with a digit.
WORDS = rf"""
CREATE FUNCTION search_words_of(name text, category text, tags text[])
RETURNS TABLE (word text, deletions text[])
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
#variable_conflict use_column
BEGIN RETURN QUERY
    WITH fields (folded) AS (
        SELECT search_fold($1) UNION SELECT search_fold($2)
        UNION SELECT search_fold(tag) FROM unnest($3) AS tag
    ), words (word) AS (
        SELECT unnest(string_to_array(folded, ' ')) FROM fields
        UNION SELECT search_joined(part) FROM fields, regexp_matches(
            folded, '(?:^| )(\S{{1,2}} \S+)', 'g') AS m, unnest(m) AS part
    )
    SELECT word, CASE WHEN length(word) BETWEEN 4 AND 30 AND word !~ '[0-9]'
        THEN ARRAY(
            SELECT word UNION
            SELECT overlay(word PLACING '' FROM i FOR 1)
            FROM generate_series(1, length(word)) AS i
        ) ELSE '{{}}' END
    FROM words
    WHERE length(word) BETWEEN 3 AND 40 AND word !~ '{UNSPACED}';
END $$
"""

TRIGGER = """
CREATE FUNCTION store_search_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.terms := search_terms(NEW.name, NEW.category, NEW.tags, NEW.description);
    -- In one order, so that products that are stored side by side cannot deadlock.
    INSERT INTO search_words
    SELECT w.word, w.deletions
    FROM search_words_of(NEW.name, NEW.category, NEW.tags) AS w
    WHERE NOT EXISTS (SELECT FROM search_words AS known WHERE known.word = w.word)
    ORDER BY w.word
    ON CONFLICT DO NOTHING;
    RETURN NEW;
END $$;
CREATE TRIGGER search_terms
BEFORE INSERT OR UPDATE OF name, category, tags, description ON products
FOR EACH ROW EXECUTE FUNCTION store_search_terms()
"""


def upgrade() -> None:
    for function in (FOLD, LEXEMES, JOINED, TERMS, WORDS):
        op.execute(function)
    op.create_table(
        "search_words",
        sa.Column("word", sa.Text, nullable=False),
        sa.Column("deletions", postgresql.ARRAY(sa.Text), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_search_words"),
    )
    op.create_index(
        "ix_search_words_deletions",
        "search_words",
        ["deletions"],
        postgresql_using="gin",
    )
    op.create_index(
        "ix_search_words_trigrams",
        "search_words",
        ["word"],
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
    )
    # Without a default, so that no row is rewritten; the service fills them in.
    op.add_column("products", sa.Column("terms", postgresql.TSVECTOR))
    op.execute(TRIGGER)


def downgrade() -> None:
    op.execute("DROP TRIGGER search_terms ON products")
    op.drop_column("products", "terms")
    op.drop_table("search_words")
    for function in (
        "store_search_terms",
        "search_words_of",
        "search_terms",
        "search_joined",
        "search_lexemes",
        "search_fold",
    ):
        op.execute(f"DROP FUNCTION {function}")
