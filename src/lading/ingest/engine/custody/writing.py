"""From what there is to say of a run to the lines of its manifest, one after the other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lading.ingest.engine.custody.chain import CHECKPOINT_EVERY, FORMAT, Chain, linked
from lading.ingest.engine.custody.keys import Signer


def sealed(head: Mapping[str, Any], lines: Iterable[Mapping[str, Any]], key: Signer) -> Iterator[bytes]:
    """
    Yield the manifest: the head, the lines, a signature over what came before every so often, and one at the end.

    Nothing is kept: a manifest of any length takes the memory of one line.
    """
    chain = Chain()
    signature = {"algorithm": key.algorithm, "key": key.id}
    yield _line({"manifest": FORMAT, "chained": "sha256", "signature": signature, **head}, chain)
    for line in lines:
        yield _line(line, chain)
        if chain.lines % CHECKPOINT_EVERY == CHECKPOINT_EVERY - 1:
            yield _signed("checkpoint", chain, key)
    yield _signed("end", chain, key)


def _signed(what: str, chain: Chain, key: Signer) -> bytes:
    signature = key.sign(chain.told(what.encode()))
    return _line({what: chain.lines, "signature": signature.hex()}, chain)


def _line(value: Mapping[str, Any], chain: Chain) -> bytes:
    # a name that is no Unicode is told with escapes; a reason that quotes one may hold what UTF-8 has no bytes for
    body = json.dumps(value, ensure_ascii=False)[:-1].encode("utf-8", "surrogatepass")
    return linked(body, chain.add(body))
