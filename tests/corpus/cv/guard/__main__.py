"""Print what the guard blocks: `python -m tests.corpus.cv.guard`."""

from __future__ import annotations

from tests.corpus.cv.guard.measure import report

if __name__ == "__main__":
    print("\n".join(report()))
