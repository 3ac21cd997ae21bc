/**
 * Keeps what is being written in form[data-autosave="KEY"] on this device, until it is sent.
 * A draft is {at, page, title, values, texts}: `values` fills the form again, `texts` is read where there is no form (the offline page).
 */
const SKIPPED = new Set(["password", "hidden", "file", "submit", "button"]);
const LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;
const LONGEST_MS = 30 * 24 * 60 * 60 * 1000;
const SUBMITTED = "submitted-draft";
const LEAVING = "person-who-leaves";

export const draftNameOf = (form) => `draft:${form.dataset.autosaveOwner ?? ""}:${form.dataset.autosave}`;
const isKept = (field) => !SKIPPED.has(field.type) || field.dataset.autosaveToo !== undefined;
const fieldsOf = (form) => [...form.elements].filter((field) => field.name && isKept(field));
const isTicked = (field) => field.type === "checkbox" || field.type === "radio";

function snapshot(form) {
    return fieldsOf(form).map((field) => (isTicked(field) ? field.checked : field.value));
}

export function draftOf(form) {
    const written = fieldsOf(form).filter((field) => field.matches("textarea:not([hidden]), input[type=text]") && field.value.trim());
    return {
        at: Date.now(),
        page: location.pathname + location.search,
        title: document.querySelector("h1")?.textContent.trim() ?? document.title,
        key: form.dataset.keptKey,
        values: snapshot(form),
        texts: written.map((field) => [field.labels?.[0]?.firstChild?.textContent.trim() ?? "", field.value]),
    };
}

function store(form) {
    try {
        const draft = draftOf(form);
        localStorage.setItem(draftNameOf(form), JSON.stringify(draft));
        sayKept(form, draft.at);
    } catch {
        // A full or refused storage only costs the comfort of the draft.
    }
}

/** As the server writes it: « 6 h 24 ». */
export function hourInWords(at, lang) {
    if (!lang.startsWith("fr")) return at.toLocaleTimeString(lang, { hour: "numeric", minute: "2-digit" });
    const minutes = at.getMinutes();
    return `${at.getHours()}\u00a0h${minutes ? `\u00a0${String(minutes).padStart(2, "0")}` : ""}`;
}

/** Writes under the form when the draft was kept: seen, and not read aloud at each pause. */
function sayKept(form, at) {
    const state = form.querySelector("[data-autosave-state]");
    if (!state) return;
    const time = hourInWords(new Date(at), document.documentElement.lang);
    form.append(state); // under the button, where the eye goes when the writing is done
    state.textContent = state.dataset.words.replace("{time}", time);
    state.hidden = false;
}

function stored(form) {
    try {
        const draft = JSON.parse(localStorage.getItem(draftNameOf(form)));
        return draft && Date.now() - draft.at < LIFETIME_MS ? draft : null;
    } catch {
        return null;
    }
}

