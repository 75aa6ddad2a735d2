"""What people look at: the page, the workbook, the calendars and the lines in the terminal."""

from planning.report.calendars import write_calendars
from planning.report.page import write_report
from planning.report.summary import summary_lines
from planning.report.workbook import write_workbook

__all__ = ["summary_lines", "write_calendars", "write_report", "write_workbook"]
