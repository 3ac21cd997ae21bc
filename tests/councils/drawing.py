"""Made-up lists, and draws as far as a test wants them."""

import random
from datetime import timedelta

from civic.accounts.models import Role
from civic.councils.sortition import queries
from civic.councils.sortition.models import Draw
from civic.councils.sortition.rules import Entrant, Plan, Quota
from civic.councils.sortition.service import drawing, preparing
from civic.councils.sortition.states import DrawWish
from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from tests.conftest import actor_of, add_person

WISH = DrawWish("Assemblée de la place", "Dire ce que devient la place du marché.", 6, 6, 90, True)
SEXES, AGES, PLACES = ("F", "H"), ("16-29", "30-59", "60 et plus"), ("Bords", "Centre", "Plateau")
SOURCE = "Les numéros du Loto du samedi, du plus petit au plus grand"
SEED = "3-14-15-26-49-9"


def list_of(people: int = 60, seed: int = 1) -> bytes:
    """A list of people of every sort."""
    rng = random.Random(seed)
    rows = [
        f"{number};{rng.choice(SEXES)};{rng.choice(AGES)};{rng.choice(PLACES)}"
        for number in range(1, people + 1)
    ]
    return ("numero;sexe;age;quartier\n" + "\n".join(rows)).encode()


def random_case(seed: int) -> tuple[Plan, list[Entrant]]:
    """A list and quotas that a panel can hold: they are made around one."""
    rng = random.Random(seed)
    criteria = ("sexe", "age", "quartier")[: rng.randint(1, 3)]
    values = (SEXES, AGES, PLACES)[: len(criteria)]
    entrants = [
        Entrant(str(number), tuple(rng.choice(each) for each in values))
        for number in range(1, rng.randint(12, 60))
    ]
    seats = rng.randint(2, 10)
    panel = rng.sample(entrants, seats)
    quotas = []
    for place, criterion in enumerate(criteria):
        for value in values[place]:
            count = sum(member.profile[place] == value for member in panel)
            quotas.append(
                Quota(criterion, value, max(0, count - rng.randint(0, 1)), count + rng.randint(0, 1))
            )
    return Plan(criteria, seats, rng.randint(0, seats), tuple(quotas)), entrants


def agent(town: int) -> Actor:
    return actor_of(add_person("Agnès", roles=((Role.AGENT, town),)))


def frozen_draw(actor: Actor, town: int, wish: DrawWish = WISH, content: bytes | None = None) -> int:
    """A draw whose seed is due. Returns its id."""
    draw_id = preparing.create_draw(actor, territory_id=town, wish=wish)
    preparing.load_list(actor, draw_id=draw_id, content=content or list_of())
    preparing.freeze_draw(actor, draw_id=draw_id, seed_source=SOURCE, seed_at=utc_now() + timedelta(days=1))
    with transaction():
        queries.get_draw_alone(draw_id).seed_at = utc_now() - timedelta(minutes=1)
    return draw_id


def drawn_draw(actor: Actor, town: int, wish: DrawWish = WISH) -> int:
    draw_id = frozen_draw(actor, town, wish)
    drawing.draw_lots(actor, draw_id=draw_id, seed=SEED, witnesses="Ada Roy et Bruno Petit")
    return draw_id


def stored(draw_id: int) -> Draw:
    db.session.rollback()
    return db.session.get_one(Draw, draw_id)
