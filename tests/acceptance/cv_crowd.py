"""A web of its own, and many that begin reviews at once and look at them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx2

from tests.acceptance.conftest import Place, wait_for


@dataclass(frozen=True)
class Crowd:
    """What came of it."""

    #: statuses of the requests that begin a review
    begun: Sequence[int]
    #: statuses of those that look, by address
    looked: Mapping[str, int]


def crowd(place: Place, *, number: int) -> Crowd:
    """Let one person begin so many reviews at once and look at everything meanwhile."""
    made = (
        "import django; django.setup()\n"
        "from lading.accounts import people, tokens\n"
        "from lading.accounts.roles import Area, Role\n"
        "people.create('ada', Role.VIEWER, 'three green bicycles')\n"
        "print(tokens.make(people.find('ada'), tokens.Scope(only=Area.CV))[1])"
    )
    environment = place.environment | {"DJANGO_SETTINGS_MODULE": "lading.web.settings"}
    command = [sys.executable, "-c", made]
    token = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.split()[-1]
    file = place.home.with_name("address")
    place.serve("web", "--listen", "127.0.0.1:0", "--address-file", str(file), log="web.log")
    wait_for(file.exists, 60)
    base = f"{file.read_text().strip()}/api/v1"
    wait_for(lambda: _answers(base), 60)
    headers = {"Authorization": f"Bearer {token}"}
    with httpx2.Client(base_url=base, headers=headers, timeout=100) as api, ThreadPoolExecutor(number) as at_once:
        texts = [f"Ada Beispiel\nada@beispiel.example\n\nNumber {each}\n".encode() for each in range(number)]
        documents = [api.post("/cv/documents", files={"file": ("cv.txt", one)}).json()["id"] for one in texts]
        paths = [f"/cv/documents/{one}/reviews" for one in documents]
        answers = list(at_once.map(lambda path: api.post(path, json={"model": "sleeps-20"}), paths))
        reviews = [answer.json() for answer in answers if answer.status_code == 202]
        looks = [
            "/cv/documents",
            "/cv/reviews",
            "/cv/jobs",
            "/cv/model",
            "/cv/webhooks",
            *[f"/cv/reviews/{one['id']}" for one in reviews],
            *[f"/runs/{one['run']}" for one in reviews],
        ]
        looked = dict(zip(looks, at_once.map(lambda path: api.get(path).status_code, looks), strict=True))
    return Crowd(begun=[answer.status_code for answer in answers], looked=looked)


def _answers(base: str) -> bool:
    """Say whether the web takes requests yet: its address is known before."""
    try:
        return httpx2.get(f"{base}/me", timeout=60).status_code == 401
    except httpx2.ConnectError:
        return False
