"""The image of a town's arms: read warily, drawn again at the size of a header, and nothing else of the file kept."""

import hashlib
import struct
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from civic.identity import rules
from civic.identity.errors import ArmsRefused
from civic.kernel.errors import N_

FORMATS = ("PNG", "JPEG", "WEBP")
LARGEST_FILE_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 4_000_000
START_OF_SCAN = b"\xff\xda"
MOST_SCANS = 20
"""Of a JPEG: each one, a few bytes, draws the whole image again. Usual files have ten at most."""
SMALLEST_SIDE = 32
HEIGHTS = (256, 192, 128)
WIDEST_TO_HEIGHT = 2
WIDEST = 2 * HEIGHTS[0] * WIDEST_TO_HEIGHT
QUALITIES = (90, 80, 65)
LEAST_CONTRAST = 3.0
"""Of a drawing on its ground (WCAG 2.2, 1.4.11)."""
MOST_LOST_SHARE = 0.85
MARGIN_SHARE = 0.08
LARGEST_IMAGE_BYTES = 24 * 1024
"""Every page carries it, and a page weighs at most 100 kB."""

NO_IMAGE = N_("Ce fichier n’est pas une image PNG, JPEG ou WebP, quel que soit son nom.")
BROKEN = N_(
    "Cette image est abîmée : elle n’a pas pu être lue jusqu’au bout. Enregistrez-la de nouveau, ou choisissez-en une autre."
)
TOO_HEAVY = N_("Ce fichier pèse plus de 2 Mo. Enregistrez-le en plus petit : 256 pixels de haut suffisent.")
TOO_MANY_PIXELS = N_(
    "Cette image a trop de points : plus de 4 millions. Enregistrez-la en plus petit : 256 pixels de haut suffisent."
)
TOO_SMALL = N_(
    "Cette image est trop petite : il faut au moins 32 pixels de côté, et 256 de haut pour qu’elle soit nette."
)
VECTOR = N_(
    "Une image SVG peut contenir un programme : nous ne la publions pas. Exportez-la en PNG, avec un fond transparent."
)
ABSENT = N_("Choisissez une image.")


@dataclass(frozen=True)
class Arms:
    """A WebP image."""

    content: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:16]


def draw_arms(file: bytes) -> Arms:
    """Return the arms drawn again from what was sent.

    Raises:
        ArmsRefused: it is too heavy or too large, is no image of a kind that we publish, or is broken.
    """
    ensure_worth_opening(file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = _open(file)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refused(TOO_MANY_PIXELS) from error
    except UnidentifiedImageError as error:
        raise _refused(NO_IMAGE) from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error) as error:
        raise _refused(BROKEN) from error
    return _encode(_on_light_ground(image) if _is_lost_in_the_dark(image) else image)


def ensure_worth_opening(file: bytes) -> None:
    if not file:
        raise _refused(ABSENT)
    if len(file) > LARGEST_FILE_BYTES:
        raise _refused(TOO_HEAVY)
    if b"<svg" in file[:2000].lower():
        raise _refused(VECTOR)


def _open(file: bytes) -> Image.Image:
    """Read the first picture of the file. Its size is looked at before its points are."""
    image = Image.open(BytesIO(file), formats=FORMATS)
    if image.width * image.height > MOST_PIXELS:
        raise _refused(TOO_MANY_PIXELS)
    if min(image.size) < SMALLEST_SIDE:
        raise _refused(TOO_SMALL)
    if file.startswith(b"\xff\xd8") and file.count(START_OF_SCAN) > MOST_SCANS:
        raise _refused(BROKEN)
    image.load()
    upright = ImageOps.exif_transpose(image)
    has_transparency = "A" in upright.getbands() or "transparency" in upright.info
    drawing = upright.convert("RGBA" if has_transparency else "RGB")
    drawing.thumbnail(
        (WIDEST, 2 * HEIGHTS[0]), Image.Resampling.LANCZOS
    )  # once: what comes next draws small images
    return drawing


def _is_lost_in_the_dark(image: Image.Image) -> bool:
    """Tell whether a drawing without a ground of its own would hardly be seen on a dark header."""
    if image.mode != "RGBA":
        return False
    small = image.copy()
    small.thumbnail((48, 48))
    points = small.tobytes()  # red, green, blue and alpha of each
    drawn = [f"#{points[i : i + 3].hex()}" for i in range(0, len(points), 4) if points[i + 3] > 127]
    lost = sum(rules.contrast(colour, rules.DARK.surface) < LEAST_CONTRAST for colour in drawn)
    return lost > MOST_LOST_SHARE * len(drawn)


def _on_light_ground(image: Image.Image) -> Image.Image:
    margin = round(image.height * MARGIN_SHARE)
    size = (image.width + 2 * margin, image.height + 2 * margin)
    ground = Image.new("RGBA", size, rules.LIGHT.surface)
    ground.alpha_composite(image, (margin, margin))
    return ground.convert("RGB")


def _encode(image: Image.Image) -> Arms:
    """Write it as small as a header and a page's weight want, and as well as that allows. Nothing of the file but its points is written."""
    image.info.clear()
    for height in HEIGHTS:
        drawn = image.copy()
        drawn.thumbnail((height * WIDEST_TO_HEIGHT, height), Image.Resampling.LANCZOS)
        for quality in QUALITIES:
            written = BytesIO()
            drawn.save(written, "WEBP", quality=quality, method=4)
            if written.tell() <= LARGEST_IMAGE_BYTES:
                return Arms(written.getvalue(), *drawn.size)
    return Arms(written.getvalue(), *drawn.size)


def _refused(sentence: str) -> ArmsRefused:
    return ArmsRefused(sentence, fields={"arms": [sentence]})
