"""Numbers, times and states as the pages write them. What is not there reaches a filter as None or as "": a dash."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from lading.base import units
from lading.web.console import words
from lading.web.console.charts import Column

register = template.Library()

register.filter("phase", words.phase)
register.filter("tone", words.tone)
register.filter("words", words.state)


@register.filter
def size(count: float | str | None) -> str:
    """Return bytes as `1.250 GiB`; a dash for none."""
    return units.size(count) if isinstance(count, int | float) else "—"


@register.filter
def number(count: float | str | None) -> str:
    """Return `1,200`; a dash for none."""
    return f"{count:,.0f}" if isinstance(count, int | float) else "—"


@register.filter
def took(seconds: float | str | None) -> str:
    """Return `1m 5s`; a dash for none."""
    return units.duration(seconds) if isinstance(seconds, int | float) else "—"


@register.filter
def moment(seconds: float | str | None) -> str:
    """Return a time on this machine's clock, to the second; a dash for none."""
    return units.moment(seconds) if isinstance(seconds, int | float) else "—"


@register.filter
def iso(seconds: float | str | None) -> str:
    """Return a time as programs read it; "" for none."""
    if not isinstance(seconds, int | float):
        return ""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


@register.filter
def outcome_tone(name: str) -> str:
    """Return how an outcome is painted."""
    return words.OUTCOME_TONES.get(name, "calm")


@register.filter
def plural(count: float | None, forms: str) -> str:
    """Return `1 file` or `1,200 files`; `forms` is `file` or `batch,batches`."""
    singular, _, several = forms.partition(",")
    return units.count(int(count or 0), singular, several)


@register.filter
def hits(columns: Iterable[Column]) -> SafeString:
    """Return what shows the value of each column of a chart to whoever points at it; as a loop it took most of the page's time."""
    form = '<rect class="hit" x="{}" y="0" width="{}" height="100"><title>{}</title></rect>'
    return format_html_join("", form, ((column.x, column.width, column.told) for column in columns))


@register.filter
def told(text: str) -> SafeString:
    """Return a text of the catalogue, whose only mark-up is paragraphs and `code`, as HTML."""
    paragraphs = (" ".join(part.split()) for part in text.split("\n\n"))
    return format_html_join("\n", "<p>{}</p>", ((_with_code(one),) for one in paragraphs if one))


def _with_code(text: str) -> SafeString:
    """Every other piece between backticks is code."""
    forms = ("{}", "<code>{}</code>")
    return mark_safe("".join(format_html(forms[n % 2], piece) for n, piece in enumerate(text.split("`"))))  # noqa: S308 - each piece was escaped
