"""The room of what is kept and served: customers, counts, scores, aggregates."""

from django.apps import AppConfig

from sentiment_api import sqlite


class SentimentApiConfig(AppConfig):
    """Registers the app."""

    name = "sentiment_api"
    verbose_name = "Sentiment"

    def ready(self) -> None:
        """Make the databases alike."""
        sqlite.install()
