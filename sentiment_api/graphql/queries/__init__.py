"""The fields of the query type, one subject a file."""
