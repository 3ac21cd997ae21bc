"""A sealed poll from end to end, through the pages: `belenios-tool` is the third party, the trustees, one voter, and the judge."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from civic.kernel.clock import utc_now
from civic.kernel.outbox import deliver_due
from civic.kernel.work import do_some_work
from civic.voting.sealed.archive import EventKind, read_archive
from civic.voting.service import counting
from tests.conftest import actor_of, bearer, plain
from tests.voting import belenios
from tests.voting.belenios import tool
from tests.voting.booth import story as stories
from tests.voting.booth.story import Story


@pytest.fixture
def story(app: Flask, tmp_path: Path) -> Story:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return stories.begin(app, folder)


def test_from_the_choice_of_its_level_to_its_result(story: Story) -> None:
    story.prepare()
    assert "Tout est prêt" in story.text("/secret", story.agent)
    story.open()
    empty = story.copy()

    # everybody votes, one twice; one by a program that is not ours
    assert story.cast(0, story.seal(0, [[0], [0], [2]])).status_code == 302
    assert story.cast(1, story.seal(1, ["blank", "blank", "blank"])).status_code == 302
    (story.folder / "code.txt").write_text(story.codes[2])
    (story.folder / "choice.json").write_text("[[0,0,1],[0,0,1,0],[0,1,0,0]]")
    copy = story.copy()
    made = tool(
        copy, "election", "generate-ballot", "--privcred", "../code.txt", "--ballot", "../choice.json"
    )
    assert story.cast(2, made).status_code == 302
    again = story.cast(0, story.seal(0, [[1], [1], [2]]))
    receipt = story.voters[0].get(again.headers["Location"]).get_data(as_text=True)
    assert "Il remplace le précédent" in receipt

    trackers = story.trackers()
    assert [replaced for _, replaced in trackers] == [False, False, False, True]
    assert trackers[0][0] in receipt
    voted = story.copy()
    tool(story.folder, "election", "verify-diff", "--dir1", empty.name, "--dir2", voted.name)

    with time_machine.travel(utc_now() + timedelta(hours=2), tick=False):
        _close(story)
        added_up = story.copy()
        tool(story.folder, "election", "verify-diff", "--dir1", voted.name, "--dir2", added_up.name)
        assert "Voir où en est l’urne" in story.text("")
        assert "L’urne n’est pas encore ouverte" in story.text("/resultat/1")
        assert "Attendu" in story.text("/urne/ouverture", story.agent)
        assert story.give(1, story.decryption(1, added_up)).status_code == 302
        half = story.copy()
        assert story.give(2, story.decryption(2, half)).status_code == 302
        whole = story.copy()
        assert _result_in(story, whole) == [[1, 0, 2], [1, 0, 2, 0], [1, 1, 0, 1]]
        _ensure_counted(story)
        told = story.text("/resultat/1")
        assert "Non" in told
        assert "personne n’a vu les bulletins" in told
        _ensure_archived(story)
        assert "L’urne est ouverte" in story.text("/urne/ouverture", story.agent)


def _close(story: Story) -> None:
    """What the relay does after the closing."""
    with story.app.app_context():
        while deliver_due():
            pass
        while do_some_work():
            pass


def _result_in(story: Story, folder: Path) -> list[list[int]]:
    archive = read_archive((folder / "box.bel").read_bytes())
    result: list[list[int]] = json.loads(archive.texts_of(EventKind.RESULT)[0][0])["result"]
    return result


def _ensure_counted(story: Story) -> None:
    with story.app.app_context():
        actor = actor_of(story.voter_ids[0])
        yes_no = counting.tally_of(actor, story.poll_id, 1)
        names = counting.tally_of(actor, story.poll_id, 2)
    assert (yes_no.winners[0], yes_no.turnout, yes_no.blank) == ("c2", 3, 1)
    assert (names.winners[0], names.turnout, names.blank) == ("c2", 3, 1)


def _ensure_archived(story: Story) -> None:
    """What the command writes, our verifier and `belenios-tool` accept."""
    folder = story.folder / "archive"
    written = story.app.test_cli_runner().invoke(
        args=["voting", "archive", str(story.poll_id), "--out", str(folder)]
    )
    assert written.exit_code == 0, written.output
    verified = story.app.test_cli_runner().invoke(args=["voting", "verify", str(folder)])
    assert verified.exit_code == 0, verified.output
    belenios.verify(folder)


def test_the_desk_adds_no_ballot_in_clear_and_a_sealed_one_enters_by_the_api_with_a_token(
    story: Story,
) -> None:
    story.prepare()
    story.open()

    assert "Ajouter son bulletin" not in story.text("/liste-electorale", story.agent)
    desk = story.agent.get(f"{story.page}/liste-electorale/{story.voter_ids[0]}/bulletin")
    assert desk.status_code == 409
    assert "Ce scrutin est un vote scellé" in plain(desk.get_data(as_text=True))
    assert story.voters[0].get(f"/api/v1/polls/{story.poll_id}").json["is_sealed"] is True
    sealed = story.voters[0].get(f"/api/v1/polls/{story.poll_id}/sealed").json
    assert (sealed["stage"], sealed["threshold"], sealed["voters"]) == ("open", 2, 0)

    path = f"/api/v1/polls/{story.poll_id}/sealed/ballots"
    body = {"ballot": story.seal(0, [[0], [0], [1]])}
    client = story.app.test_client()

    assert client.post(path, json=body, headers={"Authorization": "Bearer none"}).status_code == 401
    told = client.post(path, json=body, headers=bearer(story.app, story.voter_ids[0]))
    assert told.status_code == 201
    again = client.post(path, json=body, headers=bearer(story.app, story.voter_ids[0]))

    assert (again.status_code, again.json["code"]) == (409, "sealed_duplicate")
    box = client.get(f"/api/v1/polls/{story.poll_id}/sealed/box").json
    assert [line["tracker"] for line in box["items"]] == [told.json["tracker"]]
