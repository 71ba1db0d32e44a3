"""Notices that a store posts to the web: a real server, a real ledger; the zone agrees with the bucket in the end."""

from __future__ import annotations

import base64
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlsplit

import pytest
from click.testing import CliRunner

from lading.accounts.models import Entry
from lading.base.config import Settings
from lading.base.errors import UsageError
from lading.cli.main import main
from lading.ingest.app import event_sources, jobs, posting
from lading.ingest.app.models import Job, PostBox, PostedPath
from lading.ingest.app.posted_events import PostedEvents
from lading.ingest.app.run_options import Began, of_run
from lading.ingest.app.watcher import Watcher
from lading.ingest.engine.noticing.changes import Look
from lading.ingest.engine.values import DeleteMode
from lading.web import hooks
from tests.carrying import carry, counts
from tests.conftest import stop
from tests.integration.ingest.bucket import Bucket
from tests.integration.ingest.test_buckets import bucket
from tests.integration.ingest.test_watching import next_run, until

__all__ = ["bucket"]  # the fixture

#: seconds within which the web answers; a busy machine takes its time
READY = 60.0


def notice(bucket: str, *keys: str, what: str = "s3:ObjectCreated:Put") -> dict[str, Any]:
    """Return what MinIO posts: the whole key is written as a form does, its slashes too."""
    records = [
        {
            "eventSource": "minio:s3",
            "eventName": what,
            "s3": {"bucket": {"name": bucket}, "object": {"key": quote_plus(key), "versionId": "1"}},
        }
        for key in keys
    ]
    return {"EventName": what, "Key": f"{bucket}/{keys[0]}" if keys else "", "Records": records}


@dataclass(frozen=True)
class Poster:
    """The store's side of a post box."""

    address: str
    secret: str

    def post(self, what: Any, *, says: str | None = None) -> tuple[int, dict[str, Any]]:
        """Post something; return status and JSON of the answer."""
        body = what if isinstance(what, bytes) else json.dumps(what).encode()
        said = f"Bearer {self.secret}" if says is None else says
        headers = {"Content-Type": "application/json"} | ({"Authorization": said} if said else {})
        answer, told = ask("POST", self.address, body, headers)
        kind = "application/json" if answer.status < 400 else "application/problem+json"
        assert answer.headers["Content-Type"] == kind
        return answer.status, json.loads(told)


