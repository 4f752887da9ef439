"""The rulebook: dated, cited, region-scoped figures, and the look-ups that other stages use."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from graphcore.domain.errors import NoRuleInForce, PolicyError
from graphcore.domain.event import canonical_json
from graphcore.domain.tables import ITEMS, KITS, SWAPS, frame
from graphcore.domain.text import say
from graphcore.policy.files import read_layers
from graphcore.policy.model import (
    BenefitRule,
    Condition,
    Dated,
    DatedEase,
    FastTrackRule,
    Item,
    KitRule,
    NeedRule,
    PairRule,
    ProgrammeRule,
    ReferralRule,
    RuleFile,
    Scope,
    StageRule,
    SubstitutionRule,
)

D = TypeVar("D", bound=Dated)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter's figure on one day, with the text that it rests on."""

    name: str
    value: Any  # whole number, text, list or table, as the rule file has it
    cites: str
    status: str


def in_force(entries: Sequence[D], day: date, region: str) -> D | None:
    """Return the entry in force: the narrowest region wins, then the level, then the latest start.

    >>> in_force([], date(2026, 7, 1), "") is None
    True
    """
    holding = [e for e in entries if e.holds(day, region)]
    return max(holding, key=lambda e: (len(e.region), e.rank, e.since), default=None)


@dataclass(frozen=True)
class Rulebook:
    """Shipped rules under district overrides. Build it with `load`.

    ``region`` is the division code whose values apply. A district's folder wins over the shipped
    rules wherever it has a value in force, whatever the dates of both.
    """

    layers: tuple[RuleFile, ...]
    region: str = ""

    def within(self, region: str) -> Rulebook:
        """Return the rulebook as it holds in a region (a division code)."""
        return replace(self, region=region)

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the content and region: the same rules give the same hash anywhere."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def text(self) -> str:
        """All rules as one text, from which `kept` makes the same rulebook again."""
        content = [layer.model_dump(mode="json", by_alias=True) for layer in self.layers]
        return canonical_json({"layers": content, "region": self.region})  # type: ignore[dict-item]

    def at(self, name: str, day: date) -> Parameter:
        """Return the parameter in force on the day.

        Raises:
            NoRuleInForce: no such parameter, or none of its values covers the day and region.
        """
        for layer in reversed(self.layers):
            rule = layer.parameters.get(name)
            found = in_force(rule.values, day, self.region) if rule else None
            if found is not None:
                return Parameter(name, found.value, found.cites, found.status.value)
        raise NoRuleInForce(
            say("{day} 没有生效的参数 {name}。", day=day.isoformat(), name=name),
            say("请在规则目录中为它补充覆盖该日期和地区的数值，写法见 docs/POLICY.md。"),
            field=name,
        )

    # -- items ----------------------------------------------------------------------------------

    def items(self) -> pl.DataFrame:
        """Return all supply items (schema ITEMS), by code."""
        return frame(ITEMS, [
            {"item": code, "basic": i.basic.value, "weight_g": i.weight_g, "volume_ml": i.volume_ml,
             "cold": i.cold}
            for code, i in self.catalogue.items()
        ])  # fmt: skip

    @cached_property
    def catalogue(self) -> Mapping[str, Item]:
        """Supply items by code, in order of code."""
        return self._merged("items")

    def item_named(self, text: str) -> str | None:
        """Return the item's code by code, Chinese or English name or alias; None if unknown."""
        return self._names.get(_plain(text))

    def item_name(self, code: str, lang: str) -> str:
        """Return the item's name: English for ``en…``, else Chinese.

        Raises:
            PolicyError: no such item.
        """
        item = self._item(code)
        return item.english if lang.startswith("en") else item.name

    def unit_of(self, code: str) -> str:
        """Return the Chinese unit in which the item is counted.

        Raises:
            PolicyError: no such item.
        """
        return self._item(code).unit.value

    def _item(self, code: str) -> Item:
        if code not in self.catalogue:
            raise PolicyError(
                say("物资目录中没有 {code}。", code=code),
                say("请在规则目录的 items 下登记该物资。"), field="items",
            )  # fmt: skip
        return self.catalogue[code]

    @cached_property
    def _names(self) -> Mapping[str, str]:
        names: dict[str, str] = {}
        for code, item in self.catalogue.items():
            for word in (code, item.name, item.english, *item.aliases):
                if names.setdefault(_plain(word), code) != code:
                    raise PolicyError(
                        say("物资名称“{word}”同时指 {a} 和 {b}。", word=word,
                            a=names[_plain(word)], b=code),
                        say("请从其中一种物资的别名中删去它。"), field="items",
                    )  # fmt: skip
        return names

    # -- rules ----------------------------------------------------------------------------------

    @cached_property
    def needs(self) -> Mapping[str, NeedRule]:
        """Need rules by name."""
        return self._merged("needs")

    @cached_property
    def referrals(self) -> Mapping[str, ReferralRule]:
        """Referral rules by name."""
        return self._merged("referrals")

    @cached_property
    def substitutions(self) -> Mapping[str, SubstitutionRule]:
        """Substitution rules by name."""
        return self._merged("substitutions")

    def swaps(self, hazard: str, stage: str, day: date) -> pl.DataFrame:
        """Return what may stand for what on the day (schema SWAPS), by name of the rule."""
        rows: list[dict[str, object]] = []
        for name, rule in self.substitutions.items():
            rate = in_force(rule.values, day, self.region)
            if rate is not None and rate.give and _applies(rule, hazard, stage, day):
                rows.append({"swap": name, "need_item": rule.need, "item": rule.use,
                             "give": rate.give, "of": rate.of, "market": rule.market,
                             "most_permille": rate.most_permille})  # fmt: skip
        return frame(SWAPS, rows)

    @cached_property
    def bundles(self) -> Mapping[str, KitRule]:
        """Rules of kits by the kit's item."""
        return self._merged("kits")

    def kits(self, day: date) -> pl.DataFrame:
        """Return what each kit holds on the day (schema KITS)."""
        rows: list[dict[str, object]] = []
        for name, rule in self.bundles.items():
            held = in_force(rule.values, day, self.region)
            rows += [{"kit": name, "item": item, "units": n}
                     for item, n in sorted(held.contents.items())] if held else []  # fmt: skip
        return frame(KITS, rows)

    @cached_property
    def stages(self) -> Mapping[str, StageRule]:
        """Stages by code."""
        return self._merged("stages")

    @cached_property
    def benefits(self) -> Mapping[str, BenefitRule]:
        """Benefits in money by code."""
        return self._merged("benefits")

    @cached_property
    def programmes(self) -> Mapping[str, ProgrammeRule]:
        """Programmes of aid by code."""
        return self._merged("programmes")

    @cached_property
    def pairs(self) -> Mapping[str, PairRule]:
        """The compatibility matrix: pairs of programmes by name."""
        return self._merged("pairs")

    @cached_property
    def fast_tracks(self) -> Mapping[str, FastTrackRule]:
        """Fast tracks by name."""
        return self._merged("fast_tracks")

    def easing(self, benefit: str, day: date) -> Mapping[str, DatedEase]:
        """Return the fast tracks of a benefit in force on the day, by name."""
        held = {
            name: in_force(rule.values, day, self.region)
            for name, rule in self.fast_tracks.items()
            if rule.benefit == benefit
        }
        return {name: ease for name, ease in held.items() if ease is not None}

    def benefit_name(self, code: str, lang: str) -> str:
        """Return the benefit's name: English for ``en…``, else Chinese; the code if unknown."""
        rule = self.benefits.get(code)
        if rule is None:
            return code
        return rule.english if lang.startswith("en") else rule.name

    @cached_property
    def scope(self) -> Scope:
        """Who has needs."""
        given = [layer.scope for layer in self.layers if layer.scope is not None]
        return given[-1] if given else Scope(affected=Condition(), presumed=Condition())

    def _merged(self, section: str) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for layer in self.layers:
            merged |= getattr(layer, section)
        return dict(sorted(merged.items()))

    def check(self) -> Rulebook:
        """Return itself if every reference between rules leads somewhere.

        Raises:
            PolicyError: an alias of two items, an unknown item, stage or parameter in a rule.
        """
        self._names  # noqa: B018 -- looks for double names
        parameters = {name for layer in self.layers for name in layer.parameters}
        for rule, need in self.needs.items():
            _known(rule, [need.item], self.catalogue)
            _known(rule, need.stages, self.stages)
            _known(rule, _bounds(need.when), parameters)
        for rule, other in self.substitutions.items():
            _known(rule, [other.need, other.use], self.catalogue)
            _known(rule, other.stages, self.stages)
        for code, kit in self.bundles.items():
            _known(code, [code, *(item for v in kit.values for item in v.contents)], self.catalogue)
        for rule, referral in self.referrals.items():
            _known(rule, referral.stages, self.stages)
        for code, benefit in self.benefits.items():
            _known(code, [benefit.stage], self.stages)
            _known(code, [n for n in (benefit.next, *benefit.also) if n], self.benefits)
            named = (benefit.days, benefit.raised, benefit.papers_days)
            _known(code, [n for n in (*named, *_bounds(benefit.when)) if n], parameters)
        for code, stage in self.stages.items():
            _known(code, [stage.days] if stage.days else [], parameters)
        for name, track in self.fast_tracks.items():
            _known(name, [track.benefit], self.benefits)
            papers = self.benefits[track.benefit].papers
            _known(name, [p for v in track.values for p in (*v.waived, *v.postponed)], papers)
        for name, rule_of_pair in self.pairs.items():
            _known(name, rule_of_pair.pair, self.programmes)
        for condition in (self.scope.affected, self.scope.presumed):
            _known("scope", _bounds(condition), parameters)
        return self


