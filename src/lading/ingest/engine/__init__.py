"""Scan, compare, plan, apply: plain Python that knows neither Django nor Celery."""
