"""What-if: a changed world beside a plan, by formula at once and by simulation when asked."""

from planning.whatif.answer import Answer, answer
from planning.whatif.totals import WhatIfRow
from planning.whatif.world import World, base_world

__all__ = ["Answer", "WhatIfRow", "World", "answer", "base_world"]
