/**
 * The device's own colour picker beside each code: what is picked is written in the field, what is typed is shown in the picker;
 * the preview below follows, as far as the colours can be read.
 */
import { announce } from "./announce.js";

const CODE = /^#?([0-9a-f]{6})$/i;
const WAIT_MILLISECONDS = 300;
const preview = document.getElementById("apercu");
let sheet = document.querySelector("[data-preview-sheet]");
let timer;

function say(words) {
    const line = preview.querySelector("p.soft");
    if (line.textContent === words) return;
    line.textContent = words;
    announce(words);
}

/** Puts the style sheet of the typed colours in the place of the last one; the server refuses those that too few could read. */
function follow() {
    const address = new URL(sheet.href);
    for (const [name, half] of [["participation_colour", "participation"], ["solidarity_colour", "solidarity"]]) {
        const code = CODE.exec(document.querySelector(`[name=${name}]`).value.trim());
        if (code) address.searchParams.set(half, code[1].toLowerCase());
    }
    if (address.href === sheet.href) return;
    const next = sheet.cloneNode();
    next.href = address.href;
    next.addEventListener("load", () => {
        sheet.remove();
        sheet = next;
        say(preview.dataset.tried);
    });
    next.addEventListener("error", () => {
        next.remove();
        say(preview.dataset.refused);
    });
    sheet.after(next);
}

function followLater() {
    clearTimeout(timer);
    timer = setTimeout(follow, WAIT_MILLISECONDS);
}

document.querySelectorAll("[data-colour]").forEach((frame) => {
    const field = frame.querySelector("input");
    const picker = Object.assign(document.createElement("input"), { type: "color", className: "colour__picker" });
    picker.setAttribute("aria-label", frame.dataset.pick);
    const show = () => {
        const code = CODE.exec(field.value.trim());
        if (code) picker.value = `#${code[1].toLowerCase()}`;
    };
    picker.addEventListener("input", () => {
        field.value = picker.value;
        followLater();
    });
    field.addEventListener("input", () => {
        show();
        followLater();
    });
    show();
    frame.querySelector(".swatch")?.remove();
    field.after(picker);
});