def load(folders: Sequence[Path] = (), *, region: str = "") -> Rulebook:
    """Load the shipped rules and the districts' folders over them, and check their references.

    Raises:
        PolicyError: a file does not load, or a rule refers to something that is not there.
    """
    return Rulebook(tuple(read_layers(folders)), region).check()


def kept(text: str) -> Rulebook:
    """Return the rulebook that a `Rulebook.text` tells: the rules of an earlier day.

    >>> book = load()
    >>> kept(book.text).hash == book.hash
    True
    """
    told = json.loads(text)
    return Rulebook(tuple(RuleFile.model_validate(x) for x in told["layers"]), told["region"])


def _applies(rule: SubstitutionRule, hazard: str, stage: str, day: date) -> bool:
    here = not rule.hazards or hazard in rule.hazards
    return here and stage in rule.stages and (not rule.months or day.month in rule.months)


def _plain(text: str) -> str:
    """Fold width, case and punctuation: ``ＡＢ（大）`` and ``ab大`` are the same name."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum())


def _bounds(condition: Condition) -> Iterator[str]:
    if condition.intensity_from:
        yield condition.intensity_from
    for inner in condition.any:
        yield from _bounds(inner)


def _known(rule: str, names: Sequence[str] | Iterator[str], known: object) -> None:
    for name in names:
        if name not in known:  # type: ignore[operator]
            raise PolicyError(
                say("规则 {rule} 引用了不存在的 {name}。", rule=rule, name=name),
                say("请改正名称，或先登记被引用的物资、阶段或参数。"), field=rule,
            )  # fmt: skip
