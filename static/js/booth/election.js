/** The election as its authorities wrote it. Its text is kept as it is, byte for byte: its hash is signed in each ballot. */
import { NAME, isMember } from "./group.js";
import { shortHash } from "./digest.js";
import { Refused } from "./refused.js";

const MOST_ANSWERS = 100;
const DECIMAL = /^[1-9][0-9]*$/;

const isCount = (number) => Number.isSafeInteger(number) && number >= 0;

function readQuestion(question) {
    const { answers, min, max, blank = false } = question;
    const isSound = Array.isArray(answers) && answers.length > 0 && answers.length <= MOST_ANSWERS
        && answers.every((answer) => typeof answer === "string")
        && typeof question.question === "string" && typeof blank === "boolean"
        && isCount(min) && isCount(max) && min <= max && max <= answers.length;
    if (!isSound) throw new Refused("election_unknown");
    return { text: question.question, answers, min, max, blank };
}

/** Reads an election. Raises `election_unknown` for what this booth does not know how to seal. */
export async function readElection(raw) {
    const read = JSON.parse(raw);
    if (read.version !== 1 || read.group !== NAME || typeof read.uuid !== "string") throw new Refused("election_unknown");
    if (!DECIMAL.test(read.public_key) || !Array.isArray(read.questions) || !read.questions.length) throw new Refused("election_unknown");
    const publicKey = BigInt(read.public_key);
    if (!isMember(publicKey) || publicKey === 1n) throw new Refused("election_unknown");
    return { uuid: read.uuid, hash: await shortHash(raw), publicKey, questions: read.questions.map(readQuestion) };
}

/**
 * The numbers to seal for one question: one for each answer, 1 when chosen, preceded by the blank one where the question has it.
 *
 * Raises `choice_refused` when the choices break the rule of the question.
 */
export function marksOf(question, chosen) {
    const isBlank = chosen === "blank";
    if (isBlank && !question.blank) throw new Refused("choice_refused");
    const places = isBlank ? [] : chosen;
    const isSound = new Set(places).size === places.length && places.every((place) => isCount(place) && place < question.answers.length);
    if (!isSound) throw new Refused("choice_refused");
    if (!isBlank && (places.length < question.min || places.length > question.max)) throw new Refused("choice_refused");
    const marks = question.answers.map((_, place) => (places.includes(place) ? 1 : 0));
    return question.blank ? [isBlank ? 1 : 0, ...marks] : marks;
}
