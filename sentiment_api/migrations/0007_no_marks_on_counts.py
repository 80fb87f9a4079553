from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("sentiment_api", "0006_index_customers_by_age"),
        ("jobs", "0005_owed_scores"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="syncjob", name="counts_owed"),
        migrations.RemoveField(model_name="syncjob", name="score_owed"),
    ]
