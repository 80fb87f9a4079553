"""Changes of customers and industries."""

import graphene

from sentiment_api.graphql.scalars import DateTime


class ChangePeriod(graphene.ObjectType):
    """The reports of a period, half open."""

    start = DateTime(required=True)
    end = DateTime(required=True)
    fn_count = graphene.Int(required=True)
    fp_count = graphene.Int(required=True)


class Change(graphene.ObjectType):
    """How the reports of late differ from those before."""

    difference = graphene.Float(
        required=True, description="The recent raw score less the one before: -1 to 1."
    )
    low = graphene.Float(required=True, description="The lower end of the two-sided 95 % interval.")
    high = graphene.Float(required=True, description="Its upper end.")
    significant = graphene.Boolean(
        required=True, description="More than chance: the interval excludes 0."
    )
    recent = graphene.Field(ChangePeriod, required=True, description="The newest 24 windows.")
    before = graphene.Field(
        ChangePeriod,
        required=True,
        description="The windows before them, as far back as the active profile lets windows "
        "count.",
    )
