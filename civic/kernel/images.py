"""An image that a person sends: opened warily, whatever it will be drawn again for."""

import hashlib
import struct
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from civic.kernel.errors import Invalid

FORMATS = ("JPEG", "PNG", "WEBP")
START_OF_SCAN = b"\xff\xda"
MOST_SCANS = 20
"""Of a JPEG: each one, a few bytes, draws the whole image again. Usual files have ten at most."""


@dataclass(frozen=True)
class Drawn:
    """A WebP image."""

    content: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:16]


@dataclass(frozen=True)
class Bounds:
    """What an image may be, and the sentences that refuse what it may not."""

    most_pixels: int
    smallest_side: int
    too_large: str
    too_small: str
    no_image: str
    broken: str


@contextmanager
def opened_warily(file: bytes, bounds: Bounds, refused: Callable[[str], Invalid]) -> Iterator[Image.Image]:
    """Open the first picture of a file, its size looked at before its points. What goes wrong until they are read is refused too.

    Raises:
        Invalid: as ``refused`` makes it of the sentence.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(file), formats=FORMATS)
            if image.width * image.height > bounds.most_pixels:
                raise refused(bounds.too_large)
            if min(image.size) < bounds.smallest_side:
                raise refused(bounds.too_small)
            if file.startswith(b"\xff\xd8") and file.count(START_OF_SCAN) > MOST_SCANS:
                raise refused(bounds.broken)
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise refused(bounds.too_large) from error
    except UnidentifiedImageError as error:
        raise refused(bounds.no_image) from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error) as error:
        raise refused(bounds.broken) from error
