/** SHA-256 and PBKDF2 by the browser itself (WebCrypto): they exist on a secure address alone, where alone a ballot can be sealed. */
import { Q, bytesToNumber } from "./group.js";

const encoder = new TextEncoder();

async function sha256(text) {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}

/** As Belenios writes every hash: base64, without the sign that fills its end. */
export async function shortHash(text) {
    return btoa(String.fromCharCode(...await sha256(text))).replace(/=+$/, "");
}

export const hashToExponent = async (text) => bytesToNumber(await sha256(text)) % Q;

/** The exponent that a code and an election give, slowly on purpose. */
export async function derivedExponent(code, salt, iterations) {
    const key = await crypto.subtle.importKey("raw", encoder.encode(code), "PBKDF2", false, ["deriveBits"]);
    const settings = { name: "PBKDF2", hash: "SHA-256", salt: encoder.encode(salt), iterations };
    return bytesToNumber(new Uint8Array(await crypto.subtle.deriveBits(settings, key, 256))) % Q;
}
