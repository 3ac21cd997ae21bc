/*
 * A ballot, in three moments: sealed, then either opened (and lost: it was never signed, so that nobody can cast it) or signed to be cast.
 *
 * What is returned by `sealBallot` holds the secrets: it stays where it was made.
 */
import { G, modulo, powersOf, randomExponent } from "./group.js";
import { hashToExponent, shortHash } from "./digest.js";
import { marksOf } from "./election.js";
import { secretKey } from "./credential.js";
import { sealAnswer } from "./answer.js";

/** Tables of powers for one election: made once, while the voter reads. */
export const keysOf = (election) => ({ g: powersOf(G), y: powersOf(election.publicKey) });

/** Seals choices: for each question, the places of the answers chosen, or "blank". `progress(done, total)` counts envelopes. */
export async function sealBallot(election, keys, code, choices, progress = () => {}) {
    const marks = election.questions.map((question, place) => marksOf(question, choices[place]));
    const secret = await secretKey(code, election.uuid);
    const credential = `${keys.g(secret)}`;
    const prefix = `${election.hash}|${credential}`;
    const total = marks.flat().length;
    let done = 0;
    const sealed = [];
    for (const [place, question] of election.questions.entries()) {
        sealed.push(await sealAnswer(question, marks[place], keys, prefix, () => progress(++done, total)));
    }
    const body = {
        election_uuid: election.uuid,
        election_hash: election.hash,
        credential,
        answers: sealed.map((one) => one.answer),
    };
    return { body, hash: await shortHash(JSON.stringify(body)), marks, nonces: sealed.map((one) => one.nonces), secret };
}

/** The ballot as it is cast, and its tracker: the name under which anyone finds it in the box. */
export async function signBallot({ body, hash, secret }, keys) {
    const nonce = randomExponent();
    const challenge = await hashToExponent(`sig|${hash}|${keys.g(nonce)}`);
    const proof = { challenge: `${challenge}`, response: `${modulo(nonce - secret * challenge)}` };
    const ballot = JSON.stringify({ ...body, signature: { hash, proof } });
    return { ballot, tracker: await shortHash(ballot) };
}

/** All that shows what a sealed ballot held, for `opened.js` and `verifier_bulletin.py`. */
export const openBallot = ({ body, hash, marks, nonces }) => ({ hash, ballot: body, marks, nonces });
