"""A sealed poll, from the choice of its level to its result, by the doors that people use."""

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.kernel.clock import utc_now
from civic.voting.asking import ChoicePlan, QuestionPlan
from civic.voting.booth.service import reading
from civic.voting.methods.ballots import Terms
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.voting import belenios
from tests.voting.belenios import tool
from tests.voting.booth.node import in_node
from tests.voting.builders import add_draft

YES_NO = QuestionPlan("Fermer la rue des Lilas ?", (ChoicePlan("Oui"), ChoicePlan("Non")))
NAMES = QuestionPlan(
    "Que valent ces noms ?",
    (ChoicePlan("Veil"), ChoicePlan("Bonheur")),
    method="majority-judgment",
    terms=Terms(grades=3),
)
SEVERAL = QuestionPlan(
    "Deux arbres au plus",
    (ChoicePlan("Tilleul"), ChoicePlan("Érable"), ChoicePlan("Frêne")),
    method="k-of-n",
    terms=Terms(seats=2, most=2),
)


@dataclass
class Story:
    """A sealed poll and who takes part in it.

    Attributes:
        agent, voters: browsers. codes: those of the letters, one a voter.
        folder: the machine of the third party and of the trustees, who keep their keys there.
    """

    app: Flask
    folder: Path
    poll_id: int
    agent: FlaskClient
    voter_ids: list[int]
    voters: list[FlaskClient]
    codes: list[str] = field(default_factory=list)
    keys: list[Path] = field(default_factory=list)
    copies: int = 0

    @property
    def page(self) -> str:
        return f"/scrutins/{self.poll_id}"

    def text(self, path: str, client: FlaskClient | None = None) -> str:
        answer = (client or self.app.test_client()).get(f"{self.page}{path}")
        assert answer.status_code == 200, (path, answer.status_code)
        return plain(answer.get_data(as_text=True))

    def send(self, client: FlaskClient, path: str, **values: Any) -> Any:
        """Post a form; a value in bytes is a file."""
        files = {
            name: (io.BytesIO(value), "file") if isinstance(value, bytes) else value
            for name, value in values.items()
        }
        return post_form(client, f"{self.page}{path}", **files)

    # Preparing

    def make_codes(self, number: int) -> bytes:
        """The third party makes the codes, as the page tells it to."""
        uuid = re.search(r"--uuid (\w+)", self.text("/secret", self.agent))
        assert uuid
        listed, self.codes = belenios.make_codes(self.folder, uuid[1], number)
        return json.dumps(listed).encode()

    def make_key(self) -> bytes:
        """A trustee makes her key on her machine."""
        tool(self.folder, "setup", "generate-trustee-key", "--group", belenios.GROUP)
        known = {path.stem for path in self.keys}
        (made,) = [path for path in self.folder.glob("*.privkey") if path.stem not in known]
        self.keys.append(made)
        return made.with_suffix(".pubkey").read_bytes()

    def prepare(self, trustees: tuple[str, ...] = ("Anne, majorité", "Boris, opposition")) -> None:
        assert self.send(self.agent, "/secret/sceller").status_code == 302
        self.send(self.agent, "/secret/tiers", authority="Maître Simon, huissier")
        sent = self.send(self.agent, "/secret/codes", codes=self.make_codes(len(self.voters)))
        assert sent.status_code == 302, sent.get_data(as_text=True)
        preview = self.text("/secret/codes", self.agent)
        digest = re.search(r'name="digest"\s+value="([^"]+)"', preview)
        assert digest
        assert self.send(self.agent, "/secret/codes/confirmation", digest=digest[1]).status_code == 302
        for name in trustees:
            added = self.send(self.agent, "/secret/depositaires", name=name, key=self.make_key())
            assert added.status_code == 302, added.get_data(as_text=True)

    def open(self) -> None:
        shown = re.search(r'name="rules_hash"\s+value="([0-9a-f]{64})"', self.text("/ouverture", self.agent))
        assert shown
        assert self.send(self.agent, "/ouverture", rules_hash=shown[1]).status_code == 302

    # Voting

    def seal_all(self, votes: list[tuple[int, list[Any]]]) -> list[str]:
        """Seal the ballots of voters with the booth's own modules."""
        asked = [{"code": self.codes[voter], "choices": choices} for voter, choices in votes]
        made = in_node("ballots", election=self.text("/election.json"), voters=asked)
        return [one["ballot"] for one in made]

    def seal(self, voter: int, choices: list[Any]) -> str:
        return self.seal_all([(voter, choices)])[0]

    def cast(self, voter: int, ballot: str) -> Any:
        return self.send(self.voters[voter], "/isoloir", ballot=ballot)

    def copy(self, *, is_checked: bool = True) -> Path:
        """Download the archive into a folder of its own, and have `belenios-tool` verify it."""
        self.copies += 1
        folder = self.folder / f"copy-{self.copies}"
        folder.mkdir()
        (folder / "box.bel").write_bytes(self.app.test_client().get(f"{self.page}/urne.bel").get_data())
        if is_checked:
            belenios.verify(folder)
        return folder

    def trackers(self) -> list[tuple[str, bool]]:
        with self.app.app_context():
            actor = actor_of(self.voter_ids[0])
            return [
                (one.tracker, one.is_replaced) for one in reading.list_box(actor, poll_id=self.poll_id).items
            ]

    # Opening the box

    def decryption(self, trustee: int, folder: Path) -> bytes:
        """A trustee opens her part, on her machine."""
        key = str(self.keys[trustee - 1])
        return tool(folder, "election", "decrypt", "--privkey", key, "--trustee-id", str(trustee)).encode()

    def give(self, trustee: int, file: bytes) -> Any:
        return self.send(self.agent, "/urne/ouverture", trustee=str(trustee), file=file)


def begin(app: Flask, folder: Path, *, voters: int = 3, questions: Any = (YES_NO, NAMES)) -> Story:
    """Make a town, its people and the draft of a poll that closes in an hour."""
    with app.app_context():
        town, (place, *_) = add_town()
        agent = add_person("Agnès", roles=((Role.AGENT, town),))
        ids = [add_person(f"Voter {number}", lives_in=place) for number in range(voters)]
        soon = utc_now() + timedelta(hours=1)
        poll_id = add_draft(place, questions=tuple(questions), closes_at=soon)
    browser: Callable[[int], FlaskClient] = lambda person_id: sign_in(app, person_id)  # noqa: E731
    return Story(app, folder, poll_id, browser(agent), ids, [browser(one) for one in ids])
