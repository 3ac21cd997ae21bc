/**
 * The dates of a consultation, told again while they are changed: the first one moves the others, the words and the line of time follow.
 * It presses the button of the form that saves nothing, and takes what it needs from the page that answers; without it, the button is there.
 */
import { announce } from "./announce.js";

const form = document.querySelector("form[data-calendar-form]");
const isDate = (field) => field.matches('input[type="datetime-local"], select[name$="-hour"]');
const fieldsOf = (part) => [...part.querySelectorAll("input, select")];
/** What the page last told of a date: it has changed when it holds another. */
const toldOf = (field) => field.dataset.told ?? field.defaultValue ?? [...field.options].find((each) => each.defaultSelected)?.value;
const hasChanged = (field) => isDate(field) && field.value && field.value !== toldOf(field);
let asked;

/** What is being typed in is left alone: its neighbours take their values, and only words are replaced. */
function take(part, fresh) {
    const isBusy = part.contains(document.activeElement);
    const [old, made] = [fieldsOf(part), fieldsOf(fresh)];
    if (!isBusy || old.length !== made.length) {
        const name = isBusy && document.activeElement.id;
        part.replaceWith(fresh);
        if (name) document.getElementById(name)?.focus();
        return;
    }
    old.forEach((field, index) => {
        if (field !== document.activeElement) field.dataset.told = field.value = made[index].value;
    });
}

async function look(changed) {
    asked?.abort();
    const { signal } = asked = new AbortController();
    const body = new URLSearchParams(new FormData(form));
    body.set("look", "1");
    const answer = await fetch(form.action, { method: "POST", body, signal }).catch(() => null);
    if (!answer?.ok) return; // the button of the form still works, and saving checks everything
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (signal.aborted) return;
    for (const part of form.querySelectorAll("[data-refreshed]")) {
        const fresh = page.getElementById(part.id);
        if (fresh) take(part, document.importNode(fresh, true));
    }
    const row = changed.match(/^phases-(\d+)-/)?.[1] ?? "0";
    const words = document.getElementById(`words-${row}`)?.textContent.trim();
    if (words) announce(words);
}

if (form) {
    document.documentElement.classList.add("has-script");
    form.addEventListener("focusout", ({ target }) => {
        if (!hasChanged(target)) return;
        target.dataset.told = target.value;
        look(target.name);
    });
    // What was typed before this script came.
    const typed = [...form.elements].find((field) => field !== document.activeElement && hasChanged(field));
    if (typed) look(typed.name);
}
