/**
 * What happens elsewhere, shown on the page that is open. The page works without it.
 *
 * The page says what it knows already: body[data-last-seq] is the number of the reader's last event when it was written. Each event of
 * hers is numbered; one that comes too early shows that some were missed, which are then asked for. Every event is also dispatched on
 * document as "civic:<name>" with its payload in event.detail.
 */
import { io } from "../vendor/socket.io-client-4.8.4.esm.min.js";
import { announce } from "./announce.js";

const live = document.getElementById("live");
const words = live.dataset;
const isPersonal = document.body.dataset.live === "person";
const PATIENCE_MS = 4000;
const REFRESH_MS = 250;
const MOST_FAILURES = 4;
const TOASTS = 3;
const SAID_AFTER_MS = 300;
const TURNOUT_SAID_EVERY_MS = 30000;

let lastSeq = Number(document.body.dataset.lastSeq ?? 0);
let newestSeq = lastSeq;
let isResuming = false;
let wasLost = false;
let lossTimer;

const socket = io({ transports: ["websocket", "polling"], tryAllTransports: true, reconnectionDelay: 500, reconnectionDelayMax: 15000, randomizationFactor: 0.6 });

// Personal events: in order, each once

function receive(name, payload) {
    if (payload.seq === undefined) return show(name, payload);
    newestSeq = Math.max(newestSeq, payload.seq);
    if (payload.seq === lastSeq + 1 && !isResuming) return advance(name, payload);
    if (payload.seq > lastSeq) resume();
}

function advance(name, payload) {
    lastSeq = payload.seq;
    show(name, payload);
}

/** Asks for what came after the last event seen, until there is no more. */
async function resume() {
    if (isResuming || !isPersonal) return;
    isResuming = true;
    let answer;
    try {
        do {
            answer = await socket.timeout(10000).emitWithAck("feed:resume", { after: lastSeq });
            if (!answer.ok) break;
            newestSeq = Math.max(newestSeq, answer.data.last_seq);
            answer.data.events.filter((event) => event.payload.seq > lastSeq).forEach((event) => advance(event.name, event.payload));
            // What came while the answer was on its way was left aside: it is asked for too.
        } while (newestSeq > lastSeq && answer.data.events.length);
    } catch {
        // The line was cut again: the next connection asks again.
    } finally {
        isResuming = false;
    }
    // Connected, and not answered: asked again, lest an event be missed until the next one.
    if (socket.connected && !answer?.ok) setTimeout(resume, PATIENCE_MS);
}

function show(name, payload) {
    document.dispatchEvent(new CustomEvent(`civic:${name}`, { detail: payload }));
    REACTIONS[name]?.(payload);
    refreshRegions(name);
    if (payload.seq !== undefined) countUnread();
}

// What each event does to the page

const REACTIONS = {
    "invitation:sent": (payload) => {
        toast(words.wordInvitation, `${words.invitationsUrl}/${payload.invitation_id}`, `invitation-${payload.invitation_id}`);
        announce(words.wordInvitation);
    },
    "invitation:superseded": supersede,
    "checkin:alarm": (payload) => {
        toast(words.wordCheckinAlarm, words.checkinUrl.replace(/\/0$/, `/${Number(payload.call_id)}`), `checkin-${Number(payload.call_id)}`);
        announce(words.wordCheckinAlarm);
    },
    "match:created": (payload) => {
        if (isShown("match", payload.match_id)) return;
        toast(words.wordMatch, matchUrl(payload.match_id));
        sayOnce(payload.request_id, 3, words.wordMatch);
    },
    "match:changed": (payload) => {
        if (isShown("match", payload.match_id)) sayOnce(payload.request_id, 2, words.wordMatchChanged);
    },
    "match:message": receiveMessage,
    "proposal:published": showProposal,
    "request:changed": (payload) => sayOnce(payload.request_id, 1, words.wordRequest),
    "sitting:supported": showSupports,
    "poll:turnout": (payload) => {
        showTurnout(payload);
        sayTurnout(payload.turnout);
    },
};

const isMine = (payload) => payload.author_id === Number(document.body.dataset.personId);
const matchUrl = (id) => words.matchUrl.replace(/\/0$/, `/${id}`);
const isShown = (kind, id) => document.querySelector(`[data-${kind}-id="${Number(id)}"]`) !== null;

function supersede(payload) {
    const sentence = { taken: words.wordTaken, moved: words.wordMoved }[payload.reason] ?? words.wordEnded;
    live.querySelector(`[data-toast="invitation-${Number(payload.invitation_id)}"]`)?.remove();
    const card = document.querySelector(`[data-invitation-id="${Number(payload.invitation_id)}"]`);
    if (!card) return;
    const text = document.createElement("p");
    text.textContent = sentence;
    const hadFocus = card.contains(document.activeElement);
    card.replaceChildren(text);
    card.dataset.superseded = "";
    if (hadFocus) {
        card.tabIndex = -1;
        card.focus();
    }
    announce(sentence);
}

