"""Customers as they are answered."""

from functools import cached_property
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from sentiment_api.changes import change_of
from sentiment_api.models import ComparedSpan, Customer, CustomerState
from sentiment_api.rest.serializers.change import ChangeSerializer, as_shown
from sentiment_api.rest.serializers.values import ValuesSerializer


class CustomerSerializer(ValuesSerializer):
    """A customer with its newest score. The view knows the `span` that changes are over."""

    location_state = serializers.CharField(
        source="state", read_only=True, help_text="The state (part of a country) of the address."
    )
    state = serializers.ChoiceField(
        source="score_state",
        choices=CustomerState.choices,
        read_only=True,
        help_text="The state of the newest score: `scored`, `insufficient_evidence`, `stale` "
        "(too old to count) or `no_data`.",
    )
    current_sentiment = serializers.FloatField(
        read_only=True,
        allow_null=True,
        min_value=0,
        max_value=1,
        help_text="The newest score, 0 (bad) to 1 (good); also when it is stale. Null: none yet.",
    )
    last_window_start = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="The window of the newest score."
    )
    current_score = serializers.UUIDField(
        source="current_score_id",
        read_only=True,
        allow_null=True,
        help_text="The `job_id` of the newest score, to ask how sure it is, and for its "
        "explanation. Null: none yet.",
    )
    fn_count = serializers.IntegerField(
        source="current_score.fn_count",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="Bad mails let through, in the window of the newest score.",
    )
    fp_count = serializers.IntegerField(
        source="current_score.fp_count",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="Good mails blocked, in the window of the newest score.",
    )
    created_at = serializers.DateTimeField(
        source="customer_since",
        read_only=True,
        help_text="When the source made the customer; where it does not say, when it was first "
        "read.",
    )

    change = serializers.SerializerMethodField(
        help_text="How the reports of the newest 24 windows differ from those before. Null: there "
        "are none in one of the periods.",
    )

    computed: ClassVar = {
        "change": (
            *("change", "change_low", "change_high"),
            *("recent_fn", "recent_fp", "before_fn", "before_fp"),
        )
    }

    nested: ClassVar = {"change": ChangeSerializer}
    """What methods give that has fields of its own."""

    class Meta:
        model = Customer
        fields: ClassVar = [
            "customer_id",
            "company_name",
            "industry",
            "city",
            "location_state",
            "country",
            "current_sentiment",
            "state",
            "last_window_start",
            "current_score",
            "fn_count",
            "fp_count",
            "change",
            "created_at",
            "inactive_since",
        ]
        read_only_fields = fields

    @extend_schema_field(ChangeSerializer(allow_null=True))
    def get_change(self, customer: Customer) -> Any:
        """What the customer carries."""
        change = change_of(customer, self._span)
        return None if change is None else as_shown(change)

    @cached_property
    def _span(self) -> ComparedSpan:
        span: ComparedSpan = self.context["view"].span
        return span


CONTACT = ("contact_person", "phone", "address", "postal_code")
FOR_STAFF = "For staff."


@extend_schema_serializer(component_name="Customer")
class StaffCustomerSerializer(CustomerSerializer):
    """With the contact data, for staff."""

    contact_person = serializers.CharField(required=False, help_text=FOR_STAFF)
    phone = serializers.CharField(required=False, help_text=FOR_STAFF)
    address = serializers.CharField(required=False, help_text=FOR_STAFF)
    postal_code = serializers.CharField(required=False, help_text=FOR_STAFF)

    class Meta(CustomerSerializer.Meta):
        fields: ClassVar = [*CustomerSerializer.Meta.fields, *CONTACT]


HOW_SURE = ("score_low", "score_high", "evidence")


class HowSureSerializer(serializers.Serializer[Customer]):
    """How sure the newest score is: in files alone, as every column costs a page its time."""

    score_low = serializers.FloatField(source="current_score.score_low", read_only=True)
    score_high = serializers.FloatField(source="current_score.score_high", read_only=True)
    evidence = serializers.FloatField(source="current_score.evidence", read_only=True)


class CustomerFileSerializer(HowSureSerializer, CustomerSerializer):
    """A line of a file of customers."""

    class Meta(CustomerSerializer.Meta):
        fields: ClassVar = [*CustomerSerializer.Meta.fields, *HOW_SURE]


class StaffCustomerFileSerializer(HowSureSerializer, StaffCustomerSerializer):
    """The same for staff."""

    class Meta(StaffCustomerSerializer.Meta):
        fields: ClassVar = [*StaffCustomerSerializer.Meta.fields, *HOW_SURE]
