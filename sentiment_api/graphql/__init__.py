"""GraphQL: the same rows as REST, for pages and programs that choose their fields."""
