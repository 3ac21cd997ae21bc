"""A photograph: read warily, drawn again at the size of a page. Nothing of the file but its points is kept: neither place, date, nor camera."""

from io import BytesIO
from threading import Lock

from PIL import ExifTags, Image

from civic.kernel.errors import N_, Invalid
from civic.kernel.images import Bounds, Drawn, opened_warily

LARGEST_FILE_BYTES = 3 * 1024 * 1024
"""A page takes four megabytes in all; a telephone offers to send a smaller photograph."""
_ONE_AT_A_TIME = Lock()
"""A few bytes may unfold into hundreds of megabytes of points: of several photographs sent together, one is unfolded."""
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By how the camera was held. Nothing else of what it says is read: it is often badly written, and on purpose at times."""
LARGEST_SIDE = 1280
QUALITY = 78
SMALL_SIDE = 320
"""Of the picture that a list shows."""
SMALL_QUALITY = 70

ABSENT = N_("Choisissez une photo.")
NO_IMAGE = N_("Ce fichier n’est pas une photo JPEG, PNG ou WebP, quel que soit son nom.")
BROKEN = N_("Cette photo est abîmée : elle n’a pas pu être lue jusqu’au bout.")
TOO_HEAVY = N_("Cette photo pèse plus de 3 Mo. Envoyez-la en plus petit : votre téléphone le propose.")
TOO_LARGE = N_("Cette photo a trop de points : plus de 40 millions. Enregistrez-la en plus petit.")
TOO_SMALL = N_("Cette photo est trop petite : il faut au moins 200 points de côté.")


class PhotographRefused(Invalid):
    code = "photograph_refused"


BOUNDS = Bounds(
    most_pixels=40_000_000,
    smallest_side=200,
    too_large=TOO_LARGE,
    too_small=TOO_SMALL,
    no_image=NO_IMAGE,
    broken=BROKEN,
)


def draw_photograph(file: bytes) -> Drawn:
    """Return a photograph drawn again from what was sent, upright.

    Raises:
        PhotographRefused: it is too heavy or too large, is no image of a kind that we publish, or is broken.
    """
    if not file:
        raise _refused(ABSENT)
    if len(file) > LARGEST_FILE_BYTES:
        raise _refused(TOO_HEAVY)
    with _ONE_AT_A_TIME, opened_warily(file, BOUNDS, _refused) as image:
        return _draw(image)


def _draw(image: Image.Image) -> Drawn:
    """A JPEG is read at no more than what is wanted of it."""
    image.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
    small = image.convert("RGB")
    image.close()  # its points are held once, not at each step
    small.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    turn = _TURNS.get(small.getexif().get(ExifTags.Base.Orientation) or 0)
    upright = small if turn is None else small.transpose(turn)
    upright.info.clear()
    written = BytesIO()
    upright.save(written, "WEBP", quality=QUALITY, method=4)
    return Drawn(written.getvalue(), *upright.size)


def shrink(drawn: Drawn) -> Drawn:
    """Return the small picture that a list shows of a photograph that was drawn."""
    image = Image.open(BytesIO(drawn.content), formats=("WEBP",))
    image.thumbnail((SMALL_SIDE, SMALL_SIDE), Image.Resampling.LANCZOS)
    written = BytesIO()
    image.save(written, "WEBP", quality=SMALL_QUALITY, method=4)
    return Drawn(written.getvalue(), *image.size)


def _refused(sentence: str) -> PhotographRefused:
    return PhotographRefused(sentence, fields={"photograph": [sentence]})
