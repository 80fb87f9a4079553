"""The pages that people look at. Their front end speaks the public GraphQL API."""
