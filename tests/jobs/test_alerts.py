"""Alerts and dashboard ask for what `/metrics` tells: names, labels and values of labels."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from django.db import connection
from django.test import Client
from django.utils import timezone
from promql_parser import MatchOp
from pytest_django import Settings

from tests.clients import not_throttled
from tests.factories import PipelineRunFactory, WindowFactory
from tests.jobs.test_metrics import Sample, scrape, scraper
from tests.processes import ROOT

__all__ = ["not_throttled", "scraper"]

ALERTS = [
    rule
    for group in yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
DASHBOARD = json.loads((ROOT / "deploy/grafana/dashboard.json").read_text())
SCRAPED = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
EXPRESSIONS = [
    *((rule["expr"], " ".join(rule["annotations"].values())) for rule in ALERTS),
    *(
        (target["expr"], target.get("legendFormat", ""))
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
    ),
]
"""What is asked for, and the text that shows labels of the answer."""


@dataclass(frozen=True)
class Told:
    """What Prometheus is told: the labels of every series, by its name."""

    series: dict[str, list[dict[str, str]]]

    @classmethod
    def of(cls, samples: dict[Sample, float]) -> "Told":
        """What was scraped; and `up`, which Prometheus itself says of each job."""
        series: dict[str, list[dict[str, str]]] = {}
        for name, labels in samples:
            series.setdefault(name, []).append(dict(labels))
        jobs = [{"job": job["job_name"]} for job in SCRAPED["scrape_configs"]]
        return cls(series | {"up": jobs})

    def labels(self, name: str) -> set[str]:
        """The labels of a metric."""
        return {label for labels in self.series.get(name, ()) for label in labels}

    def values(self, name: str, label: str) -> set[str]:
        """The values of a label."""
        return {labels[label] for labels in self.series.get(name, ()) if label in labels}

    def missing(self, expression: str, shown: str = "") -> list[str]:
        """What an expression, and the text that shows its answer, name and nobody tells."""
        tree = promql_parser.parse(expression)
        return [
            *(lack for selector in selectors(tree) for lack in self._in_selector(selector)),
            *(lack for node in nodes(tree) for lack in self._in_grouping(node)),
            *self._lacking(tree, re.findall(r"{{ *(?:\$labels\.)?(\w+) *}}", shown), "shown"),
        ]

    def _in_selector(self, selector: Any) -> Iterator[str]:
        if selector.name not in self.series:
            yield f"there is no {selector.name}"
        for matcher in selector.matchers.matchers:
            alike = matcher.op in (MatchOp.Equal, MatchOp.NotEqual)
            wanted = [matcher.value] if alike else matcher.value.split("|")
            for value in wanted:
                pattern = re.escape(value) if alike else value
                told = self.values(selector.name, matcher.name)
                if not any(re.fullmatch(pattern, one) for one in told):
                    yield f"{selector.name} has no {matcher.name}={value}"

    def _in_grouping(self, node: Any) -> Iterator[str]:
        modifier = getattr(node, "modifier", None)
        if isinstance(node, promql_parser.AggregateExpr) and modifier:
            yield from self._lacking(node.expr, modifier.labels, "grouped")
        elif isinstance(node, promql_parser.BinaryExpr) and modifier and modifier.matching:
            yield from self._lacking(node, modifier.matching.labels, "matched")

    def _lacking(self, tree: Any, labels: list[str], how: str) -> Iterator[str]:
        known = {label for one in selectors(tree) for label in self.labels(one.name)}
        return (f"no label {label} to be {how}" for label in labels if label not in known)


def nodes(tree: Any) -> list[Any]:
    """All parts of an expression."""
    found: list[Any] = []

    def note(node: Any) -> bool:
        found.append(node)
        return True

    promql_parser.walk(tree, note)
    return found


def selectors(tree: Any) -> Iterator[Any]:
    """The metrics that an expression reads."""
    for node in nodes(tree):
        if isinstance(node, promql_parser.MatrixSelector):
            yield node.vector_selector
        elif isinstance(node, promql_parser.VectorSelector):
            yield node


@pytest.mark.parametrize(
    ("expression", "missing"),
    [
        ('a{x="1"}', []),
        ("b", ["there is no b"]),
        ('a{x="3"}', ["a has no x=3"]),
        ('a{y="1"}', ["a has no y=1"]),
        ('a{x!="3"}', ["a has no x=3"]),
        ('a{x=~"1|3"}', ["a has no x=3"]),
        ('rate(a{x=~"[12]"}[5m])', []),
        ("sum by (x, y) (rate(a[5m]))", ["no label y to be grouped"]),
        ("sum without (y) (a)", ["no label y to be grouped"]),
        ("a > ignoring(y) a", ["no label y to be matched"]),
        ("a unless on() a", []),
    ],
)
def test_what_nobody_tells_is_found(expression: str, missing: list[str]) -> None:
    told = Told({"a": [{"x": "1"}, {"x": "2"}]})
    assert told.missing(expression) == missing
    assert told.missing("a", "{{ $labels.z }} of {{x}}") == ["no label z to be shown"]


@pytest.mark.django_db
def test_alerts_and_dashboard_ask_for_what_is_told(
    scraper: Client, settings: Settings, redis_url: str, tmp_path: Path
) -> None:
    settings.BACKUP_DIR = str(tmp_path)
    (tmp_path / "sentiment-20260101T000000Z.sqlite3").touch()
    WindowFactory()
    now = timezone.now()
    steps = {"sync_customer_data": {"seconds": 1.0}}
    PipelineRunFactory(steps=steps, started_at=now, finished_at=now)
    Client().get("/api/customers/")
    Client().post("/graphql/", {"query": "{ nonsense"}, content_type="application/json")
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert Client(raise_request_exception=False).get("/api/health/").status_code == 503
    settings.REDIS_URL = redis_url
    told = Told.of(scrape(scraper))
    if connection.vendor != "sqlite":
        told.series["sentiment_local_disk_free_bytes"] = [{}]
    assert {
        text: missing for text, shown in EXPRESSIONS if (missing := told.missing(text, shown))
    } == {}
    assert len(EXPRESSIONS) > 35
    read = {one.name for text, _ in EXPRESSIONS for one in selectors(promql_parser.parse(text))}
    figures = {name for name in told.series if not re.search("_(bucket|count|sum|created)$", name)}
    assert figures <= read, "every figure is shown or watched"


def test_every_alert_is_explained() -> None:
    said = (ROOT / "docs/operations.md").read_text()
    for rule in ALERTS:
        assert f"| `{rule['alert']}` |" in said
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert rule["annotations"]["summary"]
    assert len({rule["alert"] for rule in ALERTS}) == len(ALERTS)
