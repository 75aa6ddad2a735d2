"""Columns that several files have, and the names people use for them."""

from __future__ import annotations

from planning.files.columns import Column, Moment, Number, Text, Word

QUEUE = Column(
    "queue",
    Text("queue"),
    required=True,
    aliases=(
        "skill",
        "split",
        "vdn",
        "queue name",
        "queue id",
        "skill group",
        "队列",
        "技能组",
        "队列名称",
        "技能",
    ),
)
AGENT_NAMES = (
    "agent",
    "employee id",
    "employee",
    "agent no",
    "staff id",
    "工号",
    "员工号",
    "坐席工号",
    "坐席",
)
AGENT = Column("agent_id", Text("agent"), required=True, aliases=AGENT_NAMES)
SEAT = Column("agent_id", Text("person or seat"), required=True, aliases=AGENT_NAMES)
START_NAMES = ("from", "begin", "start time", "开始", "开始时间", "起始")
END_NAMES = ("to", "until", "end time", "结束", "结束时间", "截止")
START = Column("start", Moment(), required=True, aliases=START_NAMES)
END = Column("end", Moment(), required=True, aliases=END_NAMES)
INTERVAL_NAMES = ("start", "date time", "interval", "timestamp", "时段", "时段开始", "开始时间", "时间")
INTERVAL = Column("interval_start", Moment(), required=True, aliases=INTERVAL_NAMES)
CONTACTS = Number(high=10_000_000.0)
"""Contacts of an interval: more are a slip of the keyboard, and no simulation would hold them."""
HANDLED_NAMES = ("answered", "calls handled", "calls answered", "接通量", "接听量", "处理量")
AHT_NAMES = ("aht", "average handle time", "average handling time", "平均处理时长", "平均处理时间")
WAIT_NAMES = ("mean wait", "average wait", "平均等待时长", "平均等待时间")
PAID_WORDS = (
    ("annual", "paid"),
    ("annual leave", "paid"),
    ("sick", "paid"),
    ("sick leave", "paid"),
    ("training", "paid"),
    ("leave", "paid"),
    ("vacation", "paid"),
    ("holiday", "paid"),
    ("pto", "paid"),
    ("unpaid", "unavailable"),
    ("年假", "paid"),
    ("病假", "paid"),
    ("带薪", "paid"),
    ("培训", "paid"),
    ("事假", "unavailable"),
    ("无薪", "unavailable"),
)
POOL = Column("pool", Word(("core", "expert")), aliases=("人员类型",))
