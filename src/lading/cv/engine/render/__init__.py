"""
Puts a resume on paper, reads it back, and says what got lost.

::

    made = render(resume, Output.PDF, Template.PLAIN)
    read_back(made, resume).lost

The same resume gives the same bytes. Whatever stands in a resume is text: no format's mark-up, path or address in it has
any effect.
"""

from __future__ import annotations

from lading.cv.engine.render.rendered import Output, Rendered, Template

__all__ = ["Output", "Rendered", "Template"]
