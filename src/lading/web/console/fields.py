"""The form of a job as data: what can be set, what it is called, and what it means to who sets it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from lading.ingest.app.definition import Definition


class Kind(Enum):
    """How a field is shown, and how its text becomes a value."""

    TEXT = "text"
    LINES = "lines"  # one value a line
    NUMBER = "number"
    CHOICE = "choice"
    CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field."""

    #: as in `Definition`
    name: str
    label: str
    help: str
    kind: Kind = Kind.TEXT
    #: value and words of each choice
    choices: Sequence[tuple[str, str]] = ()
    placeholder: str = ""
    required: bool = False

    @property
    def usual(self) -> object:
        """What holds where nothing is said."""
        described = Definition.model_fields[self.name]
        return None if described.is_required() else described.get_default(call_default_factory=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Fields that belong together."""

    title: str
    fields: Sequence[Field]
    #: whether they are shown without being asked for
    is_open: bool = False


_WHAT = Group(
    title="From where to where",
    is_open=True,
    fields=(
        Field(
            name="name",
            label="Name",
            help="By which you find the job again. It stands for one source and one destination, and cannot be changed later.",
            placeholder="microscope-3",
            required=True,
        ),
        Field(
            name="source",
            label="Source",
            help="Absolute path of a folder as the workers see it, or a bucket: s3://bucket/prefix. What is in it goes into the destination.",
            placeholder="/data/microscope-3",
            required=True,
        ),
        Field(
            name="destination",
            label="Destination",
            help="Logical path of a collection. It need not be there yet.",
            placeholder="/tempZone/home/rods/microscope-3",
            required=True,
        ),
        Field(
            name="operation",
            label="What happens to files",
            help="Copying keeps the source as it is. Registering leaves the bytes where they lie and only enters them into the catalogue.",
            kind=Kind.CHOICE,
            choices=(
                ("put-sync", "Copy what is new or changed"),
                ("put", "Copy what is new; never touch what is there"),
                ("put-append", "Copy what is new or changed; of files that grew only the tail"),
                ("register-sync", "Register where it lies"),
                ("register-as-replica-sync", "Register, also as further replicas"),
                ("no-op", "Look, and change nothing"),
            ),
        ),
        Field(
            name="resource",
            label="Resource",
            help="Root resource to write to; for registrations also a leaf. Empty: the zone decides.",
            placeholder="demoResc",
        ),
        Field(
            name="s3_profile",
            label="S3 profile",
            help="Of a bucket: the name of its store in the settings of the workers. Empty: the usual one.",
            placeholder="default",
        ),
    ),
)

_WHICH = Group(
    title="Which files",
    fields=(
        Field(
            name="include",
            label="Bring only",
            help="One pattern a line, such as *.tif or raw/**. Empty: everything.",
            kind=Kind.LINES,
        ),
        Field(
            name="exclude",
            label="Leave out",
            help="One pattern a line, such as *.tmp or .cache/. It goes before “bring only”.",
            kind=Kind.LINES,
        ),
        Field(name="min_size", label="Not smaller than", help="10B, 64K, 1.5M, 2G.", placeholder="0"),
        Field(name="max_size", label="Not larger than", help="Empty: no limit."),
        Field(
            name="quiet",
            label="Quiet period",
            help="A file that changed less than this ago waits for a later run: 90s, 15m, 1h.",
            placeholder="0",
        ),
        Field(
            name="done_marker",
            label="Done marker",
            help="A folder waits until a file of this name is in it; *.done: a file x waits for x.done.",
        ),
    ),
)

_DELETION = Group(
    title="What vanished at the source",
    fields=(
        Field(
            name="delete_mode",
            label="Objects whose file is gone",
            help="Nothing is deleted before the whole source was scanned without an error.",
            kind=Kind.CHOICE,
            choices=(
                ("do-not-delete", "Keep them"),
                ("trash", "Move them to the trash"),
                ("no-trash", "Delete them for good"),
                ("unregister", "Take them out of the catalogue, leave the bytes"),
            ),
        ),
        Field(
            name="delete_scope",
            label="Which objects may go",
            help="A mirror also deletes what others put there.",
            kind=Kind.CHOICE,
            choices=(("managed", "Those that this job brought"), ("mirror", "All that the source does not have")),
        ),
        Field(
            name="delete_limit",
            label="Without asking at most",
            help="A number of objects, a share, or both: 1000,20%. More is held until somebody approves; none: no limit.",
            placeholder="1000,20%",
        ),
        Field(
            name="delete_grace",
            label="Scans that must miss it",
            help="So many further scans have to miss a path before it goes.",
            kind=Kind.NUMBER,
        ),
        Field(
            name="sentinel",
            label="Sentinel",
            help="A path below the source that shows it is the right one: nothing is deleted while it is not there.",
            placeholder=".lading-source",
        ),
    ),
)

_AFTERWARDS = Group(
    title="Source files once they are safe",
    fields=(
        Field(
            name="after",
            label="A file whose object is verified",
            help="For landing zones. Only for copies, and only where nothing is deleted in iRODS.",
            kind=Kind.CHOICE,
            choices=(("keep", "Stays"), ("move", "Moves to another folder"), ("delete", "Is deleted")),
        ),
        Field(
            name="after_folder",
            label="Folder to move to",
            help="Absolute path on the filesystem of the source.",
            placeholder="/data/done",
        ),
    ),
)

_WHEN = Group(
    title="When, and how fast",
    fields=(
        Field(
            name="window",
            label="Hours",
            help="Runs work only then: 22:00-06:00, or mon-fri 22:00-06:00; sat,sun 00:00-24:00 Europe/Amsterdam.",
            placeholder="always",
        ),
        Field(
            name="overlap",
            label="If it is running already",
            help="What becomes of a run that is asked for meanwhile.",
            kind=Kind.CHOICE,
            choices=(
                ("refuse", "Refuse the new one"),
                ("skip", "Do without the new one"),
                ("queue", "Let the new one wait"),
                ("stop-old", "Stop the old one"),
            ),
        ),
        Field(
            name="priority",
            label="Share",
            help="How many places its runs get where others get one: 1 to 100.",
            kind=Kind.NUMBER,
        ),
        Field(
            name="bandwidth", label="Bytes a second", help="At most, over all workers: 50M. Empty: no limit of its own."
        ),
    ),
)

_FINE = Group(
    title="Details",
    fields=(
        Field(
            name="touched",
            label="If only ctime or inode differ",
            help="As after a restore from a back-up.",
            kind=Kind.CHOICE,
            choices=(
                ("rehash", "Read the file again"),
                ("metadata", "Renew what is known of it"),
                ("ignore", "Ignore it"),
            ),
        ),
        Field(
            name="adopt",
            label="Objects that are there already",
            help="What proves that one is the same as the file.",
            kind=Kind.CHOICE,
            choices=(("checksum", "Its checksum"), ("size", "Its size"), ("never", "Nothing: send it again")),
        ),
        Field(
            name="bundle",
            label="Bundle small new files",
            help="Up to so many are sent together where the zone can unpack them; 0: one by one.",
            kind=Kind.NUMBER,
        ),
        Field(
            name="keep_mtime",
            label="Keep modification times",
            help="One request more for each file that is copied.",
            kind=Kind.CHECK,
        ),
        Field(
            name="bulk_register",
            label="Register many at a time",
            help="50 new files in one request, where the zone lets this user.",
            kind=Kind.CHECK,
        ),
        Field(
            name="retries",
            label="Further tries",
            help="How often a file is tried again whose error may pass.",
            kind=Kind.NUMBER,
        ),
    ),
)

GROUPS: Sequence[Group] = (_WHAT, _WHICH, _DELETION, _AFTERWARDS, _WHEN, _FINE)
FIELDS: Mapping[str, Field] = {field.name: field for group in GROUPS for field in group.fields}

#: what a stored job is known by: not to be changed
FIXED = frozenset({"name", "source", "destination"})
