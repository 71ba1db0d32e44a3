"""A sound CV of a made-up person as JSON Resume, and an advertisement."""

from __future__ import annotations

from typing import Any

from tests.unit.cv.lint.workshop import EXTRA, NEW, OLD, SUMMARY

#: a day to count from, so that tests of next year say the same
DAY = ("--date", "2026-11-21")

RESUME: dict[str, Any] = {
    "basics": {
        "name": "Marlene Beispiel",
        "email": "marlene@beispiel.example",
        "phone": "+49 431 5550123",
        "location": {"city": "Kiel", "countryCode": "DE"},
        "summary": SUMMARY,
        "profiles": [{"network": "GitHub", "url": "https://github.com/marlene-beispiel"}],
    },
    "work": [
        {"name": "Nordlicht Messnetze", "position": "Senior engineer", "startDate": "2021-03", "highlights": list(NEW)},
        {
            "name": "Pegelamt Sandbank",
            "position": "Engineer",
            "startDate": "2017-09",
            "endDate": "2021-02",
            "highlights": [*OLD, *EXTRA],
        },
    ],
    "education": [
        {
            "institution": "University of Sandbank",
            "area": "Oceanography",
            "studyType": "MSc",
            "startDate": "2012-10",
            "endDate": "2017-08",
        }
    ],
    "skills": [{"name": "Data", "keywords": ["Python", "PostgreSQL", "Docker", "Kubernetes"]}],
    "languages": [{"language": "German", "fluency": "native"}],
}

JOB = "Requirements:\n- Python and Kubernetes\n- Terraform\n- fluent German\n"
