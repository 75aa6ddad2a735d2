"""What-if: a changed world beside a plan, by formula at once and by simulation when asked."""

from planning.whatif.answer import Answer, Only, answer, answer_about
from planning.whatif.base import Base
from planning.whatif.totals import WhatIfRow
from planning.whatif.world import World, base_world

__all__ = ["Answer", "Base", "Only", "WhatIfRow", "World", "answer", "answer_about", "base_world"]
