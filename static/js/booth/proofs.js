/*
 * Proofs that a sealed number is one of a few, without telling which.
 *
 * A branch says: the sealed number (nonce r, mark m) is `value`. One branch is true and proved; the others are simulated. Since the voter
 * knows r and m, what is simulated needs powers of g and y alone: g^z · alpha^c = g^(z + rc), y^z · (beta / g^value)^c = y^(z + rc) · g^((m - value)c).
 */
import { P, modulo, randomExponent } from "./group.js";
import { hashToExponent } from "./digest.js";

/** What the voter alone knows of a sealed number, and the value that a branch says it is. */
export const branch = ({ nonce, mark }, value) => ({ nonce, distance: mark - value });

/**
 * A proof that one of the branches is true.
 *
 * `keys`: {g, y}, the two functions that raise g and y. `context`: the text before the commitments in what is hashed.
 */
export async function proveOneOf(branches, keys, context) {
    const proved = branches.findIndex((one) => one.distance === 0);
    const parts = branches.map((one, place) => (place === proved ? promise(keys) : simulate(one, keys)));
    const challenge = await hashToExponent(context + parts.map((part) => part.commitment).join(","));
    const others = parts.reduce((sum, part, place) => (place === proved ? sum : sum + part.challenge), 0n);
    const own = modulo(challenge - others);
    Object.assign(parts[proved], { challenge: own, response: modulo(parts[proved].secret - branches[proved].nonce * own) });
    return parts.map((part) => ({ challenge: `${part.challenge}`, response: `${part.response}` }));
}

function promise(keys) {
    const secret = randomExponent();
    return { secret, commitment: `${keys.g(secret)},${keys.y(secret)}` };
}

function simulate({ nonce, distance }, keys) {
    const challenge = randomExponent();
    const response = randomExponent();
    const exponent = response + nonce * challenge;
    const beta = keys.y(exponent) * keys.g(BigInt(distance) * challenge) % P;
    return { challenge, response, commitment: `${keys.g(exponent)},${beta}` };
}
