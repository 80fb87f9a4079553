"""Keys that sort by the time they were made."""

import time
import uuid

from sentiment_api.identifiers import time_ordered_keys, time_ordered_uuid


def test_keys_are_uuids_of_version_seven() -> None:
    key = time_ordered_uuid()
    assert (key.version, key.variant) == (7, uuid.RFC_4122)
    assert abs((key.int >> 80) / 1000 - time.time()) < 5


def test_a_batch_rises_and_repeats_nothing() -> None:
    keys = time_ordered_keys(10_000)
    assert keys == sorted(keys)
    assert len(set(keys)) == 10_000
    assert {uuid.UUID(key).version for key in keys} == {7}


def test_keys_made_one_after_the_other_rise() -> None:
    keys = [time_ordered_uuid() for _ in range(200)]
    assert keys == sorted(keys)
