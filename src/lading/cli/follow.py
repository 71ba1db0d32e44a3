"""Following a run: a progress bar where somebody looks, silence where nobody does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.markup import escape
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn
from rich.text import Text

from lading.base import units
from lading.cli.frame import err
from lading.orchestration import progress as told
from lading.orchestration.models import RunState

#: seconds between looks when there is no news
_PATIENCE = 1.0


class _Rate(ProgressColumn):
    """Files and bytes a second since the run was followed, and the time left."""

    def render(self, task: Task) -> Text:
        """Return the column."""
        files, moved = task.fields["files"], task.fields["bytes"]
        elapsed = max(task.elapsed or 0, 0.001)
        text = f"{files / elapsed:,.0f} files/s  {units.size(moved / elapsed)}/s"
        left = task.fields["planned_bytes"] - moved
        files_left = task.fields["planned_files"] - files
        if files and files_left > 0:
            by_files = files_left * elapsed / files
            by_bytes = left * elapsed / moved if moved else 0.0
            text += f"  {units.duration(max(by_files, by_bytes))} left"
        return Text(text, style="cyan")


def _bar() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        TextColumn("{task.fields[files]:,}/{task.fields[planned_files]:,} files"),
        TextColumn("{task.fields[shown_bytes]}"),
        _Rate(),
        console=err,
        transient=True,
    )


def _description(state: told.State) -> str:
    if state.state == RunState.WAITING:
        return f"[yellow]waiting: {escape(state.reason[:60])}[/]"
    if state.state == RunState.QUEUED:
        return f"queued: {escape(state.reason[:60])}" if state.reason else "queued"
    return {"moving": "moving", "checking": "checking", "clearing": "clearing", "closing": "closing"}.get(
        state.stage, state.stage
    )


def to_end(run_id: int, look_after: Callable[[], None], *, quietly: bool = False) -> told.State:
    """Follow a run until it has ended or rests; return its last state. `look_after` is called about once a second."""
    if quietly or not err.is_terminal:
        *_, state = _looked_after(told.follow(run_id, every=_PATIENCE), look_after)
        return state
    with _bar() as bar:
        task = bar.add_task("queued", total=None, files=0, bytes=0, planned_files=0, planned_bytes=0, shown_bytes="")
        for state in _looked_after(told.follow(run_id, every=_PATIENCE), look_after):
            bar.update(
                task,
                description=_description(state),
                total=max(state.planned_files, 1),
                completed=state.files,
                files=state.files,
                bytes=state.bytes,
                planned_files=state.planned_files,
                planned_bytes=state.planned_bytes,
                shown_bytes=units.size(state.bytes),
            )
    return state


def _looked_after(states: Iterator[told.State], look_after: Callable[[], None]) -> Iterator[told.State]:
    for state in states:
        yield state
        if state.state in (RunState.PAUSED, RunState.HELD):
            return
        if not state.has_ended:
            look_after()
