"""The guards of comparing and adopting: what each one's words are replaced by, and the test that has to notice."""

from __future__ import annotations

from tests.acceptance.guard import Guard

_HERE = "integration/ingest/"

VERIFY_GUARDS = (
    Guard(
        "a run that only looks has a destination that refuses",
        "ingest/app/context.py",
        "return Unwritten(found) if self.own.sends is Sends.NOTHING else found",
        "return found",
        _HERE + "test_adopt.py::test_adopting_never_sends_unless_told_to",
    ),
    Guard(
        "adopting deletes nothing and clears nothing away",
        "ingest/app/starting.py",
        'update={"delete_mode": DeleteMode.DO_NOT_DELETE, "after": After.KEEP, "after_folder": None}',
        "update={}",
        _HERE + "test_adopt.py::test_adopting_deletes_nothing_whatever_the_job_says",
    ),
    Guard(
        "what a listing contradicts is doubted until it is mended",
        "ingest/engine/folder.py",
        "            if known is not None and contradicts(listed, known):",
        "            if False:",
        _HERE + "test_relisting.py::test_what_could_not_be_mended_is_not_believed",
    ),
    Guard(
        "too many touched files are held",
        "ingest/app/touching.py",
        "    return touched > ALWAYS_READ and touched * _ALL > known * limit",
        "    return False",
        _HERE + "test_touched.py::test_more_than_a_fifth_is_held",
    ),
    Guard(
        "an object without checksum passes no check of content",
        "ingest/app/verifying.py",
        "[one for one in chosen if one.code is not Code.SAME])",
        "[])",
        _HERE + "test_verify.py::test_an_object_without_checksum_is_counted_and_cannot_pass_a_check_of_content",
    ),
    Guard(
        "what was taken by size is proven when it is listed again",
        "ingest/engine/compare.py",
        "    return difference(entry, known) is not Difference.CONTENT",
        "    return False",
        _HERE + "test_adopt.py::test_what_was_taken_by_size_is_proven_when_its_folder_is_listed_again",
    ),
)
