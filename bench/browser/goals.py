"""What Backarrow is to reach in the browser, and whether it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from bench.browser.build import peer_kilobytes
from bench.browser.measure import OURS, Figures
from bench.browser.pages import Slide
from bench.browser.tables import Sized, rate
from bench.report import Table


@dataclass(frozen=True, slots=True)
class Goal:
    """What Backarrow is to reach, what it does, and whether that is enough."""

    wanted: str
    measured: str
    reached: bool


def goals(found: Sized, slides: dict[int, list[Slide]], weight: float) -> Table:
    all_goals = [
        *_goals_of_sizes({size: by[OURS] for size, by in found.items()}),
        *_goals_of_sliders(slides),
        Goal(
            "the editor's first page has at most 200 KB of script, compressed, before lazy parts",
            f"{weight:.0f} KB (React Flow's page {peer_kilobytes():.0f} KB)",
            weight <= 200,
        ),
    ]
    rows = [[goal.wanted, goal.measured, "yes" if goal.reached else "**missed**"] for goal in all_goals]
    return Table("Goals", ["goal", "measured", "reached"], rows)


def _goals_of_sizes(ours: dict[int, Figures]) -> Iterator[Goal]:
    update = median(ours[500].readable)
    yield Goal("500 nodes: every number updated in 10 ms of script", f"{1e3 * update:.1f} ms", update <= 10e-3)
    rates = [rate(frames) for frames in (ours[2_000].pans, ours[2_000].zooms, ours[2_000].whole)]
    shown = "pan {:.0f}, zoom {:.0f}, pan with all in view {:.0f} frames/s".format(*rates)
    yield Goal("2,000 nodes: pan and zoom with 30 frames/s", shown, min(rates) >= 30)
    for size, most in ((2_000, 3.0), (10_000, 15.0)):
        if size in ours:
            layout = median(opening["layout"] for opening in ours[size].openings)
            yield Goal(f"{size:,} nodes: laid out in {most:.0f} s", f"{layout:.2f} s", layout <= most)
    if 10_000 in ours:
        opened = median(opening["all"] for opening in ours[10_000].openings)
        shown = f"{opened:.1f} s until painted; pan with {rate(ours[10_000].pans):.0f} frames/s"
        yield Goal("10,000 nodes open and pan", shown, reached=True)


def _goals_of_sliders(slides: dict[int, list[Slide]]) -> Iterator[Goal]:
    few, many = slides[100], slides[2_000]
    prompt = sum(slide.in_frame for slide in few)
    painted = 1e3 * median(slide.answered for slide in few)
    yield Goal(
        "100 nodes: a slider's numbers are in the first frame after the answer",
        f"{prompt} times of {len(few)}; painted {painted:.0f} ms after it",
        prompt == len(few),
    )
    whole = median(slide.all for slide in many)
    yield Goal("2,000 nodes: a slider's numbers are painted in 100 ms", f"{1e3 * whole:.0f} ms", whole <= 0.1)
