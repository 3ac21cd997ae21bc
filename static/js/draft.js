/**
 * form[data-draft="address"]: what is being written is kept by the town hall's server too, so that it is ended on another device.
 * Without this script the button « Enregistrer le brouillon » does the same. Files are sent by their own buttons.
 */
import { announce } from "./announce.js";
import { draftNameOf, hourInWords } from "./autosave.js";

const WAIT_MILLISECONDS = 8000;
const LEAST_CHARACTERS = 20;
const NOT_SENT = new Set(["photograph", "photograph_description", "document", "document_title", "remove_photographs", "remove_documents"]);

const form = document.querySelector("form[data-draft]");

function follow() {
    const field = (name) => form.elements.namedItem(name);
    const state = form.querySelector("[data-autosave-state]");
    let timer;
    let leaving;
    let isOver = false;

    function wordsOf() {
        const sent = new FormData(form);
        NOT_SENT.forEach((name) => sent.delete(name));
        return sent;
    }

    /** The words are safe elsewhere: the device keeps no other copy, that could be taken for a newer one. */
    function kept({ draft_id, draft_version, address }, asked) {
        localStorage.removeItem(draftNameOf(form));
        field("draft_id").value = draft_id;
        field("draft_version").value = draft_version;
        form.dataset.autosave = `proposition-brouillon-${draft_id}`;
        history.replaceState(null, "", address);
        if (!state || asked !== timer) return; // something was written meanwhile
        state.textContent = form.dataset.draftKept.replace("{time}", hourInWords(new Date(), document.documentElement.lang));
        state.hidden = false;
    }

    function changedElsewhere() {
        isOver = true;
        if (state) Object.assign(state, { textContent: form.dataset.draftChanged, hidden: false });
        announce(form.dataset.draftChanged);
    }

    async function save(asked) {
        if (isOver || field("title").value.trim().length + field("body").value.trim().length < LEAST_CHARACTERS) return;
        leaving = new AbortController();
        try {
            const answer = await fetch(form.dataset.draft, { method: "POST", body: wordsOf(), headers: { Accept: "application/json" }, signal: leaving.signal });
            if (answer.ok) kept(await answer.json(), asked);
            else if (answer.status === 409 && (await answer.json()).code === "draft_changed_meanwhile") changedElsewhere();
        } catch {
            // The line is cut: the device keeps it.
        }
    }

    form.addEventListener("input", (event) => {
        if (NOT_SENT.has(event.target.name)) return;
        clearTimeout(timer);
        const mine = setTimeout(() => save(mine), WAIT_MILLISECONDS);
        timer = mine;
    });
    form.addEventListener("submit", () => {
        isOver = true;
        clearTimeout(timer);
        leaving?.abort();
    });
}

if (form) follow();
