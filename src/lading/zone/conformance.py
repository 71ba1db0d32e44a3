"""Run the tests of the installed python-irodsclient against the zone and compare with what is expected.

Every module gets a zone process in a fresh home and a python process of its own. The tests are taken
as they are. `conformance_expected.toml` names the tests that are known to fail, each with its reason;
that list may only shrink: an expected failure that passes is an error, as is any other failure.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

from lading.zone.testing import zone_process

#: The client release whose tests the list of expected failures speaks about.
CLIENT_VERSION = "3.3.0"

#: Rules are out of the zone's scope: it has no rule language.
LEFT_OUT = frozenset({"rule_test"})

#: Longest time one module may take; the slowest needs about a fifth of it on two cores.
MODULE_SECONDS = 600

EXPECTED_FILE = Path(__file__).with_name("conformance_expected.toml")


class Outcome(StrEnum):
    """How one test ended."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"


class Verdict(StrEnum):
    """What an outcome means once the list of expected failures is known."""

    PASSED = "passed"
    FAILED_AS_EXPECTED = "failed as expected"
    SKIPPED = "skipped"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One test of the client, how it ended and the trace or reason that belongs to it."""

    module: str
    test: str
    outcome: Outcome
    detail: str = ""


def judge(outcome: Outcome, *, expected_to_fail: bool) -> Verdict:
    """
    Say what an outcome means.

    ========  ==================  ============
    outcome   expected to fail    not expected
    ========  ==================  ============
    passed    unexpected          passed
    failed    failed as expected  unexpected
    error     failed as expected  unexpected
    skipped   unexpected          skipped
    ========  ==================  ============
    """
    if outcome in (Outcome.FAILED, Outcome.ERROR):
        return Verdict.FAILED_AS_EXPECTED if expected_to_fail else Verdict.UNEXPECTED
    if expected_to_fail:
        return Verdict.UNEXPECTED
    return Verdict.PASSED if outcome is Outcome.PASSED else Verdict.SKIPPED


def client_test_folder() -> Path:
    """Return the folder of the client's own tests, found without importing the client."""
    spec = importlib.util.find_spec("irods")
    if spec is None or spec.origin is None:
        raise SystemExit("python-irodsclient is not installed: pip install 'lading[ingest]'")
    return Path(spec.origin).parent / "test"


def client_modules(folder: Path) -> tuple[str, ...]:
    """Return the names of the test modules in `folder`, sorted, without those out of scope."""
    names = sorted(path.stem for path in folder.glob("*_test.py"))
    return tuple(name for name in names if name not in LEFT_OUT)


def expected_failures(path: Path = EXPECTED_FILE) -> Mapping[str, str]:
    """Return test id -> reason; a reason is never empty."""
    with path.open("rb") as file:
        expected: dict[str, str] = tomllib.load(file)["expected"]
    unexplained = [test for test, reason in expected.items() if not reason.strip()]
    if unexplained:
        raise SystemExit(f"{path.name}: no reason for {', '.join(unexplained)}")
    return expected


def read_report(path: Path, module: str, *, end: str) -> tuple[Result, ...]:
    """Return the last word on every test; one without an outcome is an error that says `end`."""
    found: dict[str, Result] = {}
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        entry = json.loads(line)
        test = entry["test"].removeprefix("irods.test.")
        if entry["outcome"] in ("planned", "started"):
            found.setdefault(test, Result(module=module, test=test, outcome=Outcome.ERROR, detail=end))
            continue
        outcome = Outcome(entry["outcome"])
        known = found.get(test)
        failed_already = known is not None and known.detail != end and known.outcome in (Outcome.FAILED, Outcome.ERROR)
        if not failed_already:
            found[test] = Result(module=module, test=test, outcome=outcome, detail=entry["detail"])
    if not found:
        found[module] = Result(module=module, test=module, outcome=Outcome.ERROR, detail=end)
    return tuple(found.values())


def client_environment(home: Path, environment_file: Path, authentication_file: Path) -> dict[str, str]:
    """Give the tests a home folder with the zone's client files where a real installation has them."""
    client_files = home / ".irods"
    client_files.mkdir(parents=True)
    environment = client_files / "irods_environment.json"
    authentication = client_files / ".irodsA"
    settings = json.loads(environment_file.read_text("utf-8"))
    # The tests look at this name to learn whether they may make files for the server.
    environment.write_text(json.dumps({**settings, "irods_host": "localhost"}), "utf-8")
    shutil.copy(authentication_file, authentication)
    return {
        **os.environ,
        "HOME": str(home),
        "TMPDIR": str(home),
        "IRODS_ENVIRONMENT_FILE": str(environment),
        "IRODS_AUTHENTICATION_FILE": str(authentication),
    }


