"""What feeds cut off a picture: most show it at 16:9, so that the rest is seen only by whoever opens it."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH, HEIGHT = 16, 9
HARDLY = 5  # per cent: nobody misses so little


@dataclass(frozen=True)
class Crop:
    """A picture's size in pixels, and how many per cent a feed at 16:9 cuts off its height, or off its width."""

    width: int
    height: int
    off_height: int = 0
    off_width: int = 0

    @property
    def is_cut(self) -> bool:
        """Whether somebody would miss it."""
        return max(self.off_height, self.off_width) >= HARDLY


def crop_of(width: int, height: int) -> Crop:
    """The crop of a picture of so many pixels."""
    shown_height, shown_width = width * HEIGHT / WIDTH, height * WIDTH / HEIGHT
    if shown_height < height:
        return Crop(width, height, off_height=round(100 * (1 - shown_height / height)))
    return Crop(width, height, off_width=round(100 * (1 - shown_width / width)))
