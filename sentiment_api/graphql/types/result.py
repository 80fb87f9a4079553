"""What all results have in common."""

from typing import Any, ClassVar

import graphene

from sentiment_api.graphql.nodes import row_key
from sentiment_api.graphql.reading import Readable
from sentiment_api.graphql.scalars import DateTime


class Result(Readable):
    """Fields and refetching of a result for one window; a mixin of its types."""

    job_id = graphene.UUID(required=True, description="The key of this row.")
    window_start = DateTime(required=True)
    window_end = DateTime(required=True)
    created_at = DateTime(required=True)
    revision = graphene.Int(
        required=True, description="1 for the first result of a window, more where it was revised."
    )
    superseded_at = DateTime(description="When a newer revision took the place of this row.")

    columns: ClassVar = {"id": ("pk",)}

    @classmethod
    def get_node(cls, _info: Any, key: str) -> Any:
        """The row with this key, current or not."""
        rows = cls._meta.model.objects  # type: ignore[attr-defined]
        job_id = row_key(key)
        return None if job_id is None else rows.filter(pk=job_id).first()
