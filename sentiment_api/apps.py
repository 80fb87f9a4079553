"""The room of what is kept and served: customers, counts, scores, aggregates."""

from django.apps import AppConfig


class SentimentApiConfig(AppConfig):
    """Registers the app."""

    name = "sentiment_api"
    verbose_name = "Sentiment"
