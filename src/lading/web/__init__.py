"""The Django project: settings, and later the API and the console."""
