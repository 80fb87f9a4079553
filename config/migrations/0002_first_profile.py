"""The first version of the scoring profile, with the defaults, active."""

from django.db import migrations
from django.utils import timezone


def make_first_profile(apps, schema_editor):
    profiles = apps.get_model("config", "ScoringProfile").objects
    if not profiles.exists():
        now = timezone.now()
        profiles.create(
            version=1, note="The defaults.", is_active=True, created_at=now, activated_at=now
        )


class Migration(migrations.Migration):
    dependencies = [("config", "0001_initial")]

    operations = [migrations.RunPython(make_first_profile, migrations.RunPython.noop)]
