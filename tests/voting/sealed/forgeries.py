"""What a forger who holds the server, the roll or a voting code can publish; he makes every hash and the whole chain anew."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from civic.voting.sealed.archive import EventKind
from civic.voting.sealed.ballots import make_ballot, whole_answer, zero_or_one
from civic.voting.sealed.credentials import BASE58, code_checksum, public_credential
from civic.voting.sealed.election import SealedElection
from civic.voting.sealed.group import G, Number, P, power, power_of_g, random_exponent
from civic.voting.sealed.proofs import Pair, prove_one_of
from tests.voting.sealed.belenios import VOTES
from tests.voting.sealed.stages import Event, Stages, change_text, forge, places_of, sign_again

Forger = Callable[[Stages], bytes]


class Forgery(NamedTuple):
    """A forged archive, the check of ours that refuses it, what that check says, and whether belenios-tool 2.0 accepts it."""

    name: str
    forger: Forger
    check: str
    says: str
    is_seen_by_belenios: bool = True


FORGERIES: list[Forgery] = []


def refused_at(check: str, says: str, *, is_seen_by_belenios: bool = True) -> Callable[[Forger], Forger]:
    def note(forger: Forger) -> Forger:
        name = forger.__name__.replace("_", " ")
        FORGERIES.append(Forgery(name, forger, check, says, is_seen_by_belenios))
        return forger

    return note


def stranger() -> str:
    """Return a voting code that nobody put on a roll."""
    letters = "1" * 13 + BASE58[7]
    letters += code_checksum(letters)
    return "-".join(letters[place : place + 3] for place in range(0, 15, 3))


def add_ballot(events: list[Event], raw: str) -> None:
    """Put a ballot after the others."""
    events.insert(places_of(events, EventKind.BALLOT)[-1] + 1, (EventKind.BALLOT, (raw,)))


def own_ballot(stages: Stages, voter: int, votes: list[list[int]] = VOTES[0]) -> str:
    return make_ballot(stages.election, stages.codes[voter], votes)


@refused_at("result", "n’est pas celui que les dépositaires ont ouvert")
def the_result_is_altered(stages: Stages) -> bytes:
    def add_a_vote(value: Any) -> None:
        value["result"][0][1] += 1

    return forge(stages.archives["result"], lambda events: change_text(events, EventKind.RESULT, add_a_vote))


@refused_at("tally", "n’est pas celui des bulletins de l’urne")
def a_ballot_is_removed_before_the_count(stages: Stages) -> bytes:
    return forge(stages.archives["result"], lambda events: events.pop(2))


@refused_at("ballots", "signature")
def an_encrypted_answer_is_shifted_and_the_signature_kept(stages: Stages) -> bytes:
    def shift(value: Any) -> None:
        choice = value["answers"][0]["choices"][1]
        choice["beta"] = str(Number(choice["beta"]) * G % P)

    return forge(stages.archives["voting"], lambda events: change_text(events, EventKind.BALLOT, shift))


@refused_at("box", "pas sur la liste")
def a_ballot_is_made_with_a_code_that_is_not_on_the_roll(stages: Stages) -> bytes:
    raw = make_ballot(stages.election, stranger(), VOTES[0])
    return forge(stages.archives["voting"], lambda events: add_ballot(events, raw))


@refused_at("ballots", "ni 0 ni 1")
def a_voter_counts_for_three(stages: Stages) -> bytes:
    return forge(stages.archives["voting"], lambda events: add_ballot(events, overvote(stages, 3)))


def overvote(stages: Stages, voter: int) -> str:
    """Return a ballot that gives 3 to an option, under proofs made for 1, signed by its voter."""
    content = json.loads(own_ballot(stages, voter))
    choice = content["answers"][0]["choices"][1]
    choice["beta"] = str(Number(choice["beta"]) * G * G % P)
    return sign_again(stages.election, content, stages.codes[voter])


@refused_at("ballots", "nombre de choix")
def a_voter_chooses_three_options_where_two_are_allowed(stages: Stages) -> bytes:
    """Each answer is proved; only the proof on the whole is false."""
    content = json.loads(own_ballot(stages, 3, [[0, 1, 0], [1, 1, 0, 0]]))
    other = json.loads(own_ballot(stages, 3, [[0, 1, 0], [0, 0, 1, 0]]))
    for name in ("choices", "individual_proofs"):
        content["answers"][1][name][2] = other["answers"][1][name][2]
    raw = sign_again(stages.election, content, stages.codes[3])
    return forge(stages.archives["voting"], lambda events: add_ballot(events, raw))


@refused_at("ballots", "blanc et non blanc")
def a_vote_is_both_blank_and_not(stages: Stages) -> bytes:
    content = json.loads(own_ballot(stages, 3, [[1, 0, 0], [0, 0, 0, 0]]))
    other = json.loads(own_ballot(stages, 3, [[0, 1, 0], [0, 0, 0, 0]]))
    answer, taken = content["answers"][0], other["answers"][0]
    for name in ("choices", "individual_proofs"):
        answer[name][1] = taken[name][1]
    secret = random_exponent()
    answer["choices"][0] = choice_text(encrypted(stages.election, secret, 1))
    return forge(
        stages.archives["voting"],
        lambda events: add_ballot(events, prove_blank_again(stages, content, secret)),
    )


def prove_blank_again(stages: Stages, content: dict[str, Any], secret: Number) -> str:
    """Prove that the first answer is blank, which it is, leaving false the proof that it is not something else too."""
    election, code = stages.election, stages.codes[3]
    voter = f"{election.fingerprint}|{content['credential']}"
    answer = content["answers"][0]
    choices = [pair_of(choice) for choice in answer["choices"]]
    first = choices[0]
    individual = prove_one_of(
        election.public_key, zero_or_one(first), 1, secret, f"prove|{voter}|{first[0]},{first[1]}"
    )
    answer["individual_proofs"][0] = [proof.published() for proof in individual]
    overall, _ = whole_answer(election.questions[0], choices, voter)
    proofs = prove_one_of(election.public_key, overall.cases, 0, secret, overall.prefix)
    answer["overall_proof"] = [proof.published() for proof in proofs]
    return sign_again(election, content, code)


def encrypted(election: SealedElection, secret: Number, value: int) -> Pair:
    return power_of_g(secret), power(election.public_key, secret) * power_of_g(Number(value)) % P


def choice_text(pair: Pair) -> dict[str, str]:
    return {"alpha": str(pair[0]), "beta": str(pair[1])}


def pair_of(choice: dict[str, str]) -> Pair:
    return Number(choice["alpha"]), Number(choice["beta"])


@refused_at("ballots", "n’appartient pas au groupe")
def an_answer_is_outside_of_the_group(stages: Stages) -> bytes:
    """The voter changes the sign of a number until his proofs hold all the same, which they do one time in a few."""
    return forge(stages.archives["voting"], lambda events: add_ballot(events, outside_ballot(stages, 3)))


def outside_ballot(stages: Stages, voter: int) -> str:
    election, code = stages.election, stages.codes[voter]
    content = json.loads(own_ballot(stages, voter, [[0, 1, 0], [0, 0, 0, 0]]))
    credential = f"{election.fingerprint}|{public_credential(code, election.uuid)}"
    key, answer = election.public_key, content["answers"][1]
    secrets = [random_exponent() for _ in range(4)]
    choices = [encrypted(election, secret, 0) for secret in secrets]
    choices[0] = (P - choices[0][0], choices[0][1])
    answer["choices"] = [choice_text(choice) for choice in choices]
    for place, (choice, secret) in enumerate(zip(choices, secrets, strict=True)):
        prefix = f"prove|{credential}|{choice[0]},{choice[1]}"
        answer["individual_proofs"][place] = even_proof(key, zero_or_one(choice), secret, prefix)
    overall, _ = whole_answer(election.questions[1], choices, credential)
    answer["overall_proof"] = even_proof(key, overall.cases, sum(secrets, Number(0)), overall.prefix)
    return sign_again(election, content, code)


def even_proof(key: Number, cases: list[Pair], secret: Number, prefix: str) -> list[dict[str, str]]:
    """Return a proof whose challenges are even, so that a sign does not matter."""
    while True:
        proofs = prove_one_of(key, cases, 0, secret, prefix)
        if all(proof.challenge % 2 == 0 for proof in proofs):
            return [proof.published() for proof in proofs]


@refused_at("box", "recopie le vote chiffré d’une autre personne")
def the_encrypted_answers_of_another_are_signed_again(stages: Stages) -> bytes:
    return forge(stages.archives["voting"], lambda events: add_ballot(events, copied_ballot(stages, 3)))


def copied_ballot(stages: Stages, voter: int) -> str:
    """Return a ballot that has the answers of the first ballot of the box, signed by another voter."""
    (raw,) = stages.read("voting").texts_of(EventKind.BALLOT)[0]
    content = json.loads(raw)
    content["credential"] = public_credential(stages.codes[voter], stages.election.uuid)
    return sign_again(stages.election, content, stages.codes[voter])


@refused_at("box", "un autre scrutin")
def the_question_is_changed_after_the_vote(stages: Stages) -> bytes:
    def change(value: Any) -> None:
        value["questions"][0]["question"] = "Êtes-vous contre ?"

    return forge(stages.archives["result"], lambda events: change_text(events, EventKind.SETUP, change))


@refused_at("box", "pas sur la liste")
def a_voter_is_dropped_from_the_roll(stages: Stages) -> bytes:
    code = public_credential(stages.codes[0], stages.election.uuid)

    def drop(value: Any) -> Any:
        return [one for one in value if not one.startswith(code)]

    return forge(stages.archives["result"], lambda events: change_text(events, EventKind.SETUP, drop, 2))


@refused_at("result", "il manque des clés")
def a_partial_decryption_is_missing(stages: Stages) -> bytes:
    return forge(
        stages.archives["result"],
        lambda events: events.pop(places_of(events, EventKind.PARTIAL_DECRYPTION)[0]),
    )


@refused_at("decryption", "déchiffré avec sa clé")
def a_trustee_deciphers_something_else(stages: Stages) -> bytes:
    def change(value: Any) -> None:
        row = value["decryption_factors"][0]
        row[0] = str(Number(row[0]) * G % P)

    return forge(
        stages.archives["result"],
        lambda events: change_text(events, EventKind.PARTIAL_DECRYPTION, change),
    )


@refused_at("decryption", "là deux fois", is_seen_by_belenios=False)
def a_trustee_counts_twice(stages: Stages) -> bytes:
    return forge(stages.archives["one trustee"], lambda events: events.append(events[-1]))


@refused_at("tally", "n’est pas celui des bulletins de l’urne", is_seen_by_belenios=False)
def the_encrypted_sums_are_altered(stages: Stages) -> bytes:
    """2.0 makes the sums itself, and does not read those that are published."""

    def change(value: Any) -> None:
        beta = Number(value[0][1]["beta"])
        value[0][1]["beta"] = str(beta * G % P)

    return forge(
        stages.archives["result"],
        lambda events: change_text(events, EventKind.ENCRYPTED_TALLY, change),
    )


@refused_at("key", "n’est pas celle de ses dépositaires")
def a_trustee_is_left_out_of_the_list(stages: Stages) -> bytes:
    return forge(
        stages.archives["open"],
        lambda events: change_text(events, EventKind.SETUP, lambda value: value[:1], 1),
    )


@refused_at("election", "ne prouve pas qu’il connaît sa clé")
def a_trustee_does_not_know_her_key(stages: Stages) -> bytes:
    def change(value: Any) -> None:
        value[0][1]["public_key"] = str(Number(value[0][1]["public_key"]) * G % P)

    return forge(stages.archives["open"], lambda events: change_text(events, EventKind.SETUP, change, 1))


@refused_at("election", "ni poids, ni nom", is_seen_by_belenios=False)
def a_voter_has_a_weight_of_two(stages: Stages) -> bytes:
    """2.0 counts weights: an election of ours has none."""
    return forge(stages.archives["open"], lambda events: change_text(events, EventKind.SETUP, weigh, 2))


def weigh(value: Any) -> None:
    value[0] += ",2"


@refused_at("box", "déjà dans l’urne", is_seen_by_belenios=False)
def a_ballot_is_twice_in_the_box(stages: Stages) -> bytes:
    return forge(stages.archives["voting"], lambda events: events.append(events[-1]))


@refused_at("box", "reprend un ancien bulletin", is_seen_by_belenios=False)
def an_older_ballot_is_put_back_after_a_newer_one(stages: Stages) -> bytes:
    return forge(stages.archives["voted again"], lambda events: events.append(events[1]))


@refused_at("box", "reprend un ancien bulletin", is_seen_by_belenios=False)
def a_voter_signs_her_older_answers_again(stages: Stages) -> bytes:
    def add(events: list[Event]) -> None:
        content = json.loads(events[1][1][0])
        add_ballot(events, sign_again(stages.election, content, stages.codes[0]))

    return forge(stages.archives["voted again"], add)


@refused_at("archive", "n’est pas à sa place", is_seen_by_belenios=False)
def a_ballot_is_put_after_the_end(stages: Stages) -> bytes:
    event = (EventKind.BALLOT, (own_ballot(stages, 3),))
    return forge(stages.archives["closed"], lambda events: events.append(event))


@refused_at("box", "forme unique")
def a_ballot_is_written_with_spaces(stages: Stages) -> bytes:
    raw = json.dumps(json.loads(own_ballot(stages, 3)), ensure_ascii=False)
    return forge(stages.archives["voting"], lambda events: add_ballot(events, raw))
