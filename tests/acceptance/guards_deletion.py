"""The guards of deletion: what each one's words are replaced by, and the test that has to notice."""

from __future__ import annotations

from tests.acceptance.guard import Guard

_LIMITS = "integration/ingest/test_deletion_limits.py::"
_DELETION = "integration/ingest/test_deletion.py::"
_PURE = "unit/engine/test_deletion.py::"
_REMOVING = "unit/engine/test_removing.py::"
_LATE = "unit/engine/test_removing_late.py::"
_TRAPS = "integration/ingest/test_deletion_traps.py::"

DELETION_GUARDS = (
    Guard(
        "another root under the same path holds deletions",
        "ingest/app/markers.py",
        "return Sight.SAME if mine == (marker.filesystem, str(marker.inode)) else Sight.CHANGED",
        "return Sight.SAME",
        _LIMITS + "test_another_root_under_the_same_path_is_held_until_it_is_approved",
    ),
    Guard(
        "a source without its sentinel deletes nothing",
        "ingest/app/gathering.py",
        "    if sentinel is None:",
        "    if True:",
        _LIMITS + "test_without_its_sentinel_nothing_goes",
    ),
    Guard(
        "an empty or shrunken root is never deleted unasked",
        "ingest/engine/deletion.py",
        "    if gone and gone >= SHRUNKEN * known:",
        "    if False:",
        _PURE + "test_an_empty_or_shrunken_root_is_never_deleted_unasked",
    ),
    Guard(
        "the number of deletions is limited",
        "ingest/engine/deletion.py",
        "    if limit.objects is not None and count.doomed > limit.objects:",
        "    if False:",
        _PURE + "test_the_limits_of_a_run",
    ),
    Guard(
        "the share of deletions is limited",
        "ingest/engine/deletion.py",
        "    return limit.share is not None and count.doomed > share_above and count.doomed > limit.share * count.managed",
        "    return False",
        _PURE + "test_the_limits_of_a_run",
    ),
    Guard(
        "the deletions of a folder are limited",
        "ingest/engine/deletion.py",
        "        if _exceeds(count, limit, limits.share_above):",
        "        if False:",
        _PURE + "test_a_folder_can_have_a_limit_of_its_own",
    ),
    Guard(
        "a list beyond the limits is held",
        "ingest/app/deciding.py",
        "    return State.HELD if found else State.ALLOWED",
        "    return State.ALLOWED",
        _LIMITS + "test_beyond_the_limits_deletions_are_held_and_files_arrive",
    ),
    Guard(
        "a scan that could not see all deletes nothing",
        "ingest/app/deciding.py",
        "    if incomplete:",
        "    if False:",
        _DELETION + "test_a_folder_that_could_not_be_read_forbids_deletions",
    ),
    Guard(
        "a scan of which a part was given up deletes nothing",
        "ingest/app/deciding.py",
        "    if parked is not None:",
        "    if False:",
        _DELETION + "test_a_scan_that_was_given_up_forbids_deletions",
    ),
    Guard(
        "who looks at a part of the source plans no deletion",
        "ingest/app/retrying.py",
        '    part = whole.model_copy(update={"delete_mode": DeleteMode.DO_NOT_DELETE})',
        "    part = whole",
        _DELETION + "test_a_retry_of_failed_files_plans_no_deletion",
    ),
    Guard(
        "a source that is empty at the last moment loses nothing",
        "ingest/app/deleting.py",
        '    if next(iter(of.source.names("")), None) is None:',
        "    if False:",
        _LIMITS + "test_a_source_that_empties_after_the_decision_stops_the_deletion",
    ),
    Guard(
        "what came back stays",
        "ingest/engine/deletion.py",
        "    if at_source is not AtSource.ABSENT:",
        "    if False:",
        _PURE + "test_only_what_is_surely_gone_and_surely_ours_is_removed",
    ),
    Guard(
        "the source is asked once more right before",
        "ingest/engine/removing.py",
        "        if at_source is AtSource.ABSENT:",
        "        if False:",
        _REMOVING + "test_what_came_back_stays",
    ),
    Guard(
        "what was changed in iRODS stays",
        "ingest/engine/removal_candidates.py",
        "    if listed.state is not ReplicaState.GOOD or listed.size != doomed.size:",
        "    if False:",
        _REMOVING + "test_what_is_not_as_it_was_stays",
    ),
    Guard(
        "a tree with anything else in it does not go at once",
        "ingest/engine/trashing.py",
        "            folder = planned.get(collection)",
        "            folder = planned.get(collection, self._tree.folders[-1])",
        _REMOVING + "test_a_tree_with_an_empty_collection_of_others_goes_object_by_object",
    ),
    Guard(
        "an object that its store still gives is not gone because no listing has it",
        "ingest/engine/sources/s3/source.py",
        "name != keys.EMPTY and self._bucket.gives(key)",
        "False",
        "integration/ingest/test_bucket_deletions.py::test_keys_that_are_in_no_listing_any_more_are_asked_for",
    ),
    Guard(
        "nothing outside of the destination goes",
        "ingest/engine/removal_candidates.py",
        '    if not path.startswith(root) or not {"", ".", ".."}.isdisjoint(',
        '    if False and not {"", ".", ".."}.isdisjoint(',
        _REMOVING + "test_nothing_outside_of_the_destination_goes",
    ),
    Guard(
        "what the filters leave out is foreign to no mirror",
        "ingest/engine/mirroring.py",
        "one.name not in taken and selection.takes_name(one.name, folder=False)",
        "one.name not in taken",
        _DELETION + "test_a_mirror_removes_what_others_brought_too",
    ),
    Guard(
        "a forbidden pair of operation and delete mode is refused",
        "ingest/app/definition.py",
        "        if self.delete_mode.value not in allowed:",
        "        if False:",
        _DELETION + "test_a_forbidden_pair_is_refused_before_anything_starts",
    ),
    Guard(
        "an old list cannot be approved",
        "ingest/app/approval.py",
        "    if now() - held.decided_at > EXPIRES_AFTER:",
        "    if False:",
        _LIMITS + "test_a_list_expires",
    ),
    Guard(
        "a list is replaced by the next run",
        "ingest/app/jobs.py",
        "        approval.replace_held(job.pk, run)",
        "        pass",
        _LIMITS + "test_the_next_run_replaces_a_held_list",
    ),
    Guard(
        "grace counts scans in a row",
        "ingest/app/kinds.py",
        "    _note_that_nothing_is_missing(run_id)",
        "    pass",
        _LIMITS + "test_a_grace_begins_anew_when_the_file_was_there_meanwhile",
    ),
    Guard(
        "an object that lost its checksum is another one",
        "ingest/engine/removal_candidates.py",
        "    return not doomed.checksum or listed.checksum == doomed.checksum",
        "    return not (doomed.checksum and listed.checksum) or listed.checksum == doomed.checksum",
        _TRAPS + "test_an_object_that_was_overwritten_with_as_many_bytes_stays",
    ),
    Guard(
        "a link in place of a folder is no loss",
        "ingest/engine/folder.py",
        "        if entry.kind is not Kind.FILE:  # a link",
        "        if entry.kind is Kind.FOLDER:  # a link",
        "unit/engine/test_scan_oddities.py::test_a_link_in_place_of_a_known_folder_is_no_loss",
    ),
    Guard(
        "nothing behind a link goes",
        "ingest/engine/removal_candidates.py",
        "            if place and source.stat(place).kind not in {Kind.FOLDER, Kind.FILE}:",
        "            if False:",
        _LATE + "test_what_is_behind_a_link_by_now_stays",
    ),
    Guard(
        "each removal that is sent again is looked at again",
        "ingest/engine/removing.py",
        "                    if decided is not Verdict.REMOVE:",
        "                    if False:",
        _LATE + "test_what_somebody_wrote_before_the_removal_is_sent_again_stays",
    ),
    Guard(
        "what came into a listed folder is not approved",
        "ingest/app/deciding.py",
        "    found = list(_since_approval(others)) if approved",
        "    found = [] if approved",
        _TRAPS + "test_what_comes_into_a_foreign_collection_after_it_was_listed_is_not_approved",
    ),
    Guard(
        "a run that was overtaken deletes nothing",
        "ingest/app/deleting.py",
        "    if approval.is_outdated(held.run_id, of.job_id):\n        return Ending(outcomes",
        "    if False:\n        return Ending(outcomes",
        _TRAPS + "test_deletions_of_a_stopped_run_are_not_taken_up_after_another_run",
    ),
    Guard(
        "what the filters leave out stays when its folder vanishes",
        "ingest/app/dooming.py",
        "[one for one in entries if selection.takes_name(one.name, folder=False)]",
        "list(entries)",
        _TRAPS + "test_what_an_ignore_file_leaves_out_stays_when_its_folder_vanishes",
    ),
    Guard(
        "only what is in the trash is brought back",
        "ingest/app/restoring.py",
        'found == lost.path or found.split("/")[2:3] == ["trash"]',
        "found",
        _TRAPS + "test_what_somebody_took_out_of_the_trash_is_left_where_it_is",
    ),
    Guard(
        "two jobs do not write into one place if either deletes",
        "ingest/app/jobs.py",
        "            refuse_overlap(job, definition)",
        "            pass",
        "integration/ingest/test_overlaps.py::test_two_jobs_in_one_place_are_refused_if_either_deletes",
    ),
    Guard(
        "a mirror of a single file clears nothing beside it",
        "ingest/engine/mirroring.py",
        "    if ports.rules.mirrors and ports.source.stat(part.folder).kind is Kind.FOLDER:",
        "    if ports.rules.mirrors:",
        "integration/ingest/test_overlaps.py::test_a_mirror_of_a_single_file_clears_nothing_beside_it",
    ),
)
