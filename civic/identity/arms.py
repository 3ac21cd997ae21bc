"""The image of a town's arms: read warily, drawn again at the size of a header, and nothing else of the file kept."""

from io import BytesIO

from PIL import Image, ImageOps

from civic.identity import rules
from civic.identity.errors import ArmsRefused
from civic.kernel.errors import N_
from civic.kernel.images import Bounds, Drawn, opened_warily

LARGEST_FILE_BYTES = 2 * 1024 * 1024
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


BOUNDS = Bounds(
    most_pixels=4_000_000,
    smallest_side=32,
    too_large=TOO_MANY_PIXELS,
    too_small=TOO_SMALL,
    no_image=NO_IMAGE,
    broken=BROKEN,
)


def draw_arms(file: bytes) -> Drawn:
    """Return the arms drawn again from what was sent.

    Raises:
        ArmsRefused: it is too heavy or too large, is no image of a kind that we publish, or is broken.
    """
    ensure_worth_opening(file)
    with opened_warily(file, BOUNDS, _refused) as sent:
        image = _read(sent)
    return _encode(_on_light_ground(image) if _is_lost_in_the_dark(image) else image)


def ensure_worth_opening(file: bytes) -> None:
    if not file:
        raise _refused(ABSENT)
    if len(file) > LARGEST_FILE_BYTES:
        raise _refused(TOO_HEAVY)
    if b"<svg" in file[:2000].lower():
        raise _refused(VECTOR)


def _read(image: Image.Image) -> Image.Image:
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


def _encode(image: Image.Image) -> Drawn:
    """Write it as small as a header and a page's weight want, and as well as that allows. Nothing of the file but its points is written."""
    image.info.clear()
    for height in HEIGHTS:
        drawn = image.copy()
        drawn.thumbnail((height * WIDEST_TO_HEIGHT, height), Image.Resampling.LANCZOS)
        for quality in QUALITIES:
            written = BytesIO()
            drawn.save(written, "WEBP", quality=quality, method=4)
            if written.tell() <= LARGEST_IMAGE_BYTES:
                return Drawn(written.getvalue(), *drawn.size)
    return Drawn(written.getvalue(), *drawn.size)


def _refused(sentence: str) -> ArmsRefused:
    return ArmsRefused(sentence, fields={"arms": [sentence]})
