/** Says what reads badly while the essential of a page is written. Without it, the button of the form says the same. */
import { announce } from "./announce.js";

const PAUSE = 900;

function help(frame) {
    const field = frame.querySelector("textarea");
    const shown = frame.querySelector("[data-plain-advice]");
    let waiting, asked;

    async function check(isSaid) {
        clearTimeout(waiting);
        asked?.abort();
        const { signal } = asked = new AbortController();
        const body = new URLSearchParams({ plain_text: field.value });
        const headers = { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content };
        const answer = await fetch(frame.dataset.plainHelp, { method: "POST", body, headers, signal }).catch(() => null);
        if (signal.aborted) return;
        if (!answer?.ok) {
            if (isSaid) announce(shown.textContent = frame.dataset.failed);
            return;
        }
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        shown.replaceChildren(...page.body.childNodes);
        if (isSaid) announce(shown.querySelector("[data-summary]")?.dataset.summary ?? shown.textContent.trim());
    }

    field.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(check, PAUSE);
    });
    frame.querySelector('[name="check_plain_text"]').addEventListener("click", (event) => {
        event.preventDefault();
        check(true);
    });
    if (field.value.trim()) check();
}

document.querySelectorAll("[data-plain-help]").forEach(help);
