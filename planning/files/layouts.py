"""The layout of every file: its columns in the order they are written, and other names for them."""

from __future__ import annotations

from planning.files.columns import Clock, Column, Day, Flag, Layout, Moment, Number, Text, Weekdays, Word

_QUEUE = Column(
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
_AGENT_NAMES = (
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
_AGENT = Column("agent_id", Text("agent"), required=True, aliases=_AGENT_NAMES)
_SEAT = Column("agent_id", Text("person or seat"), required=True, aliases=_AGENT_NAMES)
_START_NAMES = ("from", "begin", "start time", "开始", "开始时间", "起始")
_END_NAMES = ("to", "until", "end time", "结束", "结束时间", "截止")
_START = Column("start", Moment(), required=True, aliases=_START_NAMES)
_END = Column("end", Moment(), required=True, aliases=_END_NAMES)
_INTERVAL_NAMES = ("start", "date time", "interval", "timestamp", "时段", "时段开始", "开始时间", "时间")
_INTERVAL = Column("interval_start", Moment(), required=True, aliases=_INTERVAL_NAMES)
_AHT_NAMES = ("aht", "average handle time", "average handling time", "平均处理时长", "平均处理时间")
_WAIT_NAMES = ("mean wait", "average wait", "平均等待时长", "平均等待时间")
_PAID_WORDS = (
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
_POOL = Column("pool", Word(("core", "expert")), aliases=("人员类型",))

HISTORY = Layout(
    "history",
    (
        Column("interval_start", Moment(repeats=True), required=True, aliases=_INTERVAL_NAMES),
        _QUEUE,
        Column(
            "offered",
            Number(),
            required=True,
            aliases=(
                "calls offered",
                "contacts",
                "cvo",
                "calls",
                "volume",
                "来电量",
                "呼入量",
                "进线量",
                "进线",
                "呼入",
            ),
        ),
        Column(
            "handled",
            Number(),
            aliases=("answered", "calls handled", "calls answered", "接通量", "接听量", "处理量"),
        ),
        Column("abandoned", Number(), aliases=("calls abandoned", "放弃量", "呼损量")),
        Column("aht_s", Number(), aliases=_AHT_NAMES, seconds=True),
        Column("mean_wait_s", Number(), aliases=_WAIT_NAMES, seconds=True),
        Column("answered_in_target", Number(), aliases=("answered in sl", "within target", "目标内接通量")),
        Column("backlog", Number(), aliases=("open cases", "积压", "积压量")),
    ),
)

AGENTS = Layout(
    "agents",
    (
        Column("agent_id", required=True, aliases=_AGENT_NAMES),
        Column(
            "contract",
            Text("contract"),
            required=True,
            aliases=("contract id", "contract type", "合同", "合同类型"),
        ),
        Column(
            "hourly_cost",
            Number(),
            required=True,
            aliases=("hourly rate", "cost per hour", "时薪", "小时成本"),
        ),
        Column("name", aliases=("agent name", "full name", "姓名", "名字")),
        Column("team", aliases=("group", "班组", "团队", "小组")),
        _POOL,
        Column("hired_on", Day(), aliases=("hire date", "start date", "入职日期")),
        Column("level", aliases=("grade", "seniority", "级别", "等级")),
    ),
)

SKILLS = Layout(
    "skills",
    (
        _AGENT,
        _QUEUE,
        Column("certified_until", Day(), aliases=("certificate until", "valid until", "有效期至", "认证有效期")),
        Column("dedicated", Flag(False), aliases=("专属",)),
    ),
)

ACTIVITIES = Layout(
    "activities",
    (
        Column("activity", required=True, aliases=("活动", "培训", "会议")),
        Column(
            "minutes",
            Number(above=True, whole=True),
            required=True,
            aliases=("duration minutes", "分钟", "时长"),
        ),
        Column("earliest", Moment(), required=True, aliases=("not before", "最早")),
        Column("latest", Moment(), required=True, aliases=("not after", "最晚")),
        Column("agent_id", Text("agent"), aliases=_AGENT_NAMES),
        Column("team", aliases=("group", "班组", "团队", "小组")),
        Column("times_per_week", Number(1, whole=True), aliases=("每周次数",)),
        Column("together", Flag(False), aliases=("all at once", "同时")),
        Column("paid", Flag(True), aliases=("带薪",)),
    ),
)

PERFORMANCE = Layout(
    "performance",
    (
        Column("date", Day(), required=True, aliases=("day", "日期")),
        Column("agent_id", required=True, aliases=_AGENT_NAMES),
        _QUEUE,
        Column(
            "handled",
            Number(),
            required=True,
            aliases=("answered", "calls handled", "接通量", "接听量", "处理量"),
        ),
        Column(
            "handle_time_s",
            Number(),
            required=True,
            aliases=("handle time", "处理时长", "总处理时长"),
            seconds=True,
        ),
        Column("resolved", Number(), aliases=("resolved first time", "首次解决量")),
        Column("csat_sum", Number(), aliases=("满意度总分",)),
        Column("csat_count", Number(), aliases=("满意度评价数",)),
        Column("quality_sum", Number(), aliases=("质检总分",)),
        Column("quality_count", Number(), aliases=("质检数",)),
        Column("first_response_s", Number(), aliases=("first response", "首次响应时长"), seconds=True),
        Column("complaints", Number(), aliases=("投诉量",)),
        Column("violations", Number(), aliases=("违规数",)),
        Column("teamwork", Number(0, 100), aliases=("团队协作",)),
    ),
)

TIME_OFF = Layout(
    "time_off",
    (
        _AGENT,
        _START,
        _END,
        Column("kind", Word(("paid", "unavailable"), _PAID_WORDS), aliases=("type", "类型")),
    ),
)

AVAILABILITY = Layout(
    "availability",
    (
        _AGENT,
        Column("weekday", Weekdays(), required=True, aliases=("day", "days", "星期", "周几")),
        Column("from", Clock(), required=True, aliases=("start", "start time", "开始", "开始时间")),
        Column("to", Clock(), required=True, aliases=("end", "end time", "结束", "结束时间")),
    ),
)

PREFERENCES = Layout(
    "preferences",
    (
        _AGENT,
        _START,
        _END,
        Column(
            "wish",
            Word(("work", "off"), (("上班", "work"), ("休息", "off"))),
            required=True,
            aliases=("意愿",),
        ),
        Column("weight", Number(), aliases=("权重",)),
    ),
)

EVENTS = Layout(
    "events",
    (
        _START,
        _END,
        Column("name", required=True, aliases=("event", "名称", "活动")),
        Column("kind", Word(("campaign", "holiday", "outage", "closed")), aliases=("type", "类型")),
        Column("queue", Text("queue"), aliases=_QUEUE.aliases),
        Column("lift", Number(), aliases=("multiplier", "倍数")),
    ),
)

_STRETCH = (
    _SEAT,
    Column("pool", Word(("", "core", "elastic", "expert")), aliases=("人员类型",)),
    Column("shift_id", aliases=("shift", "班次")),
    _START,
    _END,
    Column("activity", aliases=("状态", "活动")),
    Column("queues", aliases=(*_QUEUE.aliases, "queue")),
    Column("paid", Flag(True), aliases=("带薪",)),
)
ROSTER = Layout("roster", _STRETCH)
PINS = Layout("pins", _STRETCH)
PREVIOUS = Layout("previous", _STRETCH)

_ROUTE = (
    _AGENT,
    _QUEUE,
    Column("level", Number(1, whole=True), aliases=("priority", "优先级")),
    Column("weight", Number(), aliases=("权重",)),
)
ROUTING = Layout("routing", _ROUTE)
ROUTING_CURRENT = Layout("routing_current", _ROUTE)

BANDS = ("p025", "p05", "p10", "p25", "p50", "p75", "p90", "p95", "p975")
FORECAST = Layout(
    "forecast",
    (
        _INTERVAL,
        _QUEUE,
        Column("mean", Number(), required=True, aliases=("forecast", "offered", "volume", "预测量")),
        *(Column(band, Number()) for band in BANDS),
        Column("aht_s", Number(), aliases=_AHT_NAMES, seconds=True),
    ),
)

REQUIREMENT = Layout(
    "requirement",
    (
        _INTERVAL,
        _QUEUE,
        Column("volume", Number(), required=True, aliases=("offered", "contacts")),
        Column("aht_s", Number(), aliases=_AHT_NAMES, seconds=True),
        Column("agents", Number(), required=True, aliases=("seats", "需求人数")),
        Column("scheduled_agents", Number()),
        Column("mean_wait_s", Number(), aliases=_WAIT_NAMES, seconds=True),
        Column("service_level", Number(0, 1)),
        Column("abandonment", Number(0, 1)),
        Column("occupancy", Number(0, 1)),
    ),
)

SCORES = Layout(
    "scores",
    (
        Column("agent_id", required=True, aliases=_AGENT_NAMES),
        _QUEUE,
        Column("handled", Number()),
        Column("aht_s", Number(), aliases=_AHT_NAMES, seconds=True),
        Column("aht_factor", Number(above=True), required=True),
        Column("fcr", Number(0, 1)),
        Column("fcr_low", Number(0, 1)),
        Column("fcr_high", Number(0, 1)),
        Column("score", Number(0, 100)),
        Column("grade"),
    ),
)

INPUTS = (
    HISTORY,
    AGENTS,
    SKILLS,
    ACTIVITIES,
    ROUTING_CURRENT,
    PERFORMANCE,
    TIME_OFF,
    AVAILABILITY,
    PREFERENCES,
    EVENTS,
    PINS,
    PREVIOUS,
)
"""The tables of a planning folder."""

REQUIRED = ("history", "agents", "skills")
