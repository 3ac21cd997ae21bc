"""What the town hall of the demonstration wrote to those whom a consultation concerns."""

from datetime import timedelta

from civic.consultations.letters.models import Letter
from civic.demo.script import Script
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html


def build_letters(script: Script) -> None:
    people = script.read("people.json")["people"]
    author = next(str(who["key"]) for who in people if "councillor" in who["roles"])
    for values in script.read("letters.json")["letters"]:
        db.session.add(
            Letter(
                consultation_id=script.ids[values["consultation"]],
                author_id=script.ids[author],
                title=values["title"],
                body_source=values["body"],
                body_html=markdown_to_html(values["body"]),
                sent_at=script.now + timedelta(days=values["in_days"]),
            )
        )
