"""
A small object store that misbehaves when it is told to: a process of its own, quick at listing, counting what it is asked.

It knows listings, GET with ranges and conditions, HEAD with part numbers, PUT and DELETE; `/_control` is the test's.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
import time
from bisect import bisect_left, bisect_right
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.integration.s3.fault_rules import Rule, Shop, Thing

CONTROL = "/_control"
_ERROR = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>{0}</Code><Message>{0}</Message></Error>'


SHOP = Shop()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        bucket, key, asked = self._split()
        if self.path.startswith(CONTROL):
            self._answer(200, json.dumps({"counts": SHOP.counts}).encode())
        elif key:
            self._object(bucket, key, asked)
        else:
            self._list(bucket, asked)

    do_HEAD = do_GET  # noqa: N815

    def do_PUT(self) -> None:
        bucket, key, _ = self._split()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if key:
            SHOP.put(bucket, key, Thing(body, SHOP.clock + 1))
        else:
            SHOP.control({"bucket": bucket})
        self._answer(200, b"")

    def do_POST(self) -> None:
        SHOP.control(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self._answer(200, b"{}")

    def do_DELETE(self) -> None:
        bucket, key, _ = self._split()
        SHOP.remove(bucket, key)
        self._answer(204, b"")

    # --- what is asked for ---------------------------------------------------------------------------------------

    def _split(self) -> tuple[str, str, dict[str, str]]:
        parts = urlsplit(self.path)
        bucket, _, key = parts.path[1:].partition("/")
        asked = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        return bucket, unquote(key), asked

    def _rule(self, on: str, *names: str) -> Rule | None:
        SHOP.counts[on] += 1
        return next((rule for rule in SHOP.rules if rule.takes(on, *names)), None)

    def _object(self, bucket: str, key: str, asked: dict[str, str]) -> None:
        rule = self._rule("HEAD" if self.command == "HEAD" else "GET", key)
        if rule is not None and self._refused(rule):
            return
        thing = SHOP.buckets.get(bucket, {}).get(key)
        if thing is None:
            self._fail(404, "NoSuchKey" if bucket in SHOP.buckets else "NoSuchBucket")
            return
        wanted = self.headers.get("If-Match")
        if wanted and wanted.strip('"') != thing.etag:
            self._fail(412, "PreconditionFailed")
            return
        if rule is not None and rule.do == "overwrite":  # who asks from now on is told so
            SHOP.put(bucket, key, Thing(b"another version: " + thing.data, SHOP.clock + 1))
        self._give(thing, asked, rule)

    def _give(self, thing: Thing, asked: dict[str, str], rule: Rule | None) -> None:
        data, status = thing.data, 200
        headers = thing.headers | {"ETag": f'"{thing.etag}"', "Last-Modified": formatdate(thing.modified, usegmt=True)}
        if thing.parts and "partNumber" in asked:
            number = int(asked["partNumber"])
            start = sum(thing.parts[: number - 1])
            data, status = data[start : start + thing.parts[number - 1]], 206
            headers["x-amz-mp-parts-count"] = str(len(thing.parts))
        if span := self.headers.get("Range"):
            first, last = (int(number) if number else len(data) - 1 for number in span[6:].split("-"))
            headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
            data, status = data[first : last + 1], 206
        if rule is not None and rule.do == "flip":
            data = data[:-1] + bytes([data[-1] ^ 1])
        self._answer(status, data, headers, broken=rule.do if rule is not None else "")

    def _list(self, bucket: str, asked: dict[str, str]) -> None:
        prefix, after = asked.get("prefix", ""), asked.get("continuation-token") or asked.get("start-after", "")
        rule = self._rule("LIST", prefix, after)
        if rule is not None and self._refused(rule):
            return
        if bucket not in SHOP.buckets:
            self._fail(404, "NoSuchBucket")
            return
        lines, more, last = self._page(bucket, prefix, after, asked)
        if rule is not None and rule.do == "unsorted":
            lines.reverse()
        if rule is not None and rule.do == "repeat":
            lines = [line for line in lines for _ in range(2)]
        token = f"<NextContinuationToken>{escape(last)}</NextContinuationToken>" if more else ""
        body = (
            f'<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>{bucket}</Name>'
            f"<EncodingType>url</EncodingType><IsTruncated>{str(more).lower()}</IsTruncated>{token}"
            f"{''.join(lines)}</ListBucketResult>"
        )
        broken = rule.do if rule is not None else ""
        self._answer(200, body.encode(), {"Content-Type": "application/xml"}, broken=broken)

    def _page(self, bucket: str, prefix: str, after: str, asked: dict[str, str]) -> tuple[list[str], bool, str]:
        keys, own = SHOP.keys[bucket], SHOP.lines[bucket]
        delimiter, most = asked.get("delimiter", ""), int(asked.get("max-keys", 1000))
        at = max(bisect_right(keys, after) if after else 0, bisect_left(keys, prefix))
        found: list[str] = []
        last = after
        while at < len(keys) and keys[at].startswith(prefix):
            key = keys[at]
            cut = key.find(delimiter, len(prefix)) if delimiter else -1
            folder = key[: cut + 1] if cut >= 0 else ""
            if len(found) == most:
                return found, True, last
            if folder:
                at = bisect_left(keys, key[:cut] + "0", at)
                if folder > after:
                    found.append(f"<CommonPrefixes><Prefix>{quote(folder, safe='/')}</Prefix></CommonPrefixes>")
                    last = folder
                continue
            found.append(own[at])
            last, at = key, at + 1
        return found, False, last

    # --- answers -------------------------------------------------------------------------------------------------

    def _refused(self, rule: Rule) -> bool:
        if rule.do == "hang":
            time.sleep(float(rule.headers["seconds"]))
        if rule.do == "reset-at-once":
            self._reset()
        elif rule.do == "status":
            self._fail(rule.status, rule.code, rule.headers)
        return rule.do in {"status", "reset-at-once"}

    def _fail(self, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        SHOP.counts[str(status)] += 1
        self._answer(status, _ERROR.format(code).encode(), {"Content-Type": "application/xml"} | (headers or {}))

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None, *, broken: str = "") -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        cuts = broken in {"truncate", "reset"}
        self.wfile.write(body[: len(body) // 2] if cuts else body)
        if broken == "reset":
            self._reset()
        self.close_connection = self.close_connection or cuts

    def _reset(self) -> None:
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True


class Server(ThreadingHTTPServer):
    """The listening socket."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that went away."""


def main() -> None:
    """Serve until the process is ended; the port is said on the standard output."""
    sys.setswitchinterval(0.001)
    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
