/** How a text that waits on this device is shown: what became of it, and what can be done. */
import "./outbox.js";
import { announce } from "./announce.js";
import { element } from "./element.js";

const { outbox } = globalThis;
const TONES = { waiting: "warning", refused: "error", sent: "success" };
const ICONS = { waiting: "warning", refused: "error", sent: "success" };

export function iconOf(name, words) {
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${words.icons}#${name}`);
    drawing.setAttribute("class", "icon");
    drawing.setAttribute("aria-hidden", "true");
    drawing.append(use);
    return drawing;
}

export const readableTime = (at) => new Date(at).toLocaleString(document.documentElement.lang, { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });

function sentenceOf(text, words) {
    if (text.state === "refused") return `${text.reason} ${words["text-kept"]}`;
    if (text.state === "sent") return "";
    if (text.reason === "not_signed_in") return words["signed-out"];
    if (!outbox.isFresh(text)) return words["too-old"];
    return navigator.onLine === false ? words.offline : words.unreachable;
}

/** What was written, to be read and copied. */
function wordsOf(text, words) {
    const written = text.draft?.content.texts ?? [];
    if (!written.length) return [];
    const rows = written.flatMap(([label, said]) => [element("dt", { textContent: label }), element("dd", { className: "plain-text", textContent: said })]);
    return [element("details", { open: text.state === "refused" },
        element("summary", { textContent: words.read }),
        element("dl", { className: "kept-draft__texts" }, ...rows))];
}

const titleOf = (text, words) => ({ waiting: words.kept, refused: words.refused, sent: words.sent })[text.state];

function button(label, kind, act) {
    const made = element("button", { type: "button", className: `button button--${kind} button--small`, textContent: label });
    made.addEventListener("click", () => act(made));
    return made;
}

const link = (label, address, kind = "primary") => element("a", { className: `button button--${kind} button--small`, href: address, textContent: label });

function actionsOf(text, words, draw) {
    if (text.state === "sent") return [link(words.see, text.location)];
    const actions = [];
    if (text.reason === "not_signed_in") actions.push(link(words["sign-in"], words["sign-in-url"]));
    else if (outbox.isFresh(text) && navigator.onLine !== false) actions.push(button(words["send-now"], "primary", (pressed) => sendNow(pressed, text, words)));
    if (text.draft) actions.push(button(words["take-back"], "secondary", () => takeBack(text, draw)));
    actions.push(button(words.erase, "quiet", () => erase(text, words, draw)));
    return actions;
}

async function sendNow(pressed, text, words) {
    pressed.disabled = true;
    announce(words.sending);
    await outbox.sendAll().catch(() => false);
    const now = await outbox.find(text.key);
    pressed.disabled = false;
    if (now?.state === "waiting" && !now.reason) announce(words["nothing-came"]);
    if (now) document.dispatchEvent(new CustomEvent("outbox", { detail: now }));
}

/** The text becomes a draft again, with its key: had it reached the server after all, the server would say so. */
async function takeBack(text, draw) {
    const { name, content } = text.draft;
    const before = localStorage.getItem(name);
    // Kept there before it is taken from here: should there be no room for it, nothing is lost.
    localStorage.setItem(name, JSON.stringify({ ...content, at: Date.now(), key: text.key, isTakenBack: true }));
    const taken = await outbox.takeBack(text.key);
    if (taken?.state === "sent") {
        if (before === null) localStorage.removeItem(name);
        else localStorage.setItem(name, before);
        return draw(taken);
    }
    location.assign(text.page);
    if (location.pathname + location.search === text.page.split("#")[0]) location.reload();
}

async function erase(text, words, draw) {
    const taken = await outbox.takeBack(text.key);
    if (taken?.state === "sent") return draw(taken);
    const place = document.querySelector(`[data-kept="${CSS.escape(text.key)}"]`);
    place.className = "alert alert--info kept";
    place.replaceChildren(iconOf("info", words), element("div", { className: "alert__body" },
        element("p", { textContent: words.erased }),
        element("div", { className: "cluster" }, button(words.undo, "secondary", async () => draw(await outbox.keep(text))))));
    place.focus();
    announce(words.erased);
}

/** Draws a text in its place, or again there. */
export function drawText(text, words, place = element("div", {})) {
    const draw = (now) => {
        drawText(now, words, place);
        place.focus();
    };
    place.dataset.kept = text.key;
    place.tabIndex = -1;
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", `${titleOf(text, words)}. ${text.label}`);
    place.className = `alert alert--${TONES[text.state]} kept`;
    const sentence = sentenceOf(text, words);
    place.replaceChildren(iconOf(ICONS[text.state], words), element("div", { className: "alert__body" },
        element("p", { className: "alert__title", textContent: titleOf(text, words) }),
        element("p", { className: "kept__label", textContent: text.label }),
        ...(sentence ? [element("p", { textContent: sentence })] : []),
        ...(text.state === "sent" ? [] : wordsOf(text, words)),
        element("div", { className: "cluster" }, ...actionsOf(text, words, draw))));
    return place;
}
