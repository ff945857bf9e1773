import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ningbo_windows.settings")
try:
    application = get_wsgi_application()
except ImproperlyConfigured as refused:
    # One sentence in the service's log instead of a stack of frames.
    sys.exit(str(refused))
