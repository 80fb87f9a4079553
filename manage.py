#!/usr/bin/env python
"""Entry point of all management commands."""

import gc
import os
import sys


def main() -> None:
    """Run one management command with the project's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sentiment_analysis.settings")
    # What is made while the apps are loaded stays: garbage among it is not looked for.
    gc.disable()
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.INSTALLED_APPS  # noqa: B018 - loading them shows what is missing
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    django.setup()
    gc.freeze()
    gc.enable()
    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
