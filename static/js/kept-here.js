/** [data-kept-drafts]: what was being written here, to be read again; and, on the offline page, the way back once the line is there. */
import { element } from "./element.js";
import { findReader } from "./reader.js";

const AGAIN_MS = 10_000;
const place = document.querySelector("[data-kept-drafts]");
const list = document.querySelector("[data-kept-list]");
const again = document.querySelector("[data-try-again]"); // on the offline page
const lang = document.documentElement.lang;

function draftsOf(owner) {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(`draft:${owner}:`));
    return names.map((name) => JSON.parse(localStorage.getItem(name))).filter((draft) => draft?.page).sort((one, other) => other.at - one.at);
}

function drawDraft(draft) {
    const time = new Date(draft.at).toLocaleString(lang, { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
    const texts = draft.texts.flatMap(([label, text]) => [element("dt", { textContent: label }), element("dd", { className: "plain-text", textContent: text })]);
    return element("article", { className: "panel kept-draft" },
        element("h3", { textContent: draft.title }),
        element("p", { className: "soft", textContent: place.dataset.wordWritten.replace("{time}", time) }),
        element("dl", { className: "kept-draft__texts" }, ...texts),
        ...(again ? [] : [element("p", {}, element("a", { href: draft.page, textContent: place.dataset.wordContinue }))]));
}

let drafts = [];

/** Says that nothing is kept, once both lists are known to be empty. */
function sayNothing() {
    const nothing = document.querySelector("[data-nothing-kept]");
    list.closest("section").hidden = !list.children.length;
    nothing.hidden = drafts.length > 0 || list.children.length > 0;
}

list.addEventListener("filled", sayNothing);
findReader().then((person) => {
    drafts = person ? draftsOf(person) : [];
    place.append(...drafts.map(drawDraft));
    place.hidden = !drafts.length;
    if (!person || !localStorage.getItem("kept") || "filled" in list.dataset) sayNothing();
});

// The offline page stands in for the one that was asked: it leaves as soon as the site answers.

async function tryAgain() {
    const answer = await fetch("/envoi", { cache: "no-store" }).catch(() => null);
    if (!answer?.ok) return false;
    if (location.pathname === again.dataset.tryAgain) location.assign("/");
    else location.reload();
    return true;
}

if (again) {
    addEventListener("online", tryAgain);
    setInterval(() => document.hidden || tryAgain(), AGAIN_MS);
}
