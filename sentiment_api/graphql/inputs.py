"""Inputs of the queries."""

import graphene

from sentiment_api.graphql.scalars import DateTime


class TimeRangeInput(graphene.InputObjectType):
    """Windows that lie wholly in this range: `startDate <= windowStart`, `windowEnd <= endDate`."""

    start_date = DateTime(description="The start of the first window.")
    end_date = DateTime(description="The end of the last window.")


class FloatRange(graphene.InputObjectType):
    """From `min` to `max`, both included. A side that is left out is open."""

    min = graphene.Float()
    max = graphene.Float()
