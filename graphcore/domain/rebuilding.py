"""Words of rebuilding: how a household gets a safe, warm dwelling again, and how far it is."""

from __future__ import annotations

from enum import StrEnum


class Route(StrEnum):
    """How a household gets its dwelling."""

    SELF_BUILD = "self_build"  # 自建
    RAISED = "raised"  # 提高标准补助后自建、代建
    PUBLIC_HOUSING = "public_housing"  # 保障房


class Milestone(StrEnum):
    """What has been done for a house, in order; a route may not need all."""

    ASSESSED = "assessed"  # 评估鉴定
    APPLIED = "applied"  # 本人申请或村组提名
    REVIEWED = "reviewed"  # 村评议
    NOTICED = "noticed"  # 公示
    AUDITED = "audited"  # 乡镇审核
    APPROVED = "approved"  # 县级审批
    STARTED = "started"  # 开工
    ROOFED = "roofed"  # 封顶
    ACCEPTED = "accepted"  # 验收
    ALLOTTED = "allotted"  # 保障房分配
    MOVED_IN = "moved_in"  # 入住
