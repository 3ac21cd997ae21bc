// Runs the booth's own modules in Node, for tests. Reads one JSON text, {root, do, ...}, and prints one.
import { readFileSync } from "node:fs";

const asked = JSON.parse(readFileSync(0, "utf8"));
const module = (name) => import(`${asked.root}/${name}.js`);

async function ballots() {
    const { readElection } = await module("election");
    const { keysOf, openBallot, sealBallot, signBallot } = await module("ballot");
    const election = await readElection(asked.election);
    const keys = keysOf(election);
    const made = [];
    for (const { code, choices } of asked.voters) {
        try {
            const sealed = await sealBallot(election, keys, code, choices);
            made.push({ opened: openBallot(sealed), ...await signBallot(sealed, keys) });
        } catch (error) {
            if (!error.code) throw error;
            made.push({ refused: error.code });
        }
    }
    return made;
}

async function check() {
    const { checkOpened } = await module("opened");
    const { P, G } = await module("group");
    return checkOpened(asked.opened, asked.election, { p: `${P}`, g: `${G}` });
}

async function code() {
    const { readCode } = await module("credential");
    return asked.codes.map((typed) => {
        try {
            return readCode(typed);
        } catch (error) {
            return error.code;
        }
    });
}

console.log(JSON.stringify(await { ballots, check, code }[asked.do]()));