def run_module(module: str, folder: Path) -> tuple[Result, ...]:
    """Run one module of the client's tests against a new zone whose home is below `folder`."""
    report = folder / "report.jsonl"
    command = [sys.executable, "-m", "lading.zone.conformance_child", f"irods.test.{module}", str(report)]
    with zone_process(folder / "zone") as zone, (folder / "output.log").open("wb") as log:
        environment = client_environment(folder / "home", Path(zone.environment_file), Path(zone.authentication_file))
        try:
            done = subprocess.run(
                command,
                check=False,
                cwd=folder / "home",
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=MODULE_SECONDS,
            )
            end = f"the module ended with code {done.returncode} before this test did"
        except subprocess.TimeoutExpired:
            end = f"the module was stopped after {MODULE_SECONDS} s"
    return read_report(report, module, end=end)


def table(results: Sequence[Result], expected: Mapping[str, str]) -> Iterable[str]:
    """Yield one line per module: its counts by verdict."""
    head = (*Verdict,)
    yield f"{'module':32}" + "".join(f"{verdict:>20}" for verdict in head)
    for module in dict.fromkeys(result.module for result in results):
        counts = Counter(
            judge(result.outcome, expected_to_fail=result.test in expected)
            for result in results
            if result.module == module
        )
        yield f"{module:32}" + "".join(f"{counts[verdict]:>20}" for verdict in head)


def complaints(results: Sequence[Result], expected: Mapping[str, str]) -> Iterable[str]:
    """Yield one line per test that ended otherwise than the list says."""
    for result in results:
        listed = result.test in expected
        if judge(result.outcome, expected_to_fail=listed) is not Verdict.UNEXPECTED:
            continue
        if listed and result.outcome is Outcome.PASSED:
            yield f"{result.test}: passes now; take it out of {EXPECTED_FILE.name}"
        elif listed:
            yield f"{result.test}: skipped, not failed; take it out of {EXPECTED_FILE.name}"
        else:
            yield f"{result.test}: {result.outcome}: {last_line(result.detail)}"


def last_line(text: str) -> str:
    """Return the last line of a trace, which names the error."""
    return text.rstrip().rsplit("\n", 1)[-1]


def never_ran(results: Sequence[Result], expected: Mapping[str, str], modules: Iterable[str]) -> Iterable[str]:
    """Yield a line per listed test that the modules which ran do not have."""
    ran = {result.test for result in results}
    chosen = set(modules)
    for test in expected:
        if test.split(".", 1)[0] in chosen and test not in ran:
            yield f"{test}: listed in {EXPECTED_FILE.name}, but there is no such test"


def total(results: Sequence[Result], expected: Mapping[str, str]) -> str:
    """Return the one line that counts everything."""
    counts = Counter(judge(result.outcome, expected_to_fail=result.test in expected) for result in results)
    return "conformance: " + ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict)


def say(*lines: str) -> None:
    """Write lines to standard output at once, since a module can take a minute."""
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


def explain(results: Iterable[Result], expected: Mapping[str, str]) -> None:
    """Print every test with its outcome and, where it did not pass, why."""
    for result in results:
        say(f"{result.test}: {result.outcome}")
        if result.outcome is not Outcome.PASSED:
            say(*(f"    {line}" for line in (expected.get(result.test, ""), *result.detail.splitlines()) if line))


def chosen_modules(wanted: Sequence[str] | None) -> tuple[str, ...]:
    """Return the modules to run; a name that is none of them is a usage error."""
    known = client_modules(client_test_folder())
    unknown = [name for name in wanted or () if name not in known]
    if unknown:
        raise SystemExit(f"no such module: {', '.join(unknown)}; there are {', '.join(known)}")
    return tuple(wanted or known)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the modules asked for; return 0 when everything ended as the list says, else 1."""
    parser = argparse.ArgumentParser(prog="python -m lading.zone.conformance", description=__doc__)
    parser.add_argument("--module", action="append", help="run this module only; may be repeated")
    parser.add_argument("--verbose", action="store_true", help="show every test, with the traces of failures")
    options = parser.parse_args(arguments)
    modules = chosen_modules(options.module)
    expected = expected_failures()
    say(f"python-irodsclient {version('python-irodsclient')} (the list speaks about {CLIENT_VERSION})")
    results: list[Result] = []
    for module in modules:
        with tempfile.TemporaryDirectory(prefix="lading-conformance-", ignore_cleanup_errors=True) as folder:
            ended = run_module(module, Path(folder))
        results.extend(ended)
        say(*list(table(ended, expected))[1 if len(results) > len(ended) else 0 :])
        if options.verbose:
            explain(ended, expected)
    problems = [*complaints(results, expected), *never_ran(results, expected, modules)]
    say(*problems, total(results, expected))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
