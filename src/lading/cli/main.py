"""`lading`: the group that holds all commands. Commands are imported when they are called."""

from __future__ import annotations

import importlib
import signal

import click

from lading.base.errors import UsageError
from lading.cli.frame import errors_as_sentences

#: command -> (module, attribute, first line of help); modules load only when used, so that `lading --help` is quick
COMMANDS = {
    "sync": (
        "sync",
        "sync",
        "Bring a folder into a collection and keep it in step; nothing is ever deleted by default.",
    ),
    "plan": ("plan", "plan", "Show what sync would do; touch nothing."),
    "verify": ("verify", "verify", "Compare source and iRODS; list = + - * !; repair only if told to."),
    "adopt": ("adopt", "adopt", "Take over what is in iRODS already; send nothing unless told to."),
    "jobs": ("jobs", "jobs", "Stored definitions: add, apply, list, show, edit, run, pause, rm."),
    "watch": ("watch", "watch", "Watch a folder, or all jobs that are to be watched, and bring what arrives."),
    "schedules": ("schedules", "schedules", "Runs that begin by themselves: list, enable, disable, next."),
    "runs": ("runs", "runs", "List runs; `runs set` changes the share or the window of one."),
    "show": ("runs", "show", "Show one run: state, counts, failures."),
    "follow": ("runs", "follow", "Follow a run until it ends."),
    "pause": ("runs", "pause", "Pause a run; `resume` goes on."),
    "resume": ("runs", "resume", "Go on with a paused, stopped or failed run."),
    "stop": ("runs", "stop", "End a run; what is done stays done."),
    "limits": ("limits", "limits", "Show or change how fast a zone is asked, while it is."),
    "retry": ("runs", "retry", "Try the failed files of a run again."),
    "deletions": ("deletions", "deletions", "List the deletions that a run planned."),
    "approve": ("deletions", "approve", "Carry out the deletions of a run that are held."),
    "reject": ("deletions", "reject", "Drop the deletions of a run that are held."),
    "restore": ("deletions", "restore", "Bring back what a run deleted."),
    "manifest": ("manifest", "manifest", "Print every path of a run with its outcome; verify signed manifests."),
    "explain": ("explain", "explain", "Say what a code means and what to do about it."),
    "ledger": ("ledger", "ledger", "The ledger itself: back-up, restore, move to PostgreSQL."),
    "upgrade": ("upgrade", "upgrade", "Bring the ledger to this version: drain, back up, migrate, start."),
    "irods-sync": ("irods_sync", "irods_sync", "The commands of automated ingest: start, stop, list, watch."),
    "cv": ("cv", "cv", "Check, improve and render a CV: `cv lint`."),
    "worker": ("system", "worker", "Take work from queues until told to stop."),
    "up": ("system", "up", "Run everything embedded, until Ctrl-C."),
    "web": ("web", "web", "Serve the console and the API."),
    "accounts": (
        "accounts",
        "accounts",
        "Who may use the web and the API: accounts, roles, tokens, grants, the trail.",
    ),
    "zone": ("system", "zone", "The embedded zone: `zone up`."),
    "metrics": ("metrics", "metrics", "Figures for Prometheus: print them once, or serve them."),
    "doctor": ("doctor", "doctor", "Say what is reachable, what is wrong, and how to mend it."),
    "demo": ("demo", "demo", "Show what Lading does, with a small folder."),
}


#: what goes over the API of a server (`--server`): command -> (module, attribute)
REMOTE = {
    "sync": ("jobs", "sync"),
    "jobs": ("jobs", "jobs"),
    **{name: ("looking", name) for name in ("plan", "verify", "adopt", "limits", "explain", "doctor")},
    **{
        name: ("runs", name)
        for name in (
            *("runs", "show", "follow", "pause", "resume", "stop", "retry"),
            *("deletions", "approve", "reject", "restore", "manifest"),
        )
    },
}


class Lazy(click.Group):
    """A group whose commands are modules of this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands in the order people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        if ctx.params.get("server"):
            module, attribute = _remote(cmd_name)
        command: click.Command = getattr(importlib.import_module(f"lading.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """List commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; Lading's errors become a sentence and an exit code."""
        # whoever is told to end puts things down as after Ctrl-C
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with errors_as_sentences():
            return super().invoke(ctx)


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="lading", prog_name="lading")
@click.option(
    "--server",
    envvar="LADING_SERVER",
    metavar="URL",
    is_eager=True,
    help="Use the Lading at this address, with the token of LADING_TOKEN or LADING_TOKEN_FILE, instead of the one here.",
)
@click.pass_context
def main(context: click.Context, server: str | None) -> None:
    """Bring files under management in iRODS: planned, applied once, accounted for; nothing is deleted by default."""
    if server:
        from lading.base import config_remote
        from lading.cli.frame import err
        from lading.cli.remote.server import Server

        access = config_remote.access(server)
        if access.is_open:
            err.print("[yellow]Others on the way can read the token: the address begins with http://[/]")
        context.obj = Server(access)


def _remote(command: str) -> tuple[str, str]:
    """Return module and attribute of a command that a server can be asked for; raise `UsageError` for others."""
    if command not in REMOTE:
        raise UsageError(
            f"`lading {command}` works on this machine only", hint=f"With --server there are {', '.join(REMOTE)}"
        )
    module, attribute = REMOTE[command]
    return f"remote.{module}", attribute
