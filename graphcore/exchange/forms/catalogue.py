"""Every form that intake knows: fields, their usual Chinese headers, types.

The first header is the official one (what exports and the seed district write); the others are
variants met in the field, English ones included. ``Type`` says how a cell is read.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphcore.exchange.forms.choices import (
    DAMAGE_WORDS,
    FACT_WORDS,
    GROUP_WORDS,
    HAZARD_WORDS,
    HOLD_WORDS,
    KIND_WORDS,
    MODE_WORDS,
    PHASE_WORDS,
    ROAD_WORDS,
    STATE_WORDS,
    USE_WORDS,
)
from graphcore.exchange.forms.forces import FORCES, READINESS_WORDS, TASK_WORDS
from graphcore.exchange.forms.form import Field, Form, Type
from graphcore.exchange.forms.form import count as _count
from graphcore.exchange.forms.lifecycle import LIFECYCLE, REPORT_FIGURES
from graphcore.exchange.forms.money import MONEY
from graphcore.exchange.forms.reserves import RESERVES
from graphcore.exchange.forms.transport import TRANSPORT
from graphcore.exchange.forms.winter import WINTER

_HOUSEHOLD = Field("household", ("户编号", "户号", "家庭编号", "household_id"))
_VILLAGE = Field(
    "village", ("村（社区）", "村", "行政村", "村委会", "所在村", "村居", "village"), Type.PLACE
)
_TOWNSHIP = Field(
    "township", ("乡镇", "乡镇（街道）", "所属乡镇", "所在乡镇", "township"), Type.PLACE
)
_HEAD = Field("head", ("户主姓名", "户主", "姓名", "head"), personal=True)
_NUMBER = Field("id_number", ("身份证号码", "身份证号", "公民身份号码", "户主身份证号", "证件号码", "id_number"),
                Type.ID_NUMBER, personal=True)  # fmt: skip
_PHONE = Field("phone", ("联系电话", "电话", "手机号", "手机号码", "phone"), personal=True)
_ADDRESS = Field("address", ("家庭住址", "住址", "地址", "详细地址", "address"), personal=True)
_NAME = Field("name", ("姓名", "成员姓名", "name"), personal=True)
_TYPE = Field("household_type", ("家庭类型", "户类型", "困难类型", "household_type"))
_LON = Field("lon", ("经度", "lon", "longitude"), Type.NUMBER, most=180)
_LAT = Field("lat", ("纬度", "lat", "latitude"), Type.NUMBER, most=90)


FORMS: tuple[Form, ...] = (
    Form("disaster", "灾害基本情况表", (
        Field("code", ("灾害编号", "disaster_id"), required=True),
        Field("name", ("灾害名称", "disaster"), required=True),
        Field("hazard", ("灾害种类", "灾种", "hazard"), Type.CHOICE, True, choices=HAZARD_WORDS),
        Field("occurred_at", ("发生时间", "灾害发生时间", "occurred_at"), Type.TIME, True),
        Field("response_level", ("响应级别", "response_level")),
    ), key=("code",)),
    Form("impact", "乡镇受灾强度表", (
        Field("disaster", ("灾害编号", "disaster_id"), required=True),
        Field("township", _TOWNSHIP.headers, Type.PLACE, required=True),
        _count("intensity", "受灾强度", "强度", "intensity", most=100, required=True),
    ), key=("disaster", "township"), place="township"),
    Form("townships", "乡镇基本情况表", (
        Field("code", ("乡镇代码", "行政区划代码", "township_code"), required=True),
        Field("name", ("乡镇名称", "乡镇", "township"), required=True),
        Field("district", ("区县名称", "区县", "district")),
        _count("population", "人口", "常住人口", "population", most=10_000_000), _LON, _LAT,
        Field("market_on", ("市场恢复日期", "市场供应恢复日期", "商超恢复营业日期", "market_on"), Type.DATE),
    ), key=("code",)),
    Form("villages", "村（社区）基本情况表", (
        Field("code", ("村代码", "统计用区划代码", "village_code"), required=True),
        Field("name", ("村名称", "村（社区）名称", "village"), required=True),
        Field("township", _TOWNSHIP.headers, Type.PLACE, required=True),
        Field("hit", ("是否受灾", "受灾", "hit"), Type.FLAG), _LON, _LAT,
    ), key=("code",)),
    Form("shelters", "安置点登记表", (
        Field("code", ("安置点编号", "shelter_id"), required=True),
        Field("name", ("安置点名称", "安置点", "shelter"), required=True),
        Field("village", _VILLAGE.headers, Type.PLACE, required=True),
        Field("township", _TOWNSHIP.headers, Type.PLACE),
        _count("capacity", "可容纳人数", "容量", "capacity", required=True), _LON, _LAT,
    ), key=("code",), place="village"),
    Form("stays", "安置点入住登记表", (
        Field("shelter", ("安置点编号", "shelter_id"), required=True),
        _HOUSEHOLD, _HEAD, _NUMBER,
        _count("persons", "入住人数", "人数", "persons", most=50),
        Field("checked_in_at", ("入住时间", "checked_in_at"), Type.TIME),
        Field("checked_out_at", ("离开时间", "checked_out_at"), Type.TIME),
    ), key=("shelter", "household"), persons="persons"),
    Form("roster", "受灾村住户底册", (
        Field("household", _HOUSEHOLD.headers, required=True),
        Field("village", _VILLAGE.headers, Type.PLACE, required=True), _TOWNSHIP,
        _HEAD, _NUMBER, _PHONE,
        _count("persons", "家庭人口", "家庭人数", "人口数", "persons", most=50),
        _ADDRESS,
        Field("state", ("核查状态", "状态", "情况", "state"), Type.CHOICE, choices=STATE_WORDS),
        Field("checked_by", ("核查人", "核查单位", "checked_by")),
        Field("checked_at", ("核查时间", "checked_at"), Type.TIME),
    ), key=("household",), place="village", persons="persons"),
    Form("members", "家庭成员表", (
        Field("household", _HOUSEHOLD.headers, required=True),
        Field("name", _NAME.headers, required=True, personal=True), _NUMBER,
        Field("sex", ("性别", "sex"), Type.CHOICE, personal=True,
              choices={"male": ("男",), "female": ("女",)}),
        Field("born_on", ("出生日期", "出生年月", "born_on"), Type.DATE, personal=True),
        Field("relation", ("与户主关系", "relation")),
        Field("facts", ("特殊医疗需求", "医疗需求", "健康状况", "medical"), Type.CHOICES, personal=True,
              choices=FACT_WORDS),
    ), key=("household", "name", "id_number"), persons=""),
    Form("groups", "特殊困难群体名册", (
        _HOUSEHOLD, Field("name", _NAME.headers, required=True, personal=True), _NUMBER,
        _VILLAGE, _TOWNSHIP,
        Field("groups", ("人员类别", "困难类别", "对象类别", "救助类别", "groups"), Type.CHOICES, True,
              choices=GROUP_WORDS),
        Field("source", ("数据来源", "来源", "source")),
        Field("valid_from", ("认定日期", "生效日期", "valid_from"), Type.DATE),
        Field("valid_to", ("有效期至", "截止日期", "valid_to"), Type.DATE),
    ), key=("household", "name", "id_number"), place="village"),
    Form("ledger", "受灾人员政府救助台账", (
        _HOUSEHOLD, Field("head", _HEAD.headers, required=True, personal=True), _NUMBER, _PHONE, _TYPE,
        _count("persons", "家庭人口", "家庭人数", "人口数", "persons", most=50),
        _TOWNSHIP, Field("village", _VILLAGE.headers, Type.PLACE, required=True), _ADDRESS,
        _count("persons_in_need", "需救助人口", "需救助人数", "应救助人数", "persons_in_need", most=50,
               required=True),
        Field("paid", ("救助资金（元）", "发放资金", "救助金额", "paid"), Type.MONEY),
        Field("goods_value", ("物资折款（元）", "物资折价", "goods_value"), Type.MONEY),
        Field("payment_form", ("发放形式", "发放方式", "payment_form")),
    ), key=("household", "head", "id_number", "village"), place="village", persons="persons_in_need"),
    Form("houses", "倒损住房台账", (
        _HOUSEHOLD, Field("head", _HEAD.headers, required=True, personal=True), _NUMBER,
        _TOWNSHIP, Field("village", _VILLAGE.headers, Type.PLACE, required=True), _ADDRESS, _TYPE,
        Field("structure", ("房屋结构", "结构", "structure")),
        Field("damage", ("损坏程度", "损毁等级", "受损程度", "damage"), Type.CHOICE, True,
              choices=DAMAGE_WORDS),
        _count("rooms_collapsed", "倒塌间数", "rooms_collapsed", most=200),
        _count("rooms_severe", "严重损坏间数", "严损间数", "rooms_severe", most=200),
        _count("rooms_minor", "一般损坏间数", "rooms_minor", most=200),
        Field("rebuilding", ("重建方式", "恢复重建方式", "rebuilding")),
        Field("state", ("重建状态", "当前状态", "重建进度", "state")),
    ), key=("household", "head", "id_number", "village"), place="village"),
    Form("headcounts", "未具名人数快报", (
        Field("code", ("快报编号", "headcount_id")),
        Field("place", ("地点", "村（社区）", "村", "place"), Type.PLACE, required=True),
        Field("township", _TOWNSHIP.headers, Type.PLACE),
        _count("persons", "估计人数", "人数", "约计人数", "persons", required=True),
        _count("households", "估计户数", "户数", "households"),
        Field("source", ("信息来源", "来源", "source")),
        Field("counted_at", ("统计时间", "上报时间", "counted_at"), Type.TIME),
    ), key=("code", "place", "source"), place="place", persons="persons"),
    Form("reports", "乡镇灾情报表", (
        Field("township", _TOWNSHIP.headers, Type.PLACE, required=True),
        Field("disaster", ("灾害编号", "disaster_id")),
        Field("phase", ("报告类型", "报别", "phase"), Type.CHOICE, choices=PHASE_WORDS),
        Field("reported_at", ("报告时间", "填报时间", "reported_at"), Type.TIME),
        *REPORT_FIGURES,
        Field("zero", ("零报告", "是否零报告", "无新增变化"), Type.FLAG),
        Field("source", ("填报单位", "来源", "source")),
        Field("reporter", ("填报人", "报告人", "reporter")),
    ), key=("township", "disaster", "phase", "reported_at"), place="township", persons="affected_persons"),
    Form("warehouses", "救灾物资储备库名录", (
        Field("code", ("储备库编号", "仓库编号", "warehouse_id"), required=True),
        Field("name", ("储备库名称", "仓库名称", "储备库", "warehouse"), required=True),
        Field("township", _TOWNSHIP.headers, Type.PLACE, required=True),
        Field("owner", ("管理单位", "权属单位", "owner")), _LON, _LAT,
        _count("capacity_l", "库容（升）", "库容", "capacity_l", most=1_000_000_000),
        Field("opening_cost", ("拟启用费用（元）", "启用费用", "opening_cost"), Type.MONEY),
    ), key=("code",)),
    Form("lots", "救灾物资库存批次表", (
        Field("code", ("批次编号", "批次号", "批号", "lot"), required=True),
        Field("warehouse", ("储备库编号", "仓库编号", "warehouse"), required=True),
        Field("item", ("物资品种", "物资名称", "品名", "item"), required=True),
        _count("quantity", "库存数量", "数量", "quantity", most=100_000_000, required=True),
        Field("unit", ("计量单位", "单位", "unit")),
        Field("arrives_on", ("预计到货日期", "到货日期", "arrives_on"), Type.DATE),
        Field("expires_on", ("有效期至", "保质期至", "到期日", "expires_on"), Type.DATE),
        Field("owner", ("权属单位", "所有权单位", "owner")),
        Field("authority", ("调拨权单位", "动用权单位", "authority")),
        _count("min_units", "起送数量", "最小发放批量", "min_units", most=100_000_000),
        Field("hold", ("库存状态", "状态", "hold"), Type.CHOICE, choices=HOLD_WORDS),
        Field("donation", ("捐赠编号", "donation_id")),
    ), key=("code",)),
    Form("projects", "捐赠项目表", (
        Field("code", ("捐赠项目编号", "项目编号", "project"), required=True),
        Field("name", ("捐赠项目名称", "项目名称", "project_name"), required=True),
        Field("only_townships", ("项目乡镇", "实施乡镇", "townships")),
        Field("only_groups", ("项目群体", "受益群体", "groups"), Type.CHOICES, choices=GROUP_WORDS),
        Field("only_needs", ("项目用途", "purposes"), Type.CHOICES, choices=USE_WORDS),
        Field("items", ("项目物资", "items")),
        Field("from_on", ("项目开始日期", "from_on"), Type.DATE),
        Field("to_on", ("项目截止日期", "to_on"), Type.DATE),
    ), key=("code",)),
    Form("donations", "社会捐赠登记表", (
        Field("code", ("捐赠编号", "donation_id"), required=True),
        Field("donor", ("捐赠人", "捐赠单位", "捐赠方", "donor"), required=True),
        Field("kind", ("捐赠类型", "捐赠类别", "kind"), Type.CHOICE, True, choices=KIND_WORDS),
        Field("item", ("物资品种", "物资名称", "item")),
        _count("quantity", "捐赠数量", "数量", "quantity", most=100_000_000),
        Field("unit", ("计量单位", "单位", "unit")),
        Field("amount", ("捐赠金额（元）", "金额", "amount"), Type.MONEY),
        Field("only_townships", ("定向乡镇", "指定乡镇", "only_townships")),
        Field("only_groups", ("定向群体", "指定群体", "only_groups"), Type.CHOICES, choices=GROUP_WORDS),
        Field("only_needs", ("定向用途", "指定用途", "only_needs"), Type.CHOICES, choices=USE_WORDS),
        Field("project", ("定向项目", "捐赠项目编号", "project")),
        Field("purpose", ("捐赠用途", "用途", "purpose")),
        Field("redirect_consent", ("同意调剂", "是否同意调剂", "redirect_consent"), Type.FLAG),
        Field("surplus", ("余额可调剂", "指定用途满足后余额可调剂", "surplus"), Type.FLAG),
        Field("received_on", ("接收日期", "received_on"), Type.DATE),
    ), key=("code",)),
    Form("fleet", "运力登记表", (
        Field("warehouse", ("储备库编号", "仓库编号", "warehouse"), required=True),
        Field("mode", ("运输方式", "mode"), Type.CHOICE, True, choices=MODE_WORDS),
        _count("vehicles", "车（船、机）数量", "数量", "vehicles", most=10_000, required=True),
        _count("capacity_kg", "单车载重（千克）", "载重", "capacity_kg", most=100_000, required=True),
        _count("capacity_l", "单车容积（升）", "容积", "capacity_l", most=1_000_000),
        _count("trips_per_day", "每日往返次数", "趟次", "trips_per_day", most=50),
        Field("cold", ("是否冷链", "冷链", "冷藏", "cold"), Type.FLAG),
    ), key=("warehouse", "mode")),
    Form("roads", "道路通行情况表", (
        Field("code", ("路段编号", "路段", "road"), required=True),
        Field("a", ("起点", "起点代码", "from"), required=True),
        Field("b", ("终点", "终点代码", "to"), required=True),
        _count("minutes", "通行时间（分钟）", "通行时间", "minutes", most=10_000, required=True),
        Field("modes", ("运输方式", "通行方式", "modes"), Type.CHOICES, choices=MODE_WORDS),
        Field("state", ("通行状态", "状态", "state"), Type.CHOICE, choices=ROAD_WORDS),
        _count("weight_limit_kg", "限重（千克）", "限重", "weight_limit_kg", most=1_000_000),
        Field("repaired_on", ("预计恢复日期", "抢通日期", "repaired_on"), Type.DATE),
    ), key=("code",)),
    Form("organizations", "社会力量登记表", (
        Field("code", ("统一社会信用代码", "机构代码", "organization_id"), required=True),
        Field("name", ("组织名称", "机构名称", "名称", "organization"), required=True),
        Field("kind", ("组织类型", "机构类型", "类型", "kind")),
        Field("skills", ("专业技能", "专长", "skills")),
        Field("programme", ("救助项目", "项目名称", "programme")),
        _TOWNSHIP,
        Field("valid_to", ("登记有效期至", "证书有效期至", "valid_to"), Type.DATE),
        Field("readiness", ("备勤状态", "队伍状态", "readiness"), Type.CHOICE, choices=READINESS_WORDS),
        Field("prefers", ("意愿任务", "优先承接任务", "prefers"), Type.CHOICES, choices=TASK_WORDS),
    ), key=("code",)),
    *LIFECYCLE,
    *RESERVES,
    *MONEY,
    *FORCES,
    *TRANSPORT,
    *WINTER,
)  # fmt: skip

PEOPLE = Form("people", "人员名单", (
    Field("id", ("记录编号", "人员编号", "rec_id", "record_id", "unique_id", "id")),
    _HOUSEHOLD,
    Field("name", (*_HEAD.headers, "成员姓名", "given_name", "first_name", "name"), personal=True),
    Field("surname", ("姓", "surname", "last_name", "family_name"), personal=True),
    Field("id_number", (*_NUMBER.headers, "soc_sec_id", "ssn"), personal=True), _PHONE,
    Field("sex", ("性别", "sex", "gender"), personal=True),
    Field("born_on", ("出生日期", "出生年月", "date_of_birth", "dob", "born_on"), personal=True),
    Field("relation", ("与户主关系", "relation")),
    Field("persons", ("家庭人口", "家庭人数", "人口数", "persons")),
    Field("township", (*_TOWNSHIP.headers, "postcode")),
    Field("village", (*_VILLAGE.headers, "suburb")),
    Field("door", ("门牌号", "street_number"), personal=True),
    Field("address", (*_ADDRESS.headers, "address_1"), personal=True),
    Field("groups", ("人员类别", "困难类别", "对象类别", "救助类别", "groups")),
))  # fmt: skip
"""Any table of people, for comparison only: everything is kept as it is written."""

BY_CODE: Mapping[str, Form] = {f.code: f for f in FORMS}

__all__ = ["BY_CODE", "FORMS", "PEOPLE", "Field", "Form", "Type"]