@pytest.fixture
def web(shared_ledger: Settings, tmp_path: Path) -> Iterator[str]:
    """Let the web be served; return where."""
    told, log = tmp_path / "address", tmp_path / "web.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "lading", "web", "--listen", "127.0.0.1:0", "--address-file", str(told)],
            env=os.environ | shared_ledger.as_environ(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        ends = time.monotonic() + READY
        while not (told.exists() and _answers(told.read_text().strip())):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < ends, log.read_text()
            time.sleep(0.05)
        yield told.read_text().strip()
    finally:
        stop(process)


def ask(
    method: str, address: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[HTTPResponse, bytes]:
    """Send one request over a connection of its own."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=READY)
    connection.request(method, parts.path, body, headers or {})
    answer = connection.getresponse()
    told = answer.read()
    connection.close()
    return answer, told


def _answers(address: str) -> bool:
    try:
        return ask("GET", f"{address}/healthz")[0].status == 200
    except OSError:
        return False


def watched(bucket: Bucket, **options: Any) -> Job:
    return jobs.store(bucket.definition(**{"name": bucket.name, "watch": {"webhook": True}, "quiet": 0.1} | options))


def poster_for(web: str, job: Job) -> Poster:
    """Return the post box as the command line tells of it."""
    found = CliRunner().invoke(main, ["jobs", "webhook", job.name, "--json"], catch_exceptions=False)
    told = json.loads(found.stdout)
    assert told["secret"].startswith("lading-hook-")
    return Poster(web + told["address"].partition("8420")[2], told["secret"])


def waiting(job: Job) -> set[str]:
    return {path for _, path in posting.waiting(job.pk, 0, 1000)}


def test_what_a_store_posts_is_brought_and_the_end_is_that_of_a_scan(bucket: Bucket, web: str) -> None:
    """Twice, in any order, about what is gone: what they do not tell, and deletions, the next whole run finds."""
    bucket.put("old", "gone")
    job = watched(bucket, delete_mode=DeleteMode.TRASH)
    poster = poster_for(web, job)
    watcher = Watcher("one", names=[job.name])
    try:
        assert counts(carry(next_run(watcher)))["created"] == 2
        paths = ["a", "d/e f", "ü+/%41"]
        bucket.put(*paths, "lost")
        bucket.remove("gone")
        posts = [notice(bucket.name, bucket.key(path)) for path in paths] * 2
        posts.append(notice(bucket.name, bucket.key("gone"), what="s3:ObjectRemoved:Delete"))
        random.Random(49).shuffle(posts)
        for each in posts:
            assert poster.post(each) == (202, {"schema": 1, "paths": 1})
        run = next_run(watcher)

        assert of_run(run.options).began is Began.WATCH
        assert counts(carry(run)) == {"created": 3, "skipped": 1}
        until(watcher, lambda: waiting(job) == set())
        assert bucket.zone().keys() == bucket.tree().keys() - {"lost"} | {"gone"}

        poster.post(posts[0])
        assert "created" not in counts(carry(next_run(watcher))), "a replay does no harm"
    finally:
        for watch in watcher._held():
            watcher._drop(watch)
    carry(jobs.start(job))
    assert bucket.zone() == bucket.tree()
    assert not Entry.objects.filter(action__contains="hook").exists(), "the trail is not for what stores do"


def test_what_was_posted_while_nobody_watches_is_there_for_who_watches_next(bucket: Bucket, web: str) -> None:
    """A row for each path, until a run looks at it; what was posted again since then is not settled by that."""
    job = watched(bucket)
    poster = poster_for(web, job)
    for _ in range(2):
        assert poster.post(notice(bucket.name, "in/x", "in/y", "in/x"))[0] == 202
    assert waiting(job) == {"x", "y"}

    first, second = PostedEvents(job.pk), PostedEvents(job.pk)
    told = [*first.changes()]
    assert [(one.path, one.look) for one in told] == [("x", Look.ENTRY), ("y", Look.ENTRY)]
    assert [one.path for one in second.changes()] == ["x", "y"], "who died has settled nothing"
    poster.post(notice(bucket.name, "in/y"))
    first.settled([one.receipt for one in told])

    assert waiting(job) == {"y"}
    assert (PostBox.objects.get(pk=job.pk).taken, PostBox.objects.get(pk=job.pk).refused) == (3, 0)
    jobs.remove(job)
    assert not PostedPath.objects.exists()
    assert poster.post(notice(bucket.name, "in/z"))[0] == 401


def test_more_than_is_kept_is_everything(bucket: Bucket) -> None:
    """The ledger stays small whatever a store posts."""
    job = watched(bucket)
    posting.renew_secret(job)
    posting.take(job.pk, [f"{number}" for number in range(8)], most=10)
    posting.take(job.pk, ["0", "1", "8"], most=10)
    assert len(waiting(job)) == 9
    posting.take(job.pk, ["9", "10", "11"], most=10)
    events = PostedEvents(job.pk)
    (all_of_it,) = events.changes()

    assert (all_of_it.path, all_of_it.look, events.losses) == ("", Look.TREE, 1)
    posting.take(job.pk, ["12"], most=10)
    events.settled([all_of_it.receipt])
    assert waiting(job) == {"12"}


def test_who_has_not_the_secret_posts_nothing(bucket: Bucket, web: str) -> None:
    """In whatever way it is said; a new one ends the old one; many tries have to wait, the right one has not."""
    job = watched(bucket)
    old, poster = poster_for(web, job), poster_for(web, job)
    told = notice(bucket.name, "in/x")
    basic = base64.b64encode(f"anybody:{poster.secret}".encode()).decode()
    for says in (f"Bearer {poster.secret}", poster.secret, f"Basic {basic}"):
        assert poster.post(told, says=says)[0] == 202
    other = Poster(poster.address.rpartition("/")[0] + "/99999999", poster.secret)
    refusals = [
        *(poster.post(told, says=says) for says in ("", "Bearer", "Basic ???", "Basic eDp5", f"Bearer {old.secret}")),
        other.post(told),
    ]

    assert {(status, said["code"]) for status, said in refusals} == {(401, "NOT_SIGNED_IN")}
    while (refused := poster.post(told, says="Bearer guess"))[0] == 401:
        refusals.append(refused)
        assert len(refusals) < 30
    assert (refused[0], refused[1]["code"]) == (429, "TOO_MANY_ATTEMPTS")
    assert poster.post(told)[0] == 202
    assert poster.secret not in json.dumps([*PostBox.objects.values("digest")])


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b"", (422, "REQUEST_INVALID")),
        (b"no json", (422, "REQUEST_INVALID")),
        (b"\xff\xfe", (422, "REQUEST_INVALID")),
        (b'{"Records": [{"s3": 3}]}', (422, "REQUEST_INVALID")),
        (b"[" * 100_000, (422, "REQUEST_INVALID")),
        (b'{"Records": []}' + b" " * (1 << 20), (413, "NOTICES_TOO_LARGE")),
    ],
    ids=["nothing", "no-json", "no-text", "no-notice", "nested", "too-large"],
)
def test_what_is_no_notice_is_refused(bucket: Bucket, body: bytes, answer: tuple[int, str], rf: Any) -> None:
    """And counted; nothing waits for it."""
    job = watched(bucket)
    secret = posting.renew_secret(job)
    asked = rf.post("/", body, content_type="application/json", headers={"Authorization": f"Bearer {secret}"})
    found = hooks.notices_of_bucket(asked, job.pk)

    assert (found.status_code, json.loads(found.content)["code"]) == answer
    assert waiting(job) == set()
    assert PostBox.objects.get(pk=job.pk).refused == 1


def test_what_is_not_about_the_source_is_taken_and_ignored(bucket: Bucket, web: str) -> None:
    """Test events, other buckets and prefixes, keys that no object can have."""
    poster = poster_for(web, job := watched(bucket))
    posts: list[dict[str, Any]] = [
        {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": bucket.name},
        notice("another", "in/x"),
        notice(bucket.name, "inner/x", "in", "in/", "other"),
        notice(bucket.name, "in/" + "x" * 1100),
        {"Records": []},
    ]
    for told in posts:
        assert poster.post(told) == (202, {"schema": 1, "paths": 0})
    assert waiting(job) == set()
    assert ask("GET", poster.address)[0].status == 405


def test_a_job_that_is_watched_otherwise_takes_no_posts(bucket: Bucket, web: str, tmp_path: Path) -> None:
    """Its secret leads nowhere, and it gets none."""
    poster = poster_for(web, job := watched(bucket))
    jobs.store(bucket.definition(name=bucket.name, watch={"queue": "https://queue.example.org/1/q"}))

    assert poster.post(notice(bucket.name, "in/x"))[0] == 404
    with pytest.raises(UsageError, match="Nothing is posted for"):
        posting.renew_secret(Job.objects.get(pk=job.pk))
    with pytest.raises(UsageError, match="no webhook tells of it"):
        event_sources.refuse_unwatchable(bucket.definition(watch={"webhook": True}).model_copy(update={"source": "/"}))


def test_a_store_that_posts_too_fast_is_told_so(bucket: Bucket, rf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may try again in a second."""
    monkeypatch.setattr(hooks, "AT_ONCE", 2)
    monkeypatch.setattr(hooks, "PER_SECOND", 0.01)
    hooks._rate_of.cache_clear()
    job = watched(bucket)
    secret = posting.renew_secret(job)
    answers = []
    for _ in range(4):
        asked = rf.post("/", notice(bucket.name, "in/x"), "application/json", headers={"Authorization": secret})
        answers.append(hooks.notices_of_bucket(asked, job.pk))
    hooks._rate_of.cache_clear()

    assert [one.status_code for one in answers][:2] == [202, 202]
    assert answers[3].status_code == 429
    assert answers[3].headers["Retry-After"] == "1"
