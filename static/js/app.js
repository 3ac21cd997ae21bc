/** Comfort added to pages that work without it. */
import { announce } from "./announce.js";
import { keepDrafts } from "./autosave.js";

const menus = [...document.querySelectorAll("details[data-menu]")];
const closeMenus = (except) => menus.forEach((menu) => { if (menu !== except) menu.open = false; });

document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details[data-menu]"));
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
});

document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = menus.find((menu) => menu.open);
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
});

function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
}

/** Asks before a form that cannot be undone; the button that was pressed is the one that is sent. */
function confirmFirst(event) {
    const form = event.target;
    if (!form.dataset.confirm || form.dataset.confirmed || event.defaultPrevented) return;
    event.preventDefault();
    const pressed = event.submitter;
    const title = element("p", { className: "dialog__title", id: "confirm-title", textContent: form.dataset.confirm });
    const yes = element("button", { className: "button button--danger", value: "yes", textContent: pressed?.textContent.trim() ?? "OK" });
    const no = element("button", { className: "button button--quiet", value: "no", textContent: form.dataset.confirmCancel, autofocus: true });
    const dialog = element("dialog", { className: "dialog" }, element("form", { method: "dialog" }, title, element("div", { className: "cluster dialog__actions" }, yes, no)));
    dialog.setAttribute("aria-labelledby", "confirm-title");
    dialog.addEventListener("close", () => {
        dialog.remove();
        if (dialog.returnValue !== "yes") return;
        form.dataset.confirmed = "true";
        // Asked here: the page that asks without a script is not needed.
        form.querySelectorAll("[name=confirm_question], [name=confirm_label]").forEach((field) => field.remove());
        form.requestSubmit(pressed);
    });
    document.body.append(dialog);
    dialog.showModal();
}

document.addEventListener("submit", confirmFirst);

/**
 * Counts, and lets in more than may be sent: a browser would cut the end of a pasted text without a word. Who wrote too much is told by how
 * much, shortens it herself, and is stopped before it is sent.
 */
function countCharacters(field) {
    const limit = field.maxLength;
    const words = document.getElementById("live-announcer")?.dataset ?? {};
    const counter = element("p", { className: "counter", ariaHidden: "true" });
    let wasOver = false;
    const show = () => {
        const left = limit - field.value.length;
        const tooLong = left < 0 && words.tooLong ? words.tooLong.replace("{count}", -left) : "";
        counter.textContent = `${field.value.length} / ${limit}${tooLong && ` – ${tooLong}`}`;
        counter.classList.toggle("counter--near", left < limit / 10);
        field.setCustomValidity(tooLong);
        if (left === 20 || left === 0) announce(counter.textContent);
        if (tooLong && !wasOver) announce(tooLong);
        wasOver = Boolean(tooLong);
    };
    if (words.tooLong) field.removeAttribute("maxlength");
    field.after(counter);
    field.addEventListener("input", show);
    show();
}

document.querySelectorAll("[data-counter]").forEach(countCharacters);

/** Finds one that is of this page, not a sample of the page of components. */
const find = (what) => document.querySelector(`${what}:not([data-sample] *)`);

/**
 * The page that answers begins where it answers, unless its address leads elsewhere on it, or one goes on at once: where sheets are typed one
 * after the other, the answer is said, and the hands stay on the keys.
 */
const mistakes = find("[data-error-summary]");
const answer = mistakes ?? (location.hash ? null : find("[data-answer]"));
const goesOn = mistakes ? null : find("[data-goes-on]");
if (answer && goesOn) announce(answer.querySelector("p").textContent.trim());
(goesOn ?? answer)?.focus();
keepDrafts();

/** What few pages need comes when they need it. */
function isKept() {
    try {
        return localStorage.getItem("kept");
    } catch {
        return null;
    }
}

const sending = document.querySelector("[data-send-later]") || isKept() ? import("./send-later.js").catch(() => null) : null;
let isSending = false;
sending?.then(() => { isSending = true; });

/** Who is quicker than the line waits for the script that keeps what she wrote. */
document.addEventListener("submit", (event) => {
    if (isSending || !event.target.dataset.sendLater || event.defaultPrevented) return;
    event.preventDefault();
    sending.then((script) => (script ? event.target.requestSubmit() : event.target.submit()));
});

if (document.querySelector("[data-password]")) import("./password.js");
if (find("[data-most-bytes]")) import("./file-weight.js");
if (find("[data-online-only]")) import("./online-only.js");
if (find("[data-kept-drafts]")) import("./kept-here.js");

/** The offline page comes when everything else is there, and not to who spares the line. */
function keepOfflinePage() {
    if (navigator.connection?.saveData) return;
    const whenIdle = globalThis.requestIdleCallback ?? setTimeout;
    whenIdle(() => navigator.serviceWorker?.register("/sw.js").catch(() => {}));
}

addEventListener("load", keepOfflinePage);
