"""What a preview is rendered from, wherever that comes from."""

from __future__ import annotations

from dataclasses import dataclass

from annual_review.adapters.memory.directory import InMemoryDirectory
from annual_review.adapters.memory.paragraphs import InMemoryParagraphStore
from annual_review.services.figures.frozen_authority import FrozenAuthority


@dataclass(frozen=True, slots=True)
class PreviewSource:
    """What a letter is previewed from.

    `is_live`: the figures are today's and not frozen. Where no approval is required, paragraphs
    that nobody has reviewed are left out, as they are of the letter itself.
    """

    frozen: FrozenAuthority
    directory: InMemoryDirectory
    paragraphs: InMemoryParagraphStore
    is_sample: bool
    is_live: bool = False
    approval_required: bool = True
