"""The part of a definition that says how small new files are sent together."""

from __future__ import annotations

from pydantic import BaseModel, Field, field_validator

from lading.ingest.app.selection_options import Size
from lading.ingest.engine.bundling import LEAST
from lading.ingest.engine.rules import BundleRules

_USUAL = BundleRules()


class BundleOptions(BaseModel):
    """Bundles of small files (`engine.rules.BundleRules`)."""

    #: files of one bundle; 0: each file is sent alone
    bundle: int = Field(default=0, ge=0, le=1000)
    #: most bytes of one bundle
    bundle_bytes: Size = Field(default=_USUAL.bytes, ge=64 * 1024)
    #: larger files are sent alone
    bundle_largest: Size = _USUAL.largest
    #: files of each bundle that the server reads again
    bundle_reread: int = Field(default=_USUAL.reread, ge=0)

    @field_validator("bundle")
    @classmethod
    def _pays(cls, files: int) -> int:
        """Refuse bundles that would cost more than their files."""
        if 0 < files < LEAST:
            raise ValueError(f"a bundle of fewer than {LEAST} files costs more than its files alone")
        return files


def bundles_of(options: BundleOptions, one_call_limit: int) -> BundleRules:
    """Return the rules; a bundle is sent in one request, whatever else is allowed."""
    return BundleRules(
        files=options.bundle,
        bytes=min(options.bundle_bytes, one_call_limit),
        largest=options.bundle_largest,
        reread=options.bundle_reread,
    )


def whole_bundles(files: int, options: BundleOptions) -> int:
    """Return a number of files for a batch that makes whole bundles."""
    return -(-files // options.bundle) * options.bundle if options.bundle else files