function receiveMessage(payload) {
    const list = document.querySelector("[data-conversation]");
    if (!list || !isShown("match", payload.match_id)) {
        if (isMine(payload)) return;
        toast(words.wordMessage, matchUrl(payload.match_id), `match-${payload.match_id}`);
        announce(words.wordMessage);
        return;
    }
    if (payload.text === null || list.querySelector(`[data-message-id="${Number(payload.message_id)}"]`)) return;
    list.append(messageFrom(payload));
    document.querySelectorAll("[data-conversation-empty]").forEach((empty) => { empty.hidden = true; });
    if (isMine(payload)) return;
    announce(`${payload.author_name} : ${payload.text}`);
    markRead(location.pathname);
}

/** Sends a message without leaving the page; where that fails, the form is sent as it would be without this script. */
async function say(event) {
    const form = event.target.closest("form[data-say]");
    if (!form || !socket.connected || !document.querySelector("[data-match-id]")) return;
    event.preventDefault();
    const data = new FormData(form);
    const sent = { match_id: Number(document.querySelector("[data-match-id]").dataset.matchId), text: data.get("text"), client_id: data.get("client_id") };
    const answer = await socket.timeout(5000).emitWithAck("match:say", sent).catch(() => null);
    if (!answer?.ok) return form.submit();
    form.elements.text.value = "";
    form.elements.client_id.value = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("submit", say);

/** Words written by others enter the page as text, never as markup. */
function messageFrom(payload) {
    const model = document.querySelector(isMine(payload) ? "[data-my-message-template]" : "[data-message-template]");
    const item = model.content.firstElementChild.cloneNode(true);
    item.dataset.messageId = payload.message_id;
    if (!isMine(payload)) item.querySelector("[data-author]").textContent = payload.author_name;
    item.querySelector("[data-text]").textContent = payload.text;
    const time = item.querySelector("[data-time]");
    time.dateTime = payload.created_at;
    time.textContent = instantInWords(new Date(payload.created_at), time.dataset.time);
    return item;
}

/** As the server writes it in a page read again: « vendredi 27 novembre à 4 h 38 ». */
function instantInWords(at, pattern) {
    const lang = document.documentElement.lang;
    const zone = { timeZone: "Europe/Paris" };
    const day = at.toLocaleDateString(lang, { weekday: "long", day: "numeric", month: "long", ...zone });
    const time = at.toLocaleTimeString(lang, { hour: "numeric", minute: "2-digit", ...zone });
    if (!lang.startsWith("fr")) return pattern.replace("{day}", day).replace("{time}", time);
    const [hours, minutes] = time.split(":");
    const hour = minutes === "00" ? `${Number(hours)}\u00a0h` : `${Number(hours)}\u00a0h\u00a0${minutes}`;
    return pattern.replace("{day}", day.replace(/\b1 /, "1er ")).replace("{time}", hour);
}

function showTurnout(payload) {
    for (const place of document.querySelectorAll(`[data-turnout="${Number(payload.poll_id)}"]`)) {
        place.textContent = payload.turnout.toLocaleString(document.documentElement.lang);
    }
}

function showSupports(payload) {
    for (const place of document.querySelectorAll(`[data-question-supports="${Number(payload.question_id)}"]`)) {
        place.textContent = payload.supports.toLocaleString(document.documentElement.lang);
    }
}

function showProposal(payload) {
    for (const place of document.querySelectorAll(`[data-proposals="${Number(payload.consultation_id)}"]`)) {
        place.textContent = payload.proposals.toLocaleString(document.documentElement.lang);
    }
    toast(words.wordProposal, `/propositions/${payload.proposal_id}`);
    announce(words.wordProposal);
}

// Regions that the server draws: [data-live-refresh="name name"], each with an id

let refreshTimer;
const stale = new Set();

function refreshRegions(name) {
    for (const region of document.querySelectorAll("[data-live-refresh][id]")) {
        if (region.dataset.liveRefresh.split(" ").includes(name)) stale.add(region.id);
    }
    if (!stale.size) return;
    clearTimeout(refreshTimer);
    refreshTimer = setTimeout(drawAgain, REFRESH_MS); // several events at once are one visit
}

let failures = 0;

async function drawAgain() {
    const ids = [...stale];
    stale.clear();
    const answer = await fetch(document.body.dataset.liveAddress || location.href, { headers: { "X-Live-Refresh": "1" } }).catch(() => null);
    if (answer && (answer.status < 500 && answer.status !== 429)) {
        failures = 0;
        if (!answer.ok || answer.redirected) return; // no more hers to see
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        return ids.forEach((id) => replaceRegion(document.getElementById(id), page.getElementById(id)));
    }
    // A busy server or a cut line: what happened is drawn a little later, a few times, else by the next event or by the reader.
    if (++failures > MOST_FAILURES) return;
    ids.forEach((id) => stale.add(id));
    clearTimeout(refreshTimer);
    refreshTimer = setTimeout(drawAgain, failures * PATIENCE_MS);
}

/** What is being used is not taken away under the reader's fingers: new cards are added, and the rest waits. */
function replaceRegion(region, fresh) {
    if (!region || !fresh || isBeingWrittenIn(region)) return;
    // What was shown once, as a telephone number, stays until there is nothing to show any more.
    if ("liveKeep" in region.dataset && fresh.childElementCount && !fresh.querySelector("[data-live-over]")) return;
    if (!region.contains(document.activeElement) && !region.querySelector("[data-superseded]")) {
        region.replaceChildren(...fresh.childNodes);
        if (region.querySelector("[data-live-over]")) document.querySelectorAll("[data-conversation-empty]").forEach((empty) => { empty.hidden = true; });
        return;
    }
    for (const card of fresh.querySelectorAll("[data-invitation-id]")) {
        if (!isShown("invitation", card.dataset.invitationId)) region.prepend(card);
    }
}

/** What was typed and not sent is not lost, even where the reader looks elsewhere. */
const isBeingWrittenIn = (region) => [...region.querySelectorAll("textarea")].some((box) => box.value !== box.defaultValue);

async function countUnread() {
    const badge = document.querySelector("[data-unread-count]");
    if (!badge || !words.inboxUrl) return;
    const answer = await fetch(`${words.inboxUrl}?page_size=1`).catch(() => null);
    if (!answer?.ok) return;
    const { unread } = await answer.json();
    badge.hidden = unread === 0;
    badge.firstChild.textContent = unread;
}

function markRead(path) {
    const token = document.querySelector('meta[name="csrf-token"]').content;
    fetch(words.readingUrl, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ path }),
    }).then(countUnread, () => undefined);
}

