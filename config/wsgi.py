"""The web server's door: `granian --interface wsgi config.wsgi:application`.

Open reads are answered at once (config/open_door.py), everything else by Django.
"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_wsgi_application()

from config.open_door import OpenDoor  # noqa: E402 - reads settings, which must have been set up

application = OpenDoor(django_application)
