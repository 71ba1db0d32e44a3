"""Proving a manifest: which file, which keys, and the verdict as a sentence. Needs no ledger."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lading.base import config
from lading.base.errors import UsageError
from lading.ingest.engine.custody import Finding, HmacKey, Key, KeyRing, NotAManifest, PublicKey, Verdict
from lading.ingest.engine.custody import verify as verified

#: what a person is told when a line is wrong although the chain cannot say which
_FORGED = "Somebody who had no key wrote the chain anew"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was found out about a file."""

    path: Path
    verdict: Verdict
    #: the run that it should be of; None: any
    run: int | None

    @property
    def is_of_another_run(self) -> bool:
        """Whether it is genuine, but not the manifest that was asked for."""
        return self.run is not None and self.verdict.head.get("run") != self.run

    @property
    def is_good(self) -> bool:
        """Whether it is what it should be."""
        return self.verdict.finding is Finding.WHOLE and not self.is_of_another_run

    @property
    def sentence(self) -> str:
        """The verdict for a person."""
        verdict, head = self.verdict, self.verdict.head
        signed = head.get("signature", {})
        by = f"{signed.get('algorithm')} {signed.get('key')}"
        if self.is_good:
            ended = "" if head.get("ended") == "complete" else f", which {head.get('ended')}"
            return f"{self.path}: whole. {verdict.lines:,} lines of run {head.get('run')}{ended}, signed by {by}"
        if verdict.finding is Finding.WHOLE:
            return f"{self.path}: genuine, but it is the manifest of run {head.get('run')}, not of run {self.run}"
        if verdict.finding is Finding.OTHER_KEY:
            return f"{self.path}: {verdict.problem}. Whoever has that key can verify it: --public-key FILE"
        if verdict.line is None:
            return f"{self.path}: {verdict.problem}. {_FORGED}"
        proven = f" Lines 1 to {verdict.proven:,} are proven." if verdict.proven else ""
        return f"{self.path}: line {verdict.line:,}: {verdict.problem}.{proven}"

    def as_dict(self) -> dict[str, Any]:
        """Return the verdict as JSON values."""
        head = self.verdict.head
        return {
            "manifest": str(self.path),
            "good": self.is_good,
            "finding": "other-run" if self.is_of_another_run and self._is_whole else self.verdict.finding.value,
            "problem": "" if self.is_good else self.sentence,
            "first_altered_line": self.verdict.line,
            "lines": self.verdict.lines,
            "proven_lines": self.verdict.proven,
            "run": head.get("run"),
            "ended": head.get("ended"),
            "signature": head.get("signature"),
        }

    @property
    def _is_whole(self) -> bool:
        return self.verdict.finding is Finding.WHOLE


def prove(which: str, public_key: Path | None) -> Proof:
    """Verify a file, or the file of a run; raise `UsageError` where that cannot be done."""
    run = int(which) if which.isascii() and which.isdecimal() and not Path(which).exists() else None
    path = Path(which) if run is None else _path_of(run)
    keys = KeyRing(keys=(PublicKey.load(public_key),) if public_key is not None else _own_keys())
    try:
        with path.open("rb") as file:
            return Proof(path=path, verdict=verified(file, keys), run=run)
    except NotAManifest as error:
        raise UsageError(f"{path}: {error.message}", hint=error.hint) from error
    except FileNotFoundError as error:
        hint = "The host whose worker ended the run has it" if run is not None else ""
        raise UsageError(f"There is no manifest {path}", hint=hint) from error
    except OSError as error:
        raise UsageError(f"The manifest {path} cannot be read: {error.strerror}") from error


def _path_of(run: int) -> Path:
    return config.current().home / "manifests" / f"run-{run}.jsonl"


def _own_keys() -> tuple[Key, ...]:
    """Return the keys of this installation; raise `UsageError` where there is none: nothing is made for a look."""
    from lading.web.secret_key import secret_key

    settings = config.current()
    keys: list[Key] = []
    if settings.secret_key_file.exists():
        keys.append(HmacKey(secret_key(settings.secret_key_file)))
    if settings.manifest_key_file is not None:
        keys.append(PublicKey.load(settings.manifest_key_file))
    if not keys:
        raise UsageError(
            f"There is no key to verify with: {settings.secret_key_file} is not there",
            hint="Verify on the installation that signed it, or with --public-key FILE",
        )
    return tuple(keys)