// What the reader is told

const waitingToBeSaid = new Map();

/** One fact is told by several events, about the request and about the match: the most telling is said, once. */
function sayOnce(requestId, weight, text) {
    const waiting = waitingToBeSaid.get(requestId);
    if (waiting?.weight >= weight) return;
    clearTimeout(waiting?.timer);
    const timer = setTimeout(() => {
        waitingToBeSaid.delete(requestId);
        announce(text);
    }, SAID_AFTER_MS);
    waitingToBeSaid.set(requestId, { weight, timer });
}

let turnoutSaidAt = -Infinity;
let turnoutTimer;

/** The first change is said at once, the next ones together: a busy vote does not talk without end. */
function sayTurnout(turnout) {
    clearTimeout(turnoutTimer);
    turnoutTimer = setTimeout(() => {
        turnoutSaidAt = performance.now();
        announce(`${words.wordTurnout} ${turnout.toLocaleString(document.documentElement.lang)}`);
    }, Math.max(0, turnoutSaidAt + TURNOUT_SAID_EVERY_MS - performance.now()));
}

function toast(text, url, key = "") {
    if (key && live.querySelector(`[data-toast="${key}"]`)) return;
    const list = live.querySelector("[data-live-toasts]");
    const made = live.querySelector("[data-live-toast]").content.firstElementChild.cloneNode(true);
    made.dataset.toast = key;
    made.querySelector("[data-text]").textContent = text;
    made.querySelector("[data-link]").href = url;
    made.querySelector("[data-close]").addEventListener("click", () => made.remove());
    list.append(made);
    while (list.children.length > TOASTS) list.firstElementChild.remove();
}

function tell(text) {
    const state = live.querySelector("[data-live-state]");
    state.textContent = text;
    state.hidden = !text;
}

// The line

async function follow() {
    const [kind, id] = (document.body.dataset.liveRoom ?? "").split(":");
    if (!id) return;
    const answer = await socket.timeout(10000).emitWithAck(`${kind}:follow`, { [`${kind}_id`]: Number(id) }).catch(() => null);
    if (answer?.ok && kind === "poll" && answer.data.turnout !== undefined && answer.data.turnout !== null) showTurnout({ poll_id: Number(id), ...answer.data });
}

let hasFollowed = false;

/** What a room is told is not kept: back from a cut, its page is drawn again. */
function catchUp() {
    if (hasFollowed && document.body.dataset.liveRoom) {
        document.querySelectorAll("[data-live-refresh][id]").forEach((region) => stale.add(region.id));
        if (stale.size) drawAgain();
    }
    hasFollowed = true;
}

socket.onAny(receive);

socket.on("connect", () => {
    clearTimeout(lossTimer);
    document.documentElement.dataset.liveState = "online";
    follow().then(catchUp);
    resume();
    if (!wasLost) return;
    wasLost = false;
    tell(words.wordOnline);
    announce(words.wordOnline);
    setTimeout(() => tell(""), PATIENCE_MS);
});

socket.on("disconnect", (reason) => {
    document.documentElement.dataset.liveState = "offline";
    lossTimer = setTimeout(() => {
        wasLost = true;
        tell(words.wordOffline);
    }, PATIENCE_MS);
    // Put out by the server (signed out, or other rights): once more, as who we are now.
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), 1000 + Math.random() * 2000);
});

socket.on("connect_error", (error) => {
    if (socket.active) return; // the client tries again by itself
    if (error.data?.code === "too_many_sockets" || error.data?.code === "internal_error") setTimeout(() => socket.connect(), 60000);
});

addEventListener("pageshow", (event) => { if (event.persisted) resume(); });
