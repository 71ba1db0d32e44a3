"""
Understand a `Document` as a `Resume`.

::

    resume = structure(document)
"""
