"""The tables of a planning folder: their columns in the order they are written, and other names for them."""

from __future__ import annotations

from planning.files.columns import Clock, Column, Day, Flag, Layout, Moment, Number, Text, Weekdays, Word
from planning.files.shared_columns import (
    AGENT,
    AGENT_NAMES,
    AHT_NAMES,
    CONTACTS,
    END,
    HANDLED_NAMES,
    INTERVAL_NAMES,
    PAID_WORDS,
    POOL,
    QUEUE,
    SEAT,
    START,
    WAIT_NAMES,
)

HISTORY = Layout(
    "history",
    (
        Column("interval_start", Moment(repeats=True), required=True, aliases=INTERVAL_NAMES),
        QUEUE,
        Column(
            "offered",
            CONTACTS,
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
        Column("handled", Number(), aliases=HANDLED_NAMES),
        Column("abandoned", Number(), aliases=("calls abandoned", "放弃量", "呼损量")),
        Column("aht_s", Number(), aliases=AHT_NAMES, seconds=True),
        Column("mean_wait_s", Number(), aliases=WAIT_NAMES, seconds=True),
        Column("answered_in_target", Number(), aliases=("answered in sl", "within target", "目标内接通量")),
        Column("backlog", CONTACTS, aliases=("open cases", "积压", "积压量")),
    ),
)

AGENTS = Layout(
    "agents",
    (
        Column("agent_id", required=True, aliases=AGENT_NAMES),
        Column(
            "contract", Text("contract"), required=True, aliases=("contract id", "contract type", "合同", "合同类型")
        ),
        Column("hourly_cost", Number(), required=True, aliases=("hourly rate", "cost per hour", "时薪", "小时成本")),
        Column("name", aliases=("agent name", "full name", "姓名", "名字")),
        Column("team", aliases=("group", "班组", "团队", "小组")),
        POOL,
        Column("hired_on", Day(), aliases=("hire date", "start date", "入职日期")),
        Column("level", aliases=("grade", "seniority", "级别", "等级")),
        Column("overtime_h", Number(), aliases=("overtime hours", "overtime", "加班", "加班小时")),
        Column("site", aliases=("site id", "location", "building", "职场", "站点")),
    ),
)

SKILLS = Layout(
    "skills",
    (
        AGENT,
        QUEUE,
        Column("certified_until", Day(), aliases=("certificate until", "valid until", "有效期至", "认证有效期")),
        Column("dedicated", Flag(False), aliases=("专属",)),
    ),
)

ACTIVITIES = Layout(
    "activities",
    (
        Column("activity", required=True, aliases=("活动", "培训", "会议")),
        Column("minutes", Number(above=True, whole=True), required=True, aliases=("duration minutes", "分钟", "时长")),
        Column("earliest", Moment(), required=True, aliases=("not before", "最早")),
        Column("latest", Moment(), required=True, aliases=("not after", "最晚")),
        Column("agent_id", Text("agent"), aliases=AGENT_NAMES),
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
        Column("agent_id", required=True, aliases=AGENT_NAMES),
        QUEUE,
        Column("handled", Number(), required=True, aliases=HANDLED_NAMES),
        Column(
            "handle_time_s", Number(), required=True, aliases=("handle time", "处理时长", "总处理时长"), seconds=True
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
    (AGENT, START, END, Column("kind", Word(("paid", "unavailable"), PAID_WORDS), aliases=("type", "类型"))),
)

AVAILABILITY = Layout(
    "availability",
    (
        AGENT,
        Column("weekday", Weekdays(), required=True, aliases=("day", "days", "星期", "周几")),
        Column("from", Clock(), required=True, aliases=("start", "start time", "开始", "开始时间")),
        Column("to", Clock(), required=True, aliases=("end", "end time", "结束", "结束时间")),
    ),
)

PREFERENCES = Layout(
    "preferences",
    (
        AGENT,
        START,
        END,
        Column("wish", Word(("work", "off"), (("上班", "work"), ("休息", "off"))), required=True, aliases=("意愿",)),
        Column("weight", Number(), aliases=("权重",)),
    ),
)

EVENTS = Layout(
    "events",
    (
        START,
        END,
        Column("name", required=True, aliases=("event", "名称", "活动", "姓名")),
        Column("kind", Word(("campaign", "holiday", "outage", "closed")), aliases=("type", "类型")),
        Column("queue", Text("queue"), aliases=QUEUE.aliases),
        Column("lift", Number(), aliases=("multiplier", "倍数")),
    ),
)

STRETCH = (
    SEAT,
    Column("pool", Word(("", "core", "elastic", "expert")), aliases=("人员类型",)),
    Column("shift_id", aliases=("shift", "班次")),
    START,
    END,
    Column("activity", aliases=("状态", "活动")),
    Column("queues", aliases=(*QUEUE.aliases, "queue")),
    Column("paid", Flag(True), aliases=("带薪",)),
)
PINS = Layout("pins", STRETCH)
PREVIOUS = Layout("previous", STRETCH)

ROUTE = (
    AGENT,
    QUEUE,
    Column("level", Number(1, whole=True), aliases=("priority", "优先级")),
    Column("weight", Number(), aliases=("权重",)),
)
ROUTING_CURRENT = Layout("routing_current", ROUTE)

OVERRIDES = Layout(
    "overrides",
    (
        START,
        END,
        Column("value", CONTACTS, required=True, aliases=("factor", "contacts", "数值", "调整值")),
        Column("kind", Word(("level", "event", "interval")), aliases=("type", "类型")),
        Column("queue", Text("queue"), aliases=QUEUE.aliases),
        Column("reason", aliases=("why", "comment", "原因", "说明")),
        Column("author", aliases=("by", "planner", "调整人")),
        Column("made_on", Day(), aliases=("date", "changed on", "调整日期")),
    ),
)

SHRINKAGE = Layout(
    "shrinkage",
    (
        Column("date", Day(), required=True, aliases=("day", "日期")),
        Column("agent_id", aliases=AGENT_NAMES),
        Column("scheduled_minutes", Number(), required=True, aliases=("scheduled", "planned minutes", "排班分钟")),
        Column("absent_minutes", Number(), aliases=("absent", "absence minutes", "缺勤分钟")),
        Column("in_shift_lost_minutes", Number(), aliases=("lost minutes", "in shift lost", "班内损失分钟")),
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
    OVERRIDES,
    SHRINKAGE,
    PINS,
    PREVIOUS,
)
"""The tables of a planning folder."""

REQUIRED = ("history", "agents", "skills")
