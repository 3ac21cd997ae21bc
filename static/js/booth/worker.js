/*
 * The booth itself, apart from the page, so that sealing never freezes it. The code of the letter comes in and is forgotten; the secret key and the
 * nonces never go out, but those of a ballot that its voter chose to open, which can then no longer be cast.
 *
 * Asked, in this order: {do: "begin", election}, {do: "seal", code, choices}, then {do: "cast"} or {do: "open"}. Each question bears an `id`, that
 * its answer repeats: {id, answer} or {id, refused: code}. While sealing: {progress: [done, total]}.
 */
import { readElection } from "./election.js";
import { keysOf, openBallot, sealBallot, signBallot } from "./ballot.js";
import { Refused } from "./refused.js";

let election, keys, sealed;

function taken() {
    if (!sealed) throw new Refused("nothing_sealed");
    const one = sealed;
    sealed = undefined; // a ballot is opened or cast, never both, and once
    return one;
}

const acts = {
    async begin({ election: raw }) {
        election = await readElection(raw);
        keys = keysOf(election);
        return { fingerprint: election.hash };
    },
    async seal({ code, choices }) {
        sealed = undefined;
        sealed = await sealBallot(election, keys, code, choices, (...progress) => postMessage({ progress }));
        return { hash: sealed.hash };
    },
    cast: () => signBallot(taken(), keys),
    open: async () => openBallot(taken()),
    async forget() {
        sealed = undefined;
    },
};

async function answer({ data }) {
    try {
        postMessage({ id: data.id, answer: await acts[data.do](data) });
    } catch (error) {
        postMessage({ id: data.id, refused: error instanceof Refused ? error.code : "booth_failed" });
    }
}

let before = Promise.resolve();
addEventListener("message", (event) => { before = before.then(() => answer(event)); });
