"""The tables of a plan folder: their columns in the order they are written, and other names for them."""

from __future__ import annotations

from forecasting.forecast import BANDS
from planning.files.columns import Column, Layout, Number
from planning.files.layouts import ROUTE, STRETCH
from planning.files.shared_columns import (
    AGENT_NAMES,
    AHT_NAMES,
    CONTACTS,
    HANDLED_NAMES,
    INTERVAL,
    QUEUE,
    WAIT_NAMES,
)

ROSTER = Layout("roster", STRETCH)
ROUTING = Layout("routing", ROUTE)

FORECAST = Layout(
    "forecast",
    (
        INTERVAL,
        QUEUE,
        Column("mean", CONTACTS, required=True, aliases=("forecast", "offered", "volume", "预测量")),
        *(Column(band, Number()) for band in BANDS),
        Column("aht_s", Number(), aliases=AHT_NAMES, seconds=True),
    ),
)

REQUIREMENT = Layout(
    "requirement",
    (
        INTERVAL,
        QUEUE,
        Column("volume", CONTACTS, required=True, aliases=("offered", "contacts")),
        Column("aht_s", Number(), aliases=AHT_NAMES, seconds=True),
        Column("agents", Number(), required=True, aliases=("seats", "需求人数")),
        Column("scheduled_agents", Number()),
        Column("mean_wait_s", Number(), aliases=WAIT_NAMES, seconds=True),
        Column("service_level", Number(0, 1)),
        Column("abandonment", Number(0, 1)),
        Column("occupancy", Number(0, 1)),
    ),
)

SCORES = Layout(
    "scores",
    (
        Column("agent_id", required=True, aliases=AGENT_NAMES),
        QUEUE,
        Column("handled", Number(), aliases=HANDLED_NAMES),
        Column("aht_s", Number(), aliases=AHT_NAMES, seconds=True),
        Column("aht_factor", Number(above=True), required=True),
        Column("fcr", Number(0, 1)),
        Column("fcr_low", Number(0, 1)),
        Column("fcr_high", Number(0, 1)),
        Column("score", Number(0, 100)),
        Column("grade"),
        Column("aht_factor_low", Number(above=True)),
        Column("aht_factor_high", Number(above=True)),
        Column("quality_time_s", Number(), seconds=True),
    ),
)
