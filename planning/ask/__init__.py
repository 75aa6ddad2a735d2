"""Questions about a published roster: a swap, a day off, another shift, who could take a gap."""

from planning.ask.answer import Answer, answer_questions
from planning.ask.applied import Edit, apply_edits
from planning.ask.questions import DayOff, Gap, Question, ShiftEdit, Swap

__all__ = ["Answer", "DayOff", "Edit", "Gap", "Question", "ShiftEdit", "Swap", "answer_questions", "apply_edits"]
