"""JSON Resume."""

from __future__ import annotations

import json

from tests.corpus.cv.writers.people import Month, Person


def _date(month: Month) -> str:
    return f"{month[0]}-{month[1]:02}"


def write(person: Person) -> bytes:
    """Write JSON Resume 1.x."""
    city = person.location.split(",")[0]
    value = {
        "basics": {
            "name": person.name,
            "label": person.label,
            "email": person.email,
            "phone": person.phone,
            "url": person.url,
            "summary": person.summary,
            "location": {"city": city},
        },
        "work": [
            {
                "name": job.employer,
                "position": job.position,
                "location": job.city,
                "startDate": _date(job.start),
                **({"endDate": _date(job.end)} if job.end else {}),
                "highlights": list(job.bullets),
            }
            for job in person.jobs
        ],
        "education": [
            {
                "institution": study.institution,
                "studyType": study.study,
                "startDate": _date(study.start),
                "endDate": _date(study.end),
            }
            for study in person.studies
        ],
        "skills": [{"name": skill} for skill in person.skills],
        "languages": [{"language": name, "fluency": level} for name, level in person.languages],
    }
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
