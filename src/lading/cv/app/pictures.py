"""The pages of a PDF as a person sees them: kept with the document, and deleted with it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from lading.cv.app.owned import Owned


class PagePicture(Owned):
    """One page of a PDF as a person sees it."""

    document = models.ForeignKey("cv.Document", on_delete=models.CASCADE)
    #: counted from 1
    number = models.PositiveIntegerField()
    #: pixels
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    #: PNG
    content = models.BinaryField()

    class Meta:
        """Drawn once."""

        app_label = "cv"
        constraints: ClassVar = [models.UniqueConstraint("document", "number", name="cv_picture_once")]

    def __str__(self) -> str:
        return f"page {self.number} of document {self.document_id}"
