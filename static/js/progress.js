/** Draws again how far a long work is, and says its end once. Without a script the page reloads itself. */
import { announce } from "./announce.js";

const EVERY_MS = 1500;
const AFTER_A_FAILURE_MS = 4000;

async function look() {
    const shown = document.querySelector("[data-work]");
    const answer = await fetch(location.href, { headers: { "X-Live-Refresh": "1" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-work]");
    if (!fresh) return location.reload(); // signed out meanwhile: the server says so
    if (["waiting", "running"].includes(fresh.dataset.work)) {
        const [bar, freshBar] = [shown, fresh].map((part) => part.querySelector("progress"));
        for (const name of ["max", "value"]) if (freshBar.hasAttribute(name)) bar.setAttribute(name, freshBar.getAttribute(name));
        for (const part of [".progress__text", "[data-work-note]"]) shown.querySelector(part).textContent = fresh.querySelector(part).textContent;
        setTimeout(lookAgain, EVERY_MS);
    } else {
        document.querySelector("main").replaceWith(page.querySelector("main"));
        const told = fresh.querySelector(".alert:not([role])"); // one with a role is read by itself
        if (told) announce([...told.querySelectorAll("p")].map((part) => part.textContent.trim()).join(". "));
    }
}

function lookAgain() {
    look().catch(() => {
        const note = document.querySelector("[data-work-note]");
        if (note) note.textContent = document.querySelector("[data-work]").dataset.lost;
        setTimeout(lookAgain, AFTER_A_FAILURE_MS);
    });
}

setTimeout(lookAgain, EVERY_MS);
