"""Draws curves as SVG; runs where matplotlib is installed, which is not the project's own `.venv`.

`python plot.py FILE.svg` reads from standard input what is to be drawn: `panels`, each with a
`title`, names of its axes `x` and `y`, `lines` (`name`, `x`, `y`), and perhaps a `limit`.
"""

import json
import sys
from math import floor, log10
from typing import Any

import matplotlib  # type: ignore[import-not-found]

matplotlib.use("svg")

from matplotlib import pyplot

# All of these can be read on white and on black.
GREY, LIMIT = "#767c85", "#d1495b"
COLOURS = ("#3b82f6", "#d9730d", "#2a9d5c", "#a45ee5", "#0e9aa7", "#c2528b")
MARKS = ("o", "s", "^", "D", "v", "P")


def main(file: str, panels: list[dict[str, Any]]) -> None:
    """Draw the panels side by side."""
    pyplot.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "growth",
            "font.family": "sans-serif",
            "font.size": 10,
            **dict.fromkeys(
                ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"),
                GREY,
            ),
        }
    )
    figure, places = pyplot.subplots(1, len(panels), figsize=(4.6 * len(panels), 4.2))
    for place, panel in zip(places, panels, strict=True):
        _draw(place, panel)
    figure.tight_layout()
    figure.savefig(file, transparent=True, metadata={"Date": None})


def _draw(place: Any, panel: dict[str, Any]) -> None:
    place.set(xscale="log", yscale="log", title=panel["title"], xlabel=panel["x"])
    place.set_ylabel(panel["y"])
    for number, line in enumerate(panel["lines"]):
        style = {"color": COLOURS[number % 6], "marker": MARKS[number % 6], "markersize": 5}
        place.plot(line["x"], line["y"], label=line["name"], linewidth=1.6, **style)
    limit = panel.get("limit")
    values = [y for line in panel["lines"] for y in line["y"]] + ([limit] if limit else [])
    # Whole powers of ten: what is flat then looks flat.
    place.set_ylim(10 ** floor(log10(min(values))), 10 ** (floor(log10(max(values))) + 1))
    place.yaxis.set_minor_formatter(pyplot.NullFormatter())
    if limit:
        place.axhline(limit, color=LIMIT, linewidth=1.2, linestyle=(0, (1, 2)), label="limit")
    else:
        _guide(place, panel["lines"])
    sizes = sorted({x for line in panel["lines"] for x in line["x"]})
    place.set_xticks(sizes, [f"{size:,}" for size in sizes])
    place.xaxis.set_minor_locator(pyplot.NullLocator())
    place.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    place.grid(color=GREY, alpha=0.25, linewidth=0.6)
    place.spines[["top", "right"]].set_visible(False)
    place.legend(frameon=False, fontsize=8, labelcolor=GREY)


def _guide(place: Any, lines: list[dict[str, Any]]) -> None:
    """What growth in proportion looks like: up to the largest point."""
    last = max(lines, key=lambda line: line["y"][-1])
    x, y, low = last["x"][-1], last["y"][-1], place.get_ylim()[0]
    start = max(last["x"][0], x * low / y)
    place.plot(
        [start, x],
        [y * start / x, y],
        color=GREY,
        linewidth=1,
        linestyle=(0, (4, 3)),
        label="in proportion",
        zorder=1,
    )


if __name__ == "__main__":
    main(sys.argv[1], json.load(sys.stdin))
