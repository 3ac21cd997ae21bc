/**
 * A screen of the town hall: asks again for its own page, and never lets an old figure look new.
 *
 * Only delays are measured here, by two clocks of which the larger delay counts (one stops while the machine sleeps, the other may be set);
 * the hours shown are the server's. Each question carries a number drawn for it, which the answer repeats: no cache can answer.
 */
const screen = document.querySelector("[data-screen]");
const words = screen.dataset;
const banner = screen.querySelector("[data-banner]");
const pause = screen.querySelector("[data-pause]");
const seconds = (name) => Number(words[name]) * 1000;
const DATED_AFTER = 12 * 3600 * 1000;
const PATIENCE = 8000;
const TICK = 500;

const now = () => ({ steady: performance.now(), wall: Date.now() });
const since = (then) => Math.max(performance.now() - then.steady, Date.now() - then.wall);

const begun = now();
let heard = now();
let asked = now();
let turned = now();
let isAsking = false;
let isPaused = false;
let jitter = 0;

const board = () => document.getElementById("board");
const pages = () => Number(board().dataset.pages);

function draw() {
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Asks for a page of the board. Whatever is not our own fresh answer is no answer. */
async function ask(number) {
    isAsking = true;
    asked = now();
    jitter = Math.random() * 1000; // twenty screens that were lit together do not ask together for ever
    const turn = draw();
    try {
        const address = new URL(location.pathname, location.origin);
        address.search = new URLSearchParams({ page: number, turn });
        const answer = await fetch(address, { cache: "no-store", headers: { "X-Live-Refresh": "1" }, signal: AbortSignal.timeout(PATIENCE) });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("board");
        if (!answer.ok || answer.redirected || fresh?.dataset.turn !== turn) return;
        if (page.querySelector("[data-screen]").dataset.version !== words.version || since(begun) > seconds("reload")) {
            location.reload(); // another version of the platform, or a new day: the server has just answered
            return;
        }
        show(fresh);
    } catch {
        // No answer: the time that passes says so.
    } finally {
        isAsking = false;
        tick();
    }
}

function show(fresh) {
    const hasTurned = fresh.dataset.number !== board().dataset.number;
    if (hasTurned) turned = now();
    fresh.classList.toggle("board--arrives", hasTurned);
    board().replaceWith(document.adoptNode(fresh));
    heard = now();
}

function stateNow() {
    const age = since(heard);
    if (age >= seconds("hide")) return "lost";
    return age >= seconds("stale") ? "stale" : "fresh";
}

function tell(state) {
    screen.dataset.state = state;
    const text = state === "fresh" ? "" : words[state === "lost" ? "wordLost" : "wordStale"].replace("{time}", whenHeard());
    if (banner.textContent === text) return; // said once to those who listen
    banner.hidden = !text;
    banner.textContent = text;
}

/** The hour of the last answer, with its day once that is no longer plain. */
function whenHeard() {
    const { time, day } = board().dataset;
    return since(heard) > DATED_AFTER ? words.wordSince.replace("{day}", day).replace("{time}", time) : time;
}

function tick() {
    const state = stateNow();
    tell(state);
    pause.hidden = pages() < 2;
    if (isAsking) return;
    const turnsNow = !isPaused && pages() > 1 && state === "fresh" && since(turned) >= seconds("turnEvery");
    const isLate = since(asked) >= seconds("refresh") + jitter;
    // A clock that jumped, or a machine that slept: ask at once rather than wait.
    const woke = state !== "fresh" && since(asked) - (performance.now() - asked.steady) > 2000;
    if (turnsNow || isLate || woke) ask(turnsNow ? (Number(board().dataset.number) % pages()) + 1 : Number(board().dataset.number));
}

pause.textContent = words.wordPause;
pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? words.wordResume : words.wordPause;
    turned = now();
});
addEventListener("online", () => { if (!isAsking) ask(Number(board().dataset.number)); });
addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    heard = { steady: -Infinity, wall: -Infinity }; // taken out of a drawer: nothing on it is known to hold
    ask(Number(board().dataset.number));
});
tick();
setInterval(tick, TICK);
