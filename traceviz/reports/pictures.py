"""Draw the plots of the report into the page itself: twice, for light and for dark paper."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from traceviz.reports.style import PAGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Dots per inch of the pictures, and of the width that the page is told: two dots a pixel, for sharp screens.
_DOTS: Final = 192
_PIXELS: Final = 96


Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """A plot as data addresses, on light and on dark paper."""

    light: str
    dark: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Pictures:
    """A plot for wide and for narrow screens, with the words for those who cannot see it."""

    wide: Picture
    narrow: Picture
    words: str


class Draw(Protocol):
    """What draws a plot, for a wide or for a narrow screen."""

    def __call__(self, ax: Axes, *, narrow: bool) -> None:
        """Draw on the Axes."""


def pictures(draw: Draw, *, wide: Size, narrow: Size, words: str) -> Pictures:
    """Draw a plot in two sizes (inches); the settings of matplotlib are as before afterwards."""
    return Pictures(_picture(partial(draw, narrow=False), wide), _picture(partial(draw, narrow=True), narrow), words)


def _picture(draw: Callable[[Axes], Any], inches: Size) -> Picture:
    light, dark = (_drawn(draw, inches, dark=dark) for dark in (False, True))
    return Picture(light, dark, round(inches[0] * _PIXELS), round(inches[1] * _PIXELS))


def _drawn(draw: Callable[[Axes], Any], inches: Size, *, dark: bool) -> str:
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with mpl.rc_context(_settings(dark=dark)):
        figure = Figure(figsize=inches, layout="constrained")
        FigureCanvasAgg(figure)
        draw(figure.subplots())
        drawn = io.BytesIO()
        # Without the name of the program, which holds its version, the same input gives the same bytes.
        figure.savefig(drawn, format="png", dpi=_DOTS, metadata={"Software": None})
    return f"data:image/png;base64,{base64.b64encode(drawn.getvalue()).decode('ascii')}"


def _settings(*, dark: bool) -> dict[Any, Any]:
    from cycler import cycler

    paper, ink, soft, line = (PAGE[name][dark] for name in ("paper", "ink", "soft", "line"))
    named: dict[Any, Any] = {"figure.facecolor": paper, "axes.facecolor": paper, "savefig.facecolor": paper}
    named |= {"text.color": ink, "axes.labelcolor": soft, "axes.titlecolor": ink, "axes.edgecolor": soft}
    named |= {"grid.color": line, "axes.prop_cycle": cycler(color=[PAGE["link"][dark]])}
    return named | {"xtick.color": soft, "ytick.color": soft, "xtick.labelcolor": ink, "ytick.labelcolor": ink}
