"""What the page of peers says of method and settings."""

from __future__ import annotations

METHOD = """\
Made by `make bench-forecast`. Every method gets the same history up to an origin, gaps included, and forecasts the
same open intervals of the next four weeks; negative forecasts count as 0. Closed intervals are scored for nobody:
those outside stated or logged hours, and those in which no contact came on that weekday in the half year before the
origin (under 1 % of a queue's contacts came there). The same weeks are judged at every lead. Where data end before an
origin (whole weeks are missing in the assistance queues), the gap lengthens the lead, for everybody. A queue logged
in fewer than twelve of the judged weeks is left out (Evenements).

Error: summed absolute error of intervals over contacts. Over several queues it is the geometric mean of theirs;
queues with under two contacts an open interval are judged by day totals, since interval errors there reward
forecasting nothing. `ours / peer` is the ratio of these errors, paired by origin and queue, with the 95 % interval of
a bootstrap that draws whole judged weeks, the same ones for all queues and methods. Near holidays: days within two of
a public holiday (the data name no events). The best peer is the one with the smallest error in that column among
those that forecast from every origin; picking it afterwards, and for each column anew, favours the peers.

Our figures are those of `make_forecast`, the call that a plan makes: week 1 from forecasts of one week, weeks 2 to 4
from forecasts of four, with boosted trees among the members (the optional extra; LightGBM's, on parts of a day, three
tenths of the mean where the back-test does not speak against them; none below 200 known days, so none on the bank).
Where weeks were parted by the rule for proven new levels, that rule was written with the collapse of one assistance
queue (Nuit) in sight. CPU seconds are of one thread, for one queue and origin, the median over origins, start-up and
compiling apart: ours of a week with its bands and the choice among members, the peers' of fitting and forecasting
four weeks without bands. `only 3` means that a peer forecast from 3 origins alone where history is long, because it
is slow: its ratio holds on those, and its error must not be compared with the others'.

**How far to trust our lead:** the structure of our members, their penalties and half-lives were partly chosen on
weeks of these same data, judged weeks among them; the choice of member at each origin uses only what was known there.
Some settings of peers (LightGBM's leaves and features, Prophet's way of multiplying) were tried on judged weeks of
the bank and of three assistance queues too, with far less effort. An earlier measurement, of which no settings are
kept, had LightGBM at 5.67 % and Prophet with further calendar terms at 5.62 % on the bank, and LightGBM at 21.3 % on
the Anonymous Bank: better than these peers here, so take our lead on those two data sets to be smaller than the
tables show. Other queues and later periods, which nobody here has seen, are the test that counts."""

SETTINGS = """\
Peers and settings, the ones a practitioner would take; where several are usual, all are here:

- *4-week mean*, *8-week median*: the last four or eight logged days of the weekday, interval by interval.
- *LightGBM* (300 trees of up to 31 leaves, at least 40 intervals in each, rate 0.05, half of the features a tree, two
  years): the interval's last eight weeks, their means and median, day totals of four weeks, weekday, month, day of
  the month and year, working days since the month's start and until its end, holidays of the country up to two days
  around, and whether the lagged weeks held one; further weeks from its own forecasts. Once with Poisson loss on
  counts, once on their ratio to the 4-week mean, once on the ratio of day totals, times the mean shares of eight
  weeks.
- *AutoETS*, *AutoTheta* (statsforecast): a weekly series for each weekday and interval, a year long; day totals of
  two years with a weekly season, times the shares above; AutoTheta also on the intervals of 13 weeks with a weekly
  season (AutoETS takes none beyond 24 steps). Gaps hold the mean of the four known values before.
- *MSTL* (statsforecast): seasons of a day and a week of open intervals, 13 weeks, AutoETS for the rest; and day
  totals.
- *Prophet*: the country's holidays with the day before and after, weekly terms, yearly ones by its own rule from two
  years on, seasons that multiply; on day totals times the shares above, and on intervals with twelve daily harmonics,
  closed intervals dropped."""

UNMEASURED = ("Chronos, TimesFM, Moirai, Lag-Llama, TimeGPT (foundation models)",)
"""Named, not measured."""
