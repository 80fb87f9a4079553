from django.db import migrations

import jobs.models.owed_score

EPOCH_HOUR = {
    "sqlite": "CAST(strftime('%s', window_start) AS INTEGER) / 3600",
    "postgresql": "floor(EXTRACT(EPOCH FROM window_start) / 3600)::bigint",
}


def _key(schema_editor):
    return f"customer_id * {2**24} + {EPOCH_HOUR[schema_editor.connection.vendor]}"


def take_marks_of_counts(apps, schema_editor):
    schema_editor.execute(
        f"INSERT INTO jobs_owedscore (key) SELECT {_key(schema_editor)} "
        "FROM sentiment_api_syncjob WHERE score_owed AND superseded_at IS NULL",
        params=None,
    )


def give_marks_back(apps, schema_editor):
    schema_editor.execute(
        "UPDATE sentiment_api_syncjob SET score_owed = FALSE "
        f"WHERE {_key(schema_editor)} NOT IN (SELECT key FROM jobs_owedscore)",
        params=None,
    )


class Migration(migrations.Migration):

    dependencies = [
        ("jobs", "0004_stored_by_our_clock"),
        ("sentiment_api", "0006_index_customers_by_age"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwedScore",
            fields=[
                ("key", jobs.models.owed_score.RowKeyField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.RunPython(take_marks_of_counts, give_marks_back),
    ]
