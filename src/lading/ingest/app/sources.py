"""Which source a definition reads: the tree itself, or the tree with what its links mean."""

from __future__ import annotations

from lading.ingest.engine.filters import EntryType
from lading.ingest.engine.links import Links, Special
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.sources.base import Source
from lading.ingest.engine.sources.links import LinkedSource, Meaning


def with_links(source: Source, rules: Rules) -> Source:
    """Return the source as the rules want links and sockets to be seen; the same one if they say nothing of them."""
    meaning = _meaning(rules)
    sockets = rules.special is Special.RECORD and rules.operation.registers
    if meaning is Meaning.NOTHING and not sockets:
        return source
    return LinkedSource(inner=source, meaning=meaning, sockets=sockets)


def _meaning(rules: Rules) -> Meaning:
    """
    Return what links stand for.

    ========  ==============  =============  ========
    links     links excluded  operation      meaning
    ========  ==============  =============  ========
    any       yes             any            NOTHING
    SKIP      no              any            NOTHING
    FOLLOW    no              any            TARGET
    RECORD    no              registers      ITSELF
    RECORD    no              other          CONTENT
    ========  ==============  =============  ========
    """
    if rules.links is Links.SKIP or EntryType.LINK in rules.filters.exclude_types:
        return Meaning.NOTHING
    if rules.links is Links.FOLLOW:
        return Meaning.TARGET
    return Meaning.ITSELF if rules.operation.registers else Meaning.CONTENT
