"""The limits. GraphiQL's introspection, which is the largest honest query, passes them."""

BODY_BYTES = 256 * 1024
"""Of a POST body."""
TOKENS = 4_000
"""Of a document, without comments."""
COMMENTS = 1_000
NESTING = 64
"""Brackets within brackets, of any kind, in the text."""
DEPTH = 12
"""Fields within fields. Introspection has a rule of its own (graphql-core's)."""
FIELDS = 500
"""Fields of an operation with its fragments written out."""
ALIASES = 30
"""The same for aliases."""
REPEATS = 10
"""How often one selection may name the same field of the same answer."""
DIRECTIVES = 20
"""In a document."""
FRAGMENTS = 40
"""Definitions in a document."""
OPERATIONS = 20
"""Definitions in a document."""
PAGE_ROWS = 500
"""Of `first` and `last` of a connection."""
RECENT_ROWS = 100
"""Of `last` of scores within a customer."""
ROWS = 100_000
"""What page sizes within page sizes multiply to, and what one request may read."""
VALUES = 200_000
"""Of one request: rows times one more than the fields of each, because reading a row takes time
too. A value takes about six microseconds of a processor, with its share of the row."""
SCAN_VALUES = 7_000
"""What `edges`, `pageInfo`, `totalCount`, `hasNextPage` and `hasPreviousPage` are charged each:
they may ask the database to sort or to count all rows."""
COLUMN_VALUES = 10
"""So many values in the columns of a series are charged as one: they are no fields of their own."""
REVISIONS = 10
"""Of industries and of the product, which may always be looked into in one request, however many
customers there are: as many as on a page of REST."""
LIST_ROWS = 50_000
"""Of a list without pages."""
SERIES_ROWS = 400_000
"""What a series by day or week may rest on: the database adds them up."""
ADDED_UP_VALUES = 0.4
"""What each of these rows is charged; it takes two to three microseconds of a processor."""
INDUSTRIES = 100
"""Names in one argument."""
