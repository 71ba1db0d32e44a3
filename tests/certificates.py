"""Certificates of a test's own, made by the openssl program while the test runs."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.not_run import not_run

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate and its key, both PEM."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Authority:
    """A CA in a folder; whoever trusts `certificate` trusts what it signs."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> Authority:
        """Make one; the test is not run where there is no openssl."""
        if shutil.which("openssl") is None:
            not_run("there is no openssl program (apt-get install openssl)")
        folder.mkdir(parents=True)
        made = cls(folder)
        subject = ("-subj", f"/CN=authority {folder.name}", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        _openssl("req", "-x509", *_KEY, *subject, "-days", "2", "-keyout", made.key, "-out", made.certificate)
        return made

    @property
    def certificate(self) -> Path:
        """What clients are given."""
        return self.folder / "authority.pem"

    @property
    def key(self) -> Path:
        """What signs."""
        return self.folder / "authority.key"

    def sign(self, name: str, *alternatives: str, days: int = 2) -> Certificate:
        """Return a certificate for `alternatives` (`IP:127.0.0.1`, `DNS:localhost`); below 0 days it has expired."""
        made = Certificate(certificate=self.folder / f"{name}.pem", key=self.folder / f"{name}.key")
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        extensions.write_text(
            f"subjectAltName={','.join(alternatives)}\nauthorityKeyIdentifier=keyid,issuer\nsubjectKeyIdentifier=hash\n"
        )
        _openssl("req", *_KEY, "-subj", f"/CN={name}", "-keyout", made.key, "-out", request)
        signed_by = ("-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial", "-extfile", extensions)
        _openssl("x509", "-req", "-in", request, *signed_by, "-days", str(days), "-out", made.certificate)
        return made


def _openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, timeout=60)
