/** Shows the proposals that say nearly what is being typed. Without this script the page comes back once with them, before anything is published. */
import { announce } from "./announce.js";

const WAIT_MILLISECONDS = 500;
const LEAST_CHARACTERS = 8;

const place = document.querySelector("[data-like]");
const form = place?.closest("form");

function follow() {
    const title = form.elements.namedItem("title");
    const body = form.elements.namedItem("body");
    const seen = form.elements.namedItem("has_seen_like");
    let timer;
    let latest = 0;
    let told = "";

    function show(html) {
        const part = document.createElement("template");
        part.innerHTML = html; // written and escaped by our own server
        place.replaceChildren(part.content);
        seen.value = "1";
        const now = place.querySelector("[data-like-told]")?.dataset.likeTold ?? "";
        if (now && now !== told) announce(now);
        told = now;
    }

    async function look() {
        const mine = ++latest;
        if (title.value.trim().length < LEAST_CHARACTERS) return;
        const asked = new FormData();
        asked.set("title", title.value);
        asked.set("body", body.value);
        asked.set("csrf_token", form.elements.namedItem("csrf_token").value);
        try {
            const answer = await fetch(place.dataset.like, { method: "POST", body: asked });
            if (answer.ok && mine === latest) show(await answer.text());
        } catch {
            // The line is cut: the page will show them once before it publishes.
        }
    }

    for (const field of [title, body]) {
        field.addEventListener("input", () => {
            clearTimeout(timer);
            timer = setTimeout(look, WAIT_MILLISECONDS);
        });
    }
    form.addEventListener("submit", () => {
        clearTimeout(timer);
        latest += 1; // shown now, they would be sent as seen by somebody who had no time to read them
    });
}

if (form) follow();
