"""Repair of a published roster: what has changed, the least that mends it, and what became of everyone."""

from planning.repair.demand import VolumeChange, changed_need
from planning.repair.run import Repair, make_repair
from planning.repair.week import RepairTerms

__all__ = ["Repair", "RepairTerms", "VolumeChange", "changed_need", "make_repair"]
