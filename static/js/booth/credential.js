/** The code of the letter: fourteen signs and one that catches typing mistakes, by three. It is the voter's key, and never leaves her device. */
import { derivedExponent } from "./digest.js";
import { Refused } from "./refused.js";

const SIGNS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const LENGTH = 15;
const MODULUS = 53n;
const ITERATIONS = 1000;

/** The code as the letter shows it, whatever people type between its signs. Raises `code_malformed`, `code_mistyped`. */
export function readCode(typed) {
    const code = typed.replace(/[\s\u2010-\u2015\u2212-]/g, "");
    const values = [...code].map((sign) => SIGNS.indexOf(sign));
    if (code.length !== LENGTH || values.includes(-1)) throw new Refused("code_malformed");
    const check = values.pop();
    const number = values.reduce((sum, value) => sum * 58n + BigInt(value), 0n);
    if ((number + BigInt(check)) % MODULUS !== 0n) throw new Refused("code_mistyped");
    return code.match(/.{3}/g).join("-");
}

/** The secret key of a code in one election: its dashes are part of what is hashed. */
export const secretKey = (typed, uuid) => derivedExponent(readCode(typed), uuid, ITERATIONS);
