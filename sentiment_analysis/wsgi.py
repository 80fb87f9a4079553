"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from sentiment_analysis.bodies import TimelyBodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sentiment_analysis.settings")

BODY_SECONDS = 10
BODIES_AT_ONCE = 8
"""Half of the threads in gunicorn.conf.py."""

application = TimelyBodies(get_wsgi_application(), BODY_SECONDS, BODIES_AT_ONCE)
