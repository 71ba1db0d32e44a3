"""Which files are sent together: pure decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from os.path import commonpath

from lading.ingest.engine.compare import Step
from lading.ingest.engine.rules import BundleRules
from lading.ingest.engine.tasks import Task

#: collection in a user's home for tar files of bundles; nothing that a source could stand for
STAGING = ".lading-bundles"
#: requests of a bundle of a hundred files: put, unpack, two looks, a re-read, two of checksums, and the tar goes
COST = 8
#: fewer files are sent alone: they would cost as many requests together
LEAST = 10

#: of a tar file: a header and the end of a file fill whole blocks, the end of all takes two of them
_BLOCK = 512
_ENDING = 2 * _BLOCK
#: bytes of a name that a header holds; a longer one takes a header and blocks of its own
_NAME = 100


@dataclass(frozen=True)
class Bundle:
    """Files that go together, with their logical paths; its number is one of its work."""

    number: int
    tasks: tuple[tuple[str, Task], ...]

    @cached_property
    def base(self) -> str:
        """The nearest collection that all files lie below: there the bundle is unpacked."""
        return commonpath([path.rpartition("/")[0] for path, _ in self.tasks])

    @property
    def memory(self) -> int:
        """How many bytes it takes to pack it: all files, and one that is being read."""
        sizes = [packed_size(path, task.action.entry.size) for path, task in self.tasks]
        return sum(sizes) + max(sizes) + _ENDING


def goes_along(task: Task, rules: BundleRules, *, bare: bool) -> bool:
    """
    Say whether a file may be sent in a bundle; `bare` says that nothing goes with its bytes.

    ===========  ==============  ===============  =========  ======
    step         at destination  AVUs or ACLs     size       goes
    ===========  ==============  ===============  =========  ======
    CREATE       nothing known   none             in bounds  along
    CREATE       nothing known   none             larger     alone
    CREATE       nothing known   some             any        alone
    CREATE       an object       any              any        alone
    any other    any             any              any        alone
    ===========  ==============  ===============  =========  ======

    So does one of which there is something to tell: its action has a code.
    """
    if task.action.step is not Step.CREATE or task.action.code or task.found is not None or not bare:
        return False
    return task.action.entry.size <= min(rules.largest, rules.bytes - _ENDING)


def packed_size(name: str, size: int) -> int:
    """Return how many bytes a file takes up in a bundle."""
    length = len(name.encode())
    own = _BLOCK + _whole_blocks(length + 1) if length > _NAME else 0
    return own + _BLOCK + _whole_blocks(size)


def _whole_blocks(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def cut(sizes: Sequence[int], rules: BundleRules) -> Iterator[range]:
    """
    Yield the positions of files that go together; those in no range go alone.

    Neighbours stay together. Bundles are about equally full, hold at least `LEAST` files, and at most as many files
    and packed bytes as the rules allow.
    """
    if rules.files < LEAST:
        return
    start, held, most = 0, _ENDING, _even(len(sizes), rules.files)
    for position, size in enumerate(sizes):
        if position - start == most or held + size > rules.bytes:
            yield from _if_enough(range(start, position))
            start, held, most = position, _ENDING, _even(len(sizes) - position, rules.files)
        held += size
    yield from _if_enough(range(start, len(sizes)))


def _even(left: int, files: int) -> int:
    """Return how many of the files that are left the next bundle takes, so that all become equally full."""
    return max(LEAST, -(-left // -(-left // files))) if left else 0


def _if_enough(positions: range) -> Iterator[range]:
    if len(positions) >= LEAST:
        yield positions


def bundles(tasks: Sequence[tuple[str, Task]], rules: BundleRules) -> list[Bundle]:
    """Return the bundles of files that may go along, given in the order in which they lie; the others go alone."""
    sizes = [packed_size(path, task.action.entry.size) for path, task in tasks]
    return [
        Bundle(number, tuple(tasks[position] for position in positions))
        for number, positions in enumerate(cut(sizes, rules))
    ]
