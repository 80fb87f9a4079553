"""The rows that the reads find: generated from a seed, the same in every database.

`python -m benchmarks.api.rows` fills the database of the settings.
"""

import random
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import django

CUSTOMERS = 2_000
INDUSTRIES = 10
WINDOWS = 240
FIRST_HOUR = 490_000
EVERY = 10
"""In so many windows a customer reports once; the first customer reports in every window."""
SEED = 6


def main() -> None:
    """Fill the empty tables."""
    django.setup()

    from django.db import connection, transaction

    from config.models import ScoringProfile
    from jobs.clock import from_hour
    from jobs.models import Window
    from sentiment_api.models import (
        ComparedSpan,
        Customer,
        OverallSentiment,
        SegmentSentiment,
        SentimentScore,
    )

    dice = random.Random(SEED)  # noqa: S311 - the same rows each time are what is wanted
    hour = timedelta(hours=1)
    profile = ScoringProfile.active()

    def key() -> UUID:
        return UUID(int=dice.getrandbits(128), version=4)

    def scores(customer: Customer) -> Iterator[SentimentScore]:
        number = customer.customer_id
        for place in range(
            0 if number == 1 else number % EVERY, WINDOWS, 1 if number == 1 else EVERY
        ):
            start = from_hour(FIRST_HOUR + place)
            share = dice.random()
            yield SentimentScore(
                job_id=key(),
                customer=customer,
                industry=customer.industry,
                window_start=start,
                window_end=start + hour,
                created_at=start + 2 * hour,
                sentiment_score=share,
                raw_score=share,
                score_low=share * 0.8,
                score_high=share * 0.8 + 0.2,
                evidence=1 + dice.random() * 30,
                state="scored",
                calculation_method="weighted_average_normalized",
                baseline_score=0.6,
                profile=profile,
                fn_count=dice.randrange(40),
                fp_count=dice.randrange(40),
            )

    def aggregate(place: int) -> dict[str, object]:
        start = from_hour(FIRST_HOUR + place)
        share = dice.random()
        return {
            "job_id": key(),
            "window_start": start,
            "window_end": start + hour,
            "created_at": start + 2 * hour,
            "total_customers": dice.randrange(1, 40),
            "avg_sentiment_score": share,
            "avg_raw_score": share * 0.9,
            "total_fn_count": dice.randrange(400),
            "total_fp_count": dice.randrange(400),
            "standing_customers": CUSTOMERS // INDUSTRIES,
            "standing_sentiment_score": dice.random(),
            "standing_low": dice.random() * 0.4,
            "standing_high": 0.6 + dice.random() * 0.4,
        }

    customers, found = [], []
    first = from_hour(FIRST_HOUR)
    for number in range(1, CUSTOMERS + 1):
        customer = Customer(
            pk=number,
            customer_id=number,
            company_name=f"Company {dice.randrange(10**6):06d}",
            industry=f"Industry {number % INDUSTRIES}",
            city=f"City {number % 97}",
            state=f"State {number % 31}",
            country=f"Country {number % 7}",
            created_at=first,
            updated_at=first,
        )
        own = list(scores(customer))
        customer.current_score_id = own[-1].pk
        customer.current_sentiment = own[-1].sentiment_score
        customer.current_state = own[-1].state
        customer.last_window_start = own[-1].window_start
        customer.recent_fn, customer.before_fp = dice.randrange(9), dice.randrange(99)
        customer.change, customer.change_low = 0.1 - dice.random() / 5, -0.2
        customer.change_high = 0.2
        customers.append(customer)
        found += own
    with transaction.atomic():
        Customer.objects.bulk_create(customers)
        ComparedSpan.objects.update_or_create(
            pk=1,
            defaults={
                "before_start": first,
                "recent_start": from_hour(FIRST_HOUR + WINDOWS - 24),
                "recent_end": from_hour(FIRST_HOUR + WINDOWS),
            },
        )
        SentimentScore.objects.bulk_create(found)
        SegmentSentiment.objects.bulk_create(
            SegmentSentiment(industry=f"Industry {industry}", **aggregate(place))
            for place in range(WINDOWS)
            for industry in range(INDUSTRIES)
        )
        OverallSentiment.objects.bulk_create(
            OverallSentiment(**aggregate(place)) for place in range(WINDOWS)
        )
        Window.objects.bulk_create(
            Window(
                window_start=from_hour(FIRST_HOUR + place),
                window_end=from_hour(FIRST_HOUR + place + 1),
                read_at=from_hour(FIRST_HOUR + place + 1),
                covered_at=from_hour(FIRST_HOUR + place + 1),
                segments_owed=False,
                totals_owed=False,
            )
            for place in range(WINDOWS)
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main()
