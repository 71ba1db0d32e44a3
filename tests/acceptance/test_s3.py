"""Buckets as a person brings them: commands, workers, Redis, a zone, and stores as processes of their own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import redis

from tests import oracle, s3_store
from tests.acceptance.conftest import Done, Place, wait_for
from tests.acceptance.test_secrets import files_of, found_in, ledger, opened
from tests.s3_store import Faults, Store
from tests.store_processes import KEY, SECRET

pytestmark = pytest.mark.acceptance

#: objects of 4 KiB
MANY = 2_000


def reaching(place: Place, store: Store, folder: Path) -> Place:
    """Return the place with a store in its settings."""
    keys = folder / "keys"
    keys.write_text(f"{KEY}\n{SECRET}\n")
    keys.chmod(0o600)
    return place.having(LADING_S3__DEFAULT__ENDPOINT=store.endpoint, LADING_S3__DEFAULT__KEY_FILE=str(keys))


@pytest.mark.timeout(600)  # a busy machine brings 15 a second
def test_case_43_two_thousand_small_objects_arrive_from_a_store_that_is_busy(place: Place, tmp_path: Path) -> None:
    """One request in fifty is told to slow down. Then nothing changed: a listing, and nothing asked of the zone."""
    bucket = tmp_path / "stores" / "bucket"
    for number in range(MANY):
        file = bucket / "in" / f"{number // 500:03d}" / f"{number:05d}.dat"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(f"{number:08d}".encode() * 512)
    with s3_store.serving(bucket.parent) as store:
        # a worker that is thought to be lost would ask again for what it has asked for
        there = reaching(place, store, tmp_path).having(LADING_TIME_SCALE="1")
        store.set(Faults(busy=0.02))
        first = there.run("sync", "s3://bucket/in", place.collection, "--json", limit=300)
        busy = store.counts
        store.set()
        again = there.run("sync", "s3://bucket/in", place.collection, "--json")
        calm = store.counts

    assert (first.code, first.json["counts"]["created"]) == (0, MANY), first
    assert oracle.differences(bucket / "in", place.home, place.collection) == []
    assert busy["busy"] > 10, "the weather was good"
    assert busy["GET"] <= MANY + busy["busy"], busy
    assert first.json["irods_requests"] <= 1.1 * MANY, first.json
    assert (again.code, again.json["counts"]["unchanged"]) == (0, MANY), again
    assert again.json["irods_requests"] == 0
    assert calm.total() <= MANY / 1000, calm


def test_the_keys_of_a_store_are_nowhere(place: Place, s3_store: Store, tmp_path: Path) -> None:
    """Not in a message, the ledger, a log, a manifest, what is printed, or a command line; everything at level DEBUG."""
    client = s3_store.client
    client.create_bucket(Bucket="of-secrets")
    for number in range(20):
        client.put_object(Bucket="of-secrets", Key=f"in/{number}", Body=b"x")
    client.put_object(Bucket="of-secrets", Key="in/archived", Body=b"x", StorageClass="GLACIER")
    s3_store.set()
    there = reaching(place, s3_store, tmp_path).having(
        LADING_LOG_LEVEL="debug", LADING_S3__OTHER__PROXY="http://user:planted-proxy-password@127.0.0.1:1"
    )
    queued = there.run("sync", "s3://of-secrets/in", place.collection, "--detach", "--json")
    assert queued.code == 0, queued
    said: list[Done] = [queued]
    with commands_to(place) as heard:
        worker = there.work("--queues", "s3,orchestration")
        assert there.end_of(int(queued.json["run"])) == "done"
        wait_for(lambda: any("s3.transfer" in told for told in heard))
    s3_store.set(refuse="InvalidAccessKeyId")
    said.append(there.run("sync", "s3://of-secrets/in", f"{place.collection}-too", "--json", "--workers", "0"))
    said += [there.run("doctor", "s3://of-secrets/in", "--bundle", str(tmp_path / "bundle.zip"))]
    s3_store.set()
    said += [there.run("jobs", "list", "--json"), there.run("doctor", "s3://of-secrets/in", "--s3-profile", "other")]
    worker.terminate()
    worker.wait(30)

    assert said[1].code == 2, said[1]
    assert "InvalidAccessKeyId" in said[1].err
    secrets = [KEY, SECRET, "planted-proxy-password"]
    found = {f"printed {number}": found_in((one.out + one.err).encode(), secrets) for number, one in enumerate(said)}
    found |= {name: found_in(data, secrets) for name, data in files_of(place).items()}
    found |= {f"to Redis {told}": found_in(told.encode(), secrets) for told in heard}
    found |= {table: found_in(data, secrets) for table, data in ledger(place).items()}
    found["worker"] = found_in(place.home.with_name("work.log").read_bytes(), secrets)
    found["bundle"] = found_in(opened((tmp_path / "bundle.zip").read_bytes()), secrets)

    assert {where: what for where, what in found.items() if what} == {}
    assert "s3" in json.dumps(said[3].json)


@contextmanager
def commands_to(place: Place) -> Iterator[list[str]]:
    """Note every command that Redis gets while the context lasts."""
    heard: list[str] = []
    broker = redis.Redis(unix_socket_path=str(place.redis_socket), socket_timeout=None)

    def listen() -> None:
        with suppress(redis.ConnectionError, OSError, ValueError):
            heard.extend(str(told["command"]) for told in monitor.listen())

    with broker.monitor() as monitor:  # type: ignore[no-untyped-call]
        threading.Thread(target=listen, daemon=True).start()
        yield heard


def test_a_bucket_goes_by_the_words_of_automated_ingest(place: Place, s3_store: Store, tmp_path: Path) -> None:
    """The file of keys alone chooses it; what is registered is what the store calls it."""
    client = s3_store.client
    client.create_bucket(Bucket="of-before")
    for key in ("k/a", "k/c/k/other", "kk/other"):
        client.put_object(Bucket="of-before", Key=key, Body=key.encode())
    s3_store.set()
    (tmp_path / "keys").write_text(f"{KEY}\n{SECRET}\n")
    store = ("--s3_keypair", str(tmp_path / "keys"), "--s3_endpoint_domain", s3_store.endpoint.partition("://")[2])
    words = ("start", "/of-before/k", place.collection, "--job_name", "mine", *store, "--s3_insecure_connection")
    done = place.run("irods-sync", *words, "--synchronous")

    assert done.code == 0, done
    with oracle.session(place.home) as irods:
        paths = {
            path: irods.data_objects.get(f"{place.collection}/{path}").replicas[0].path for path in ("a", "c/k/other")
        }
    assert paths == {"a": "/of-before/k/a", "c/k/other": "/of-before/k/c/k/other"}
    assert set(oracle.zone_tree(place.home, place.collection)) == set(paths)
    wait_for(lambda: json.loads(place.run("irods-sync", "list").out)["singlepass"] == [])
