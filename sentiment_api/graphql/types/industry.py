"""Industries as they stand now."""

import graphene

from sentiment_api.graphql.scalars import DateTime
from sentiment_api.graphql.types.change import Change


class IndustryType(graphene.ObjectType):
    """An industry as it stands now."""

    industry = graphene.String(required=True)
    customers = graphene.Int(
        required=True,
        description="Customers that the source still has and that are in it now.",
    )
    window_start = DateTime(
        description="The window of the standing score: the newest that is computed. Null: the "
        "industry has no row in it."
    )
    standing_sentiment_score = graphene.Float(
        description="The mean over the customers' newest scores, 0 (bad) to 1 (good). A customer "
        "stands in the industry in which its score was computed."
    )
    standing_low = graphene.Float()
    standing_high = graphene.Float()
    standing_customers = graphene.Int(
        required=True,
        description="Customers with a score that counts, in the industry in which it was computed.",
    )
    fn_last_24_hours = graphene.Int(
        required=True,
        description="Bad mails let through, in the 24 hours up to the end of the newest covered "
        "window. Reports count in the industry that their customer was in when they were scored, "
        "also of customers that the source no longer has.",
    )
    fp_last_24_hours = graphene.Int(
        required=True, description="Good mails blocked, counted in the same way."
    )
    fn_previous_24_hours = graphene.Int(
        required=True, description="The same, in the 24 hours before."
    )
    fp_previous_24_hours = graphene.Int(
        required=True, description="The same, in the 24 hours before."
    )
    baseline_score = graphene.Float(
        description="What is normal in the industry. Null: it has no baseline."
    )
    change = graphene.Field(
        Change,
        description="How the reports of the customers that are in it now change, each against "
        "itself; their counts need not be those of the last 24 hours above. Null: none sent "
        "reports in both periods.",
    )
