"""
Says what software loses of a CV and what a reader may miss.

::

    report = lint(Path("cv.pdf"), today=date(2026, 11, 21))     # in lint.file: extract, structure, review
    report.of("MISSING_EMAIL").outcome

Every rule has one of four outcomes: passed, failed, not applicable, not assessed. A rule that could not look has never
passed. There is no grade.
"""
