"""
An OpenID Connect provider as a process of its own, on loopback; imports nothing of Lading.

It signs in, without asking, whoever was named last at `/control`, and tells lies when it is told to:

    python -m tests.oidc_provider CLIENT_ID CLIENT_SECRET      # prints its address
    curl -d '{"claims": {"sub": "1"}, "lie": "nonce"}' ADDRESS/control
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Query = dict[str, str]


class State:
    """What the provider knows."""

    def __init__(self, client: str, secret: str) -> None:
        self.client, self.secret = client, secret
        self.issuer = ""
        self.claims: dict[str, Any] = {"sub": "1"}
        self.userinfo: dict[str, Any] = {}
        self.lie = ""
        self.codes: dict[str, Query] = {}
        self.seen: list[str] = []
        self.number = 0
        self.renew()

    def renew(self) -> None:
        """Make another key."""
        self.number += 1
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.curve = ec.generate_private_key(ec.SECP256R1())

    def keys(self) -> dict[str, Any]:
        found = []
        for name, algorithm, key in (("rsa", "RS256", self.key), ("ec", "ES256", self.curve)):
            told = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True)
            found.append({**told, "kid": f"{name}-{self.number}", "use": "sig", "alg": algorithm})
        return {"keys": found}

    def id_token(self, asked: Query) -> str:  # noqa: PLR0911 - a lie each
        """Return a token for who was asked for; with the lie of the hour."""
        now = int(time.time())
        told: dict[str, Any] = {
            "iss": self.issuer, "aud": self.client, "iat": now, "exp": now + 300, "nonce": asked.get("nonce"), **self.claims
        }  # fmt: skip
        lies: dict[str, dict[str, Any]] = {
            "nonce": {"nonce": "another"},
            "aud": {"aud": "another-client"},
            "azp": {"aud": [self.client, "another"], "azp": "another"},
            "no-azp": {"aud": [self.client, "another"]},
            "iss": {"iss": "https://evil.example"},
            "expired": {"iat": now - 900, "exp": now - 300},
            "future": {"iat": now + 900, "exp": now + 1200},
            "no-sub": {"sub": ""},
        }
        told |= lies.get(self.lie, {})
        for name in {"no-exp": ["exp"], "no-nonce": ["nonce"]}.get(self.lie, []):
            told.pop(name)
        kid = f"rsa-{self.number}"
        if self.lie == "alg-none":
            return jwt.encode(told, "", algorithm="none", headers={"kid": kid})
        if self.lie == "shared-secret":
            return jwt.encode(told, self.secret.ljust(32, "x"), algorithm="HS256", headers={"kid": kid})
        if self.lie == "public-key-as-secret":
            return _by_hand(
                told, kid, self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            )
        if self.lie == "other-key":
            other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            return jwt.encode(told, other, algorithm="RS256", headers={"kid": kid})
        if self.lie == "unknown-key":
            return jwt.encode(told, self.key, algorithm="RS256", headers={"kid": "nobody's"})
        if self.lie == "cut":
            return jwt.encode(told, self.key, algorithm="RS256", headers={"kid": kid}).rsplit(".", 1)[0] + "."
        if self.lie == "curve":
            return jwt.encode(told, self.curve, algorithm="ES256", headers={"kid": f"ec-{self.number}"})
        return jwt.encode(told, self.key, algorithm="RS256", headers={"kid": kid})


def _by_hand(told: dict[str, Any], kid: str, secret: bytes) -> str:
    """Sign with the text of a public key, which libraries refuse to do."""
    import hmac

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    head = part(json.dumps({"alg": "HS256", "typ": "JWT", "kid": kid}).encode())
    body = part(json.dumps(told).encode())
    return f"{head}.{body}.{part(hmac.digest(secret, f'{head}.{body}'.encode(), 'sha256'))}"


class Handler(BaseHTTPRequestHandler):
    """Answers."""

    state: State

    def log_message(self, *_: Any) -> None:
        """Be quiet."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        state = self.state
        state.seen.append(parts.path)
        if parts.path == "/.well-known/openid-configuration":
            self._json(200, self._description())
        elif parts.path == "/jwks":
            self._json(200, state.keys())
        elif parts.path == "/authorize":
            self._authorize(query)
        elif parts.path == "/userinfo":
            is_known = self.headers.get("Authorization", "").startswith("Bearer access-")
            self._json(200 if is_known else 401, {"sub": state.claims.get("sub"), **state.userinfo})
        elif parts.path == "/seen":
            self._json(200, {"seen": state.seen})
        elif parts.path == "/end":
            self._send(200, b"signed out", "text/plain")
        else:
            self._json(404, {"error": "not_found"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/control":
            for name, value in json.loads(body).items():
                if name == "renew":
                    self.state.renew()
                else:
                    setattr(self.state, name, value)
            self._json(200, {})
        elif self.path == "/token":
            self.state.seen.append(self.path)
            self._token({name: values[0] for name, values in parse_qs(body.decode()).items()})
        else:
            self._json(404, {"error": "not_found"})

    def _description(self) -> dict[str, Any]:
        issuer = self.state.issuer
        return {
            "issuer": "https://evil.example" if self.state.lie == "other-issuer" else issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": "http://evil.example/token" if self.state.lie == "plain-endpoint" else f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "end_session_endpoint": f"{issuer}/end",
            "token_endpoint_auth_methods_supported": ["client_secret_post" if self.state.lie == "post" else "client_secret_basic"],
        }  # fmt: skip

    def _authorize(self, query: Query) -> None:
        wanted = {"response_type": "code", "client_id": self.state.client, "code_challenge_method": "S256"}
        if any(query.get(name) != value for name, value in wanted.items()) or "openid" not in query["scope"].split():
            self._json(400, {"error": "invalid_request"})
            return
        code = secrets.token_urlsafe(16)
        self.state.codes[code] = query
        told = {"code": code, "state": "another" if self.state.lie == "state" else query["state"]}
        if self.state.lie == "denied":
            told = {"error": "access_denied", "state": query["state"]}
        if self.state.lie == "mixed-up":
            told["iss"] = "https://evil.example"
        self.send_response(302)
        self.send_header("Location", f"{query['redirect_uri']}?{urlencode(told)}")
        self.end_headers()

    def _token(self, sent: Query) -> None:
        state = self.state
        if state.lie in {"broken", "no-json", "endless"}:
            bodies = {"broken": (500, b"oh"), "no-json": (200, b"<html>"), "endless": (200, b" " * (3 << 20))}
            self._send(*bodies[state.lie], "text/html")
            return
        asked = state.codes.pop(sent.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        is_right = (
            asked is not None
            and asked["code_challenge"] == challenge.rstrip(b"=").decode()
            and asked["redirect_uri"] == sent.get("redirect_uri")
        )
        if asked is None or not is_right:
            self._json(400, {"error": "invalid_grant"})
        elif not self._is_client(sent):
            self._json(401, {"error": "invalid_client"})
        elif state.lie == "no-id-token":
            self._json(200, {"access_token": "access-1", "token_type": "Bearer"})
        else:
            told = {"access_token": "access-1", "token_type": "Bearer", "id_token": state.id_token(asked)}
            self._json(200, told)

    def _is_client(self, sent: Query) -> bool:
        if self.state.lie == "post":
            return (sent.get("client_id"), sent.get("client_secret")) == (self.state.client, self.state.secret)
        kind, _, told = self.headers.get("Authorization", "").partition(" ")
        name, _, secret = base64.b64decode(told).decode().partition(":")
        return (kind, unquote_plus(name), unquote_plus(secret)) == ("Basic", self.state.client, self.state.secret)

    def _json(self, status: int, told: dict[str, Any]) -> None:
        self._send(status, json.dumps(told).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Running:
    """A provider that runs, as a test sees it."""

    def __init__(self, address: str, process: subprocess.Popen[str]) -> None:
        self.address = address
        self.process = process

    def tell(self, **what: Any) -> None:
        """Say who signs in next, with which lie."""
        request = urllib.request.Request(f"{self.address}/control", json.dumps(what).encode())  # noqa: S310 - ours
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 - ours

    def seen(self) -> list[str]:
        """Return what was asked for so far."""
        with urllib.request.urlopen(f"{self.address}/seen", timeout=10) as answer:  # noqa: S310 - ours
            return list(json.loads(answer.read())["seen"])

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(timeout=20)


@contextmanager
def running(client: str, secret: str) -> Iterator[Running]:
    """Run a provider."""
    command = [sys.executable, "-m", "tests.oidc_provider", client, secret]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        running = Running(process.stdout.readline().strip(), process)
        try:
            yield running
        finally:
            running.stop()


if __name__ == "__main__":
    Handler.state = State(*sys.argv[1:3])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Handler.state.issuer = f"http://127.0.0.1:{server.server_port}"
    print(Handler.state.issuer, flush=True)
    server.serve_forever()
