"""Limits of the text of a document, before it is parsed."""

from graphql import Lexer, Source, TokenKind

from sentiment_api.graphql.errors import Code, RefusedError
from sentiment_api.graphql.limits import numbers

_OPENING = {TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L}
_CLOSING = {TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R}


def check_text(text: str) -> None:
    """Refuse a text with too many tokens, comments or brackets within brackets.

    Raises GraphQLSyntaxError for what is no token at all.
    """
    lexer = Lexer(Source(text))
    tokens = depth = 0
    while (token := lexer.advance()).kind is not TokenKind.EOF:
        tokens += 1
        depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
        if tokens > numbers.TOKENS:
            raise over("tokens", numbers.TOKENS)
        if depth > numbers.NESTING:
            raise over("levels of brackets", numbers.NESTING)


def over(what: str, limit: int) -> RefusedError:
    """The refusal of a document that has more of something than is allowed."""
    return RefusedError(
        f"The query has more than {limit} {what}.", Code.LIMIT_EXCEEDED, limit=limit
    )
