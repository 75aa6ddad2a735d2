from datetime import date

import numpy as np

from capacity.score_periods import PeriodScore
from capacity.score_use import ScoreUse
from planning.files.score_files import write_score_periods, write_score_use

NAN = np.nan


def test_score_use_has_its_columns_and_no_formula(tmp_path):
    uses = [
        ScoreUse("plan 2026-11-23 seed 1", "=A1", "aht_factor", "staffing", 0.7, 1.3),
        ScoreUse("r", "A2", "score", "none", NAN, NAN),
    ]
    assert write_score_use(uses, tmp_path).read_text() == (
        "run,agent_id,figure,used_for,limit_low,limit_high\n"
        "plan 2026-11-23 seed 1,'=A1,aht_factor,staffing,0.7,1.3\n"
        "r,A2,score,none,,\n"
    )
    assert write_score_use([], tmp_path).read_text() == "run,agent_id,figure,used_for,limit_low,limit_high\n"


def test_score_periods_have_dates_and_empty_cells_for_what_is_unknown(tmp_path):
    row = PeriodScore(
        "month", date(2026, 5, 1), date(2026, 6, 1), "A1", "phone", 12.0, 1.1, 1.0, 1.2, NAN, NAN, NAN,
        81.5, 70.0, 90.0, "good", "level", 7, 0.5, NAN, NAN, NAN,
    )  # fmt: skip
    header, line = write_score_periods([row], tmp_path).read_text().splitlines()
    assert header == (
        "period,start,end,agent_id,queue,handled,aht_factor,aht_factor_low,aht_factor_high,fcr,fcr_low,fcr_high,"
        "score,score_low,score_high,grade,peers_of,peers,peers_quantile,change,change_low,change_high"
    )
    assert line == "month,2026-05-01,2026-06-01,A1,phone,12,1.1,1,1.2,,,,81.5,70,90,good,level,7,0.5,,,"
