"""Compares a resume with a job advertisement: evidenced, listed only, missing, not assessed."""

from __future__ import annotations

from lading.cv.engine.match.answer import match
from lading.cv.engine.match.values import Demand, Evidence, JobWithoutTerms, Match, Standing

__all__ = ["Demand", "Evidence", "JobWithoutTerms", "Match", "Standing", "match"]
