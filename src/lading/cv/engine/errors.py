"""
Why a file cannot be read as a CV.

Every one is a `SkipFile` with a stable code and a hint that says what to do. The file itself is never touched.
"""

from __future__ import annotations

from lading.base.errors import SkipFile


class DocumentRefused(SkipFile):
    """The file cannot be read as a CV."""

    code = "CV_REFUSED"


class WrongType(DocumentRefused):
    """The content is of no kind that is read, whatever the name says."""

    code = "CV_WRONG_TYPE"


class Empty(DocumentRefused):
    """The file has no bytes or no visible character."""

    code = "CV_EMPTY"


class TooLarge(DocumentRefused):
    """More bytes or characters than a CV has, packed or unpacked."""

    code = "CV_TOO_LARGE"


class TooManyPages(DocumentRefused):
    """More pages than a CV has."""

    code = "CV_TOO_MANY_PAGES"


class Encrypted(DocumentRefused):
    """A password is needed to read it."""

    code = "CV_ENCRYPTED"


class NoTextLayer(DocumentRefused):
    """The pages are pictures: software that selects text finds none."""

    code = "CV_NO_TEXT_LAYER"


class Broken(DocumentRefused):
    """The file is damaged or not what its first bytes promise."""

    code = "CV_BROKEN"


class ReaderGaveUp(DocumentRefused):
    """Reading took too long or too much memory and was stopped."""

    code = "CV_READER_GAVE_UP"
