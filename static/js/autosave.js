/** Keeps what is being written in form[data-autosave="KEY"] on this device, until it is sent. */
const SKIPPED = new Set(["password", "hidden", "file", "submit", "button"]);
const LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

const storageKey = (form) => `draft:${form.dataset.autosaveOwner ?? ""}:${form.dataset.autosave}`;
const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !SKIPPED.has(field.type));
const isTicked = (field) => field.type === "checkbox" || field.type === "radio";

function snapshot(form) {
    return fieldsOf(form).map((field) => (isTicked(field) ? field.checked : field.value));
}

function store(form) {
    try {
        localStorage.setItem(storageKey(form), JSON.stringify({ at: Date.now(), values: snapshot(form) }));
    } catch {
        // A full or refused storage only costs the comfort of the draft.
    }
}

function stored(form) {
    try {
        const draft = JSON.parse(localStorage.getItem(storageKey(form)));
        return draft && Date.now() - draft.at < LIFETIME_MS ? draft.values : null;
    } catch {
        return null;
    }
}

function restore(form, values) {
    fieldsOf(form).forEach((field, index) => {
        if (isTicked(field)) field.checked = values[index] === true;
        else field.value = values[index] ?? "";
        field.dispatchEvent(new Event("input", { bubbles: true }));
    });
}

/** Offers the draft back; the words come from the <template data-autosave-notice> of the form. */
function offer(form, values) {
    const notice = form.querySelector("template[data-autosave-notice]");
    if (!notice) return;
    const content = notice.content.firstElementChild.cloneNode(true);
    content.querySelector("[data-restore]").addEventListener("click", () => {
        restore(form, values);
        content.remove();
        fieldsOf(form)[0]?.focus();
    });
    content.querySelector("[data-discard]").addEventListener("click", () => {
        localStorage.removeItem(storageKey(form));
        content.remove();
    });
    form.prepend(content);
}

/** Leaves nothing behind on a device that others use. */
function forgetAll() {
    Object.keys(localStorage).filter((key) => key.startsWith("draft:")).forEach((key) => localStorage.removeItem(key));
}

export function keepDrafts() {
    document.querySelector("form[data-forget-drafts]")?.addEventListener("submit", forgetAll);
    for (const form of document.querySelectorAll("form[data-autosave]")) {
        const values = stored(form);
        const current = snapshot(form);
        if (values?.length === current.length && JSON.stringify(values) !== JSON.stringify(current)) offer(form, values);
        let waiting;
        form.addEventListener("input", () => {
            clearTimeout(waiting);
            waiting = setTimeout(() => store(form), 600);
        });
        form.addEventListener("submit", () => clearTimeout(waiting));
    }
    // Only the page shown after a success knows that the words are safe: it names the draft to forget.
    for (const mark of document.querySelectorAll("[data-autosave-done]")) {
        localStorage.removeItem(`draft:${mark.dataset.autosaveOwner ?? ""}:${mark.dataset.autosaveDone}`);
    }
}
