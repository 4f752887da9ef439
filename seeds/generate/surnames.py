"""Surnames and given-name characters with approximate frequencies.

Surnames: the order of the hundred commonest, the shares of the first three (7.25, 7.19 and 6.83%),
the brackets (the first ten above 20 million bearers, the next twelve above 10 million) and the
total of the hundred (84.77%) are those that the Ministry of Public Security published for the
household register in April 2007. Shares inside the brackets are interpolated. The rarer, compound
and minority names behind them share what is left; their order is approximate.
Given-name characters were put together for this generator, by generation and sex; their weights
only fall with their place in the list.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_FIRST = "王李张刘陈杨黄赵吴周"
_NEXT = "徐孙马朱胡郭何高林罗郑梁"
_REST = (
    "谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦"
    "邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_TAIL = (
    "常康文温牛代赖洪葛施邢安樊齐乔易庞倪伍鲁聂章岳颜殷翟申耿欧庄左焦兰关俞柳甘祝傅包尚毕舒宁曲梅童阮纪季"
    "苗单裴符谷凌成霍盛詹冉路骆辛靳柯涂蓝柴管翁祁鲍喻游蒙华蒲房滕屈饶解艾牟尤阳穆吉车项"
)
COMPOUND = ("欧阳", "上官", "皇甫", "司徒", "令狐", "诸葛", "司马", "夏侯", "端木", "慕容")

_FIRST_SHARES = (7.25, 7.19, 6.83, 5.40, 4.60, 3.05, 2.25, 2.10, 2.05, 1.95)
_NEXT_SHARES = (1.50, 1.45, 1.30, 1.28, 1.20, 1.15, 1.10, 1.08, 1.05, 1.02, 0.95, 0.88)
_HUNDRED = 84.77
_COMPOUND_SHARE = 0.10  # percent of all, of which most are 欧阳


def surname_table() -> tuple[list[str], npt.NDArray[np.float64]]:
    """Return surnames and their probabilities (sum 1), the commonest first."""
    left = _HUNDRED - sum(_FIRST_SHARES) - sum(_NEXT_SHARES)
    rest = _falling(len(_REST), left, steepness=0.9)
    compound = _falling(len(COMPOUND), _COMPOUND_SHARE, steepness=3.0)
    tail = _falling(len(_TAIL), 100 - _HUNDRED - _COMPOUND_SHARE, steepness=1.2)
    shares = np.concatenate([_FIRST_SHARES, _NEXT_SHARES, rest, tail, compound])
    return [*_FIRST, *_NEXT, *_REST, *_TAIL, *COMPOUND], shares / shares.sum()


def _falling(count: int, total: float, *, steepness: float) -> npt.NDArray[np.float64]:
    """Return ``count`` shares that fall exponentially and add up to ``total``."""
    weights = np.exp(-steepness * np.arange(count) / count)
    return np.asarray(weights / weights.sum() * total, dtype=np.float64)


# (born before, men's characters, women's characters, share of one-character names)
GIVEN: tuple[tuple[int, str, str, float], ...] = (
    (1960,
     "国明德文志永福生金华荣祥忠清贵根富林树松有昌水寿火土宝庆云龙兴才木法发炳银长友",
     "秀英兰珍花芳桂玉香莲菊梅凤金美翠素月爱娥彩银春娟仙琴芝妹云珠巧荷苏香杏雪菜红根", 0.12),
    (1985,
     "建军伟勇强平明斌国波辉刚海涛峰健磊杰文华志永新东林飞超俊亮晓红春小光庆旭松利民宏",
     "丽敏静燕艳芳红霞玲娟英萍华梅琴云晓莉小慧琳玉丹春雪美珍萍巧洁芬月娜青素秋菊爱亚", 0.28),
    (2005,
     "浩杰鑫宇俊超磊涛鹏飞凯博文伟轩晨龙斌阳健翔豪旭佳嘉天子泽志明毅成帆航林皓振家康",
     "婷雪倩佳颖欣怡慧静洁莹琳琪丹雨思梦晓璐瑶嘉诗文悦敏晨雅芳梓萱宁晶玉媛露蕾薇燕娜", 0.17),
    (9999,
     "宇轩子浩泽梓俊辰博睿铭晨皓嘉瑞天佑一诺文昊煜祺宸奕沐承恩景彦安明哲远航成逸翔家乐",
     "梓涵欣怡诗雨萱可馨语桐悦依诺一思琪雅妍子熙若汐沐芯宁佳彤瑶心妤嘉奕然艺璇安清婉月", 0.06),
)  # fmt: skip

# Names written with a middle dot, as of Uygur and Kazakh families: own name · father's name.
DOTTED_MEN = (
    "买买提",
    "阿不都",
    "艾尔肯",
    "吐尔逊",
    "玉素甫",
    "卡德尔",
    "热合曼",
    "巴合提",
    "叶尔兰",
    "木拉提",
)
DOTTED_WOMEN = (
    "古丽娜尔",
    "阿依古丽",
    "热依汗",
    "帕提古丽",
    "米日古丽",
    "阿孜古丽",
    "加娜尔",
    "迪丽努尔",
)
DOTTED_FATHERS = (
    "买买提江",
    "阿不都拉",
    "艾力",
    "吐尔洪",
    "依明",
    "赛买提",
    "努尔兰",
    "哈力克",
    "沙吾提",
)
