/*
 * Checks an opened ballot, knowing nothing of what made it: no other module of the booth is read here, on purpose. The same is done
 * without any page of ours by `verifier_bulletin.py`.
 *
 * An envelope is (g^r, y^r · g^m). Knowing r, anyone finds m again; and the fingerprint shown before the opening is that of these envelopes.
 */
function power(base, exponent, modulus) {
    let result = 1n;
    for (const bit of exponent.toString(2)) {
        result = result * result % modulus;
        if (bit === "1") result = result * base % modulus;
    }
    return result;
}

async function fingerprint(text) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return btoa(String.fromCharCode(...new Uint8Array(digest))).replace(/=+$/, "");
}

function chosenIn(question, marks) {
    const names = question.blank ? [null, ...question.answers] : question.answers;
    return names.filter((_, place) => marks[place] === 1);
}

/**
 * Returns {isSound, fingerprint, chosen}: whether each envelope holds the mark that was said, the fingerprint found again from the ballot,
 * and for each question the texts of the answers that are in it (null for the blank one).
 *
 * `group`: {p, g} as decimal texts. `electionText`: the election, byte for byte as published.
 */
export async function checkOpened(opened, electionText, group) {
    const election = JSON.parse(electionText);
    const [p, g, y] = [group.p, group.g, election.public_key].map(BigInt);
    const found = await fingerprint(JSON.stringify(opened.ballot));
    const isOurs = opened.ballot.election_hash === await fingerprint(electionText) && found === opened.hash
        && opened.ballot.answers.length === election.questions.length;
    const holds = (envelope, nonce, mark) => {
        const r = BigInt(nonce);
        const message = mark === 1 ? g : 1n;
        return (mark === 0 || mark === 1) && BigInt(envelope.alpha) === power(g, r, p) && BigInt(envelope.beta) === power(y, r, p) * message % p;
    };
    const envelopesHold = opened.ballot.answers.every(({ choices }, place) => (
        choices.length === opened.marks[place].length
        && choices.every((envelope, number) => holds(envelope, opened.nonces[place][number], opened.marks[place][number]))
    ));
    const chosen = election.questions.map((question, place) => chosenIn(question, opened.marks[place]));
    return { isSound: isOurs && envelopesHold, fingerprint: found, chosen };
}
