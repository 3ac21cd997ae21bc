/** One question, sealed: each mark in its own envelope, with the proofs that it is 0 or 1 and that the whole keeps to the rule. */
import { P, modulo, randomExponent } from "./group.js";
import { branch, proveOneOf } from "./proofs.js";

function seal(mark, keys) {
    const nonce = randomExponent();
    const beta = keys.y(nonce) * keys.g(BigInt(mark)) % P;
    return { mark, nonce, alpha: keys.g(nonce), beta };
}

/** The envelope that the product of several envelopes makes: their sum. */
function together(envelopes) {
    return envelopes.reduce((sum, one) => ({
        mark: sum.mark + one.mark,
        nonce: modulo(sum.nonce + one.nonce),
        alpha: sum.alpha * one.alpha % P,
        beta: sum.beta * one.beta % P,
    }), { mark: 0, nonce: 0n, alpha: 1n, beta: 1n });
}

const written = (envelope) => `${envelope.alpha},${envelope.beta}`;

function countsAllowed(question, sum) {
    const branches = [];
    for (let count = question.min; count <= question.max; count++) branches.push(branch(sum, count));
    return branches;
}

/** With a blank vote: blank and nothing else, or not blank and an allowed number of answers. */
async function proveWithBlank(question, envelopes, keys, statement) {
    const [blank, ...others] = envelopes;
    const sum = together(others);
    const overall = [branch(blank, 1), ...countsAllowed(question, sum)];
    const exclusive = [branch(blank, 0), branch(sum, 0)];
    return {
        overall_proof: await proveOneOf(overall, keys, `bproof1|${statement}|`),
        blank_proof: await proveOneOf(exclusive, keys, `bproof0|${statement}|`),
    };
}

async function proveWhole(question, envelopes, keys, statement) {
    if (question.blank) return proveWithBlank(question, envelopes, keys, statement);
    const sum = together(envelopes);
    return { overall_proof: await proveOneOf(countsAllowed(question, sum), keys, `prove|${statement}|${written(sum)}|`) };
}

/**
 * Seals the marks of one question.
 *
 * `prefix`: what every proof of this ballot is bound to. `progress`: called after each envelope. Returns {answer, nonces}: the answer as it is
 * published, and the nonces that would open it.
 */
export async function sealAnswer(question, marks, keys, prefix, progress) {
    const envelopes = marks.map((mark) => seal(mark, keys));
    const proofs = [];
    for (const envelope of envelopes) {
        const context = `prove|${prefix}|${written(envelope)}|`;
        proofs.push(await proveOneOf([branch(envelope, 0), branch(envelope, 1)], keys, context));
        progress();
    }
    const statement = `${prefix}|${envelopes.map(written).join(",")}`;
    const answer = {
        choices: envelopes.map(({ alpha, beta }) => ({ alpha: `${alpha}`, beta: `${beta}` })),
        individual_proofs: proofs,
        ...await proveWhole(question, envelopes, keys, statement),
    };
    return { answer, nonces: envelopes.map(({ nonce }) => `${nonce}`) };
}
