"""Readers of published files as people download them: found by name, checked, in one canonical table a subject."""

from greatpowers.record.published.catalogue import FORMS, NEEDED, SUBJECTS, Form
from greatpowers.record.published.records import Records, Source

__all__ = ["FORMS", "NEEDED", "SUBJECTS", "Form", "Records", "Source"]
