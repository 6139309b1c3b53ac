"""Charts as SVG that a page can carry: drawn by pygal, without its scripts and styles, coloured by the page's CSS."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

WIDTH = 760
_BAR = 26
_MOST = 30
"""Bars of one chart; the table below it has them all."""

Series = Mapping[str, Sequence[float | None]]
"""By name, a value for each label."""


def count(value: float) -> str:
    """A number on the axis of things that can be counted: nothing between two of them."""
    return f"{value:,.0f}" if value >= 10 or value == int(value) else ""


def _pygal() -> Any:
    """The library, without the hook for its plug-ins that it leaves in Python's imports: it is of a kind that Python
    warns of at every later import."""
    import pygal

    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "PluginImportFixer"]
    return pygal


def bars(labels: Sequence[str], series: Series, *, unit: Callable[[float], str] = count) -> str:
    """Horizontal bars, one for each label, the series stacked."""
    pygal = _pygal()

    labels, series = labels[:_MOST], {name: values[:_MOST] for name, values in series.items()}
    height = _BAR * len(labels) + (110 if len(series) > 1 else 70)
    chart = pygal.HorizontalStackedBar(**_options(height, len(series), unit))
    chart.x_labels = labels[::-1]
    for name, values in series.items():
        chart.add(name, list(values)[::-1])
    return _svg(chart)


def columns(labels: Sequence[str], series: Series, *, unit: Callable[[float], str] = count) -> str:
    """Upright bars over time, the series stacked."""
    pygal = _pygal()

    chart = pygal.StackedBar(**_options(280, len(series), unit))
    return _over_time(chart, labels, series)


def line(labels: Sequence[str], series: Series, *, unit: Callable[[float], str] = count) -> str:
    """A filled line over time."""
    pygal = _pygal()

    chart = pygal.Line(fill=True, show_dots=False, **_options(280, len(series), unit))
    return _over_time(chart, labels, series)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table that says the same as a chart."""
    top = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{escape(str(row[0]))}</th>'
        + "".join(f"<td>{escape(str(value))}</td>" for value in row[1:])
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _over_time(chart: Any, labels: Sequence[str], series: Series) -> str:
    chart.x_labels = labels
    step = max(1, -(-len(labels) // 10))
    chart.x_labels_major = labels[::step]
    chart.show_minor_x_labels = False
    for name, values in series.items():
        chart.add(name, list(values))
    return _svg(chart)


def _options(height: int, series: int, unit: Callable[[float], str]) -> dict[str, Any]:
    return {
        "js": (),
        "css": (),
        "disable_xml_declaration": True,
        "width": WIDTH,
        "height": height,
        "margin": 10,
        "show_legend": series > 1,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": min(series, 4),
        "truncate_label": 34,
        "truncate_legend": 28,
        "value_formatter": unit,
        "range": None,
        "include_x_axis": True,
        "print_values": False,
        "max_scale": 8,
    }


def _svg(chart: Any) -> str:
    """What pygal draws, without what a page that runs nothing can't have, and without its random names."""
    from lxml import etree

    root = etree.fromstring(chart.render())
    for tag in ("script", "style", "desc", "title", "defs"):
        for found in root.findall(f".//{{*}}{tag}"):
            found.getparent().remove(found)
    for comment in root.xpath("//comment()"):
        comment.getparent().remove(comment)
    for group in root.xpath("//*[contains(@class, 'tooltip-overlay') or contains(@class, 'text-overlay')]"):
        group.getparent().remove(group)
    for element in root.iter():
        element.attrib.pop("id", None)
        element.attrib.pop("style", None)
    root.set("aria-hidden", "true")
    return str(etree.tostring(root, encoding="unicode", with_tail=False))