function restore(form, draft) {
    fieldsOf(form).forEach((field, index) => {
        if (isTicked(field)) field.checked = draft.values[index] === true;
        else field.value = draft.values[index] ?? "";
        field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    // The key of a text that may have left already: sent again, it is done once.
    if (!draft.key || !form.elements.idempotency_key) return;
    form.elements.idempotency_key.value = form.dataset.keptKey = draft.key;
}

/** Offers the draft back; the words come from the <template data-autosave-notice> of the form. */
function offer(form, draft) {
    const notice = form.querySelector("template[data-autosave-notice]");
    if (!notice) return;
    const content = notice.content.firstElementChild.cloneNode(true);
    content.querySelector("[data-restore]").addEventListener("click", () => {
        restore(form, draft);
        content.remove();
        fieldsOf(form)[0]?.focus();
    });
    content.querySelector("[data-discard]").addEventListener("click", () => {
        localStorage.removeItem(draftNameOf(form));
        content.remove();
    });
    form.prepend(content);
}

const person = () => document.querySelector('meta[name="person"]')?.content;
const draftsOf = (who) => Object.keys(localStorage).filter((key) => key.startsWith(`draft:${who}:`));
const hasWaiting = (who) => localStorage.getItem("kept")?.split(",").includes(who);

/** Leaves nothing of a person behind, on a device that others use. */
async function forgetAllOf(who) {
    draftsOf(who).forEach((key) => localStorage.removeItem(key));
    if (hasWaiting(who)) await import("./outbox.js").then(() => globalThis.outbox.forgetAll(Number(who))).catch(() => {});
}

/** Signing out asks first, where something would be lost (the question is then put by app.js). */
function leave(event) {
    const form = event.target;
    if (navigator.onLine === false || (!draftsOf(person()).length && !hasWaiting(person()))) return;
    if (!form.dataset.confirmed) {
        form.dataset.confirm = form.dataset.forgetDrafts;
        return;
    }
    event.preventDefault();
    forgetAllOf(person()).finally(() => form.submit());
}

/** Who deletes her account may be refused (a wrong password): what she wrote is forgotten once the account is gone. */
function notePersonWhoLeaves(event) {
    if (event.target.dataset.confirmed) sessionStorage.setItem(LEAVING, person());
}

function forgetWhoLeft() {
    const left = sessionStorage.getItem(LEAVING);
    sessionStorage.removeItem(LEAVING);
    if (left && person() === "") forgetAllOf(left);
}

function keepDraftOf(form) {
    const draft = stored(form);
    const current = snapshot(form);
    const isTyped = fieldsOf(form).map((field) => field.type !== "hidden"); // the page that came back has a number of its own
    const isOther = draft?.values.length === current.length && current.some((value, at) => isTyped[at] && value !== draft.values[at]);
    if (isOther && draft.isTakenBack) restore(form, draft);
    else if (isOther) offer(form, draft);
    let waiting;
    form.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => store(form), 600);
    });
    form.addEventListener("submit", () => {
        clearTimeout(waiting);
        // Should the answer be lost, what is restored from here bears the same key, and is done once.
        if (form.elements.idempotency_key) form.dataset.keptKey = form.elements.idempotency_key.value;
        store(form);
        sessionStorage.setItem(SUBMITTED, draftNameOf(form));
    });
}

/** Only the page shown after a success knows that the words are safe: it says so, or names the draft to forget. */
function forgetSent() {
    const submitted = sessionStorage.getItem(SUBMITTED);
    sessionStorage.removeItem(SUBMITTED);
    if (submitted && document.querySelector(".flashes .alert--success")) localStorage.removeItem(submitted);
    for (const mark of document.querySelectorAll("[data-autosave-done]")) {
        localStorage.removeItem(`draft:${mark.dataset.autosaveOwner ?? ""}:${mark.dataset.autosaveDone}`);
    }
}

/** Nobody's words stay here for ever. */
function forgetOld() {
    for (const name of Object.keys(localStorage).filter((each) => each.startsWith("draft:"))) {
        if (!(Date.now() - JSON.parse(localStorage.getItem(name))?.at < LONGEST_MS)) localStorage.removeItem(name);
    }
}

/** The offline page shows what is this person's: of the last one who was signed in here. */
function notePerson() {
    if (person()) localStorage.setItem("person", person());
    else if (person() === "") localStorage.removeItem("person");
}

export function keepDrafts() {
    document.querySelectorAll("form[data-forget-drafts]").forEach((form) => form.addEventListener("submit", leave));
    document.querySelectorAll("form[data-leaves-for-ever]").forEach((form) => form.addEventListener("submit", notePersonWhoLeaves));
    try {
        notePerson();
        forgetWhoLeft();
        forgetOld();
        forgetSent();
    } catch {
        return; // storage is refused: nothing is kept
    }
    document.querySelectorAll("form[data-autosave]").forEach(keepDraftOf);
}
