/** The booth's page: reads what is chosen, has it sealed apart, shows it again, and casts it once. Nothing chosen is kept anywhere. */
import { announce } from "../announce.js";
import { Booth } from "./booth.js";
import { G, P } from "./group.js";
import { checkOpened } from "./opened.js";
import { Refused } from "./refused.js";

const frame = document.querySelector("[data-booth]");
const find = (selector) => frame.querySelector(selector);
const say = (code, values = {}) => {
    const words = find(`template[data-say="${code}"]`) ?? find('template[data-say="booth_failed"]');
    return words.content.textContent.replace(/\{(\w+)\}/g, (_, name) => values[name]);
};
const groups = [...frame.querySelectorAll("[data-sealed]")];
const parts = ["[data-choosing]", "[data-review]", "[data-opened]", "[data-in-box]"].map(find);
const button = find("[data-choosing] [type=submit]");

let booth, election, ready, signed, shownHash;

function show(part) {
    for (const one of parts) one.hidden = one !== part;
    const place = part.matches("[tabindex]") ? part : part.querySelector("input");
    place.focus();
}

function tell(box, text) {
    box.hidden = !text;
    box.querySelector("span").textContent = text;
    box.parentElement.querySelector("fieldset")?.setAttribute("aria-errormessage", box.id);
    const fields = [...box.parentElement.querySelectorAll("input")];
    for (const field of box.matches("[data-wrong-code]") ? [find("[name=code]")] : fields) {
        if (text) field.setAttribute("aria-invalid", "true");
        else field.removeAttribute("aria-invalid");
    }
}

/** The box that leaves every group of a question blank, where there is one. */
const allBlank = (group) => group.closest("[data-question]")?.querySelector("[data-all-blank]");

/** A question is blank, or has grades: what is ticked last unticks the other. */
function keepApart(event) {
    const question = event.target.closest("[data-question]");
    const blank = question?.querySelector("[data-all-blank]");
    if (!blank) return;
    if (event.target !== blank) blank.checked = false;
    else if (blank.checked) for (const box of question.querySelectorAll("[data-sealed] input")) box.checked = false;
}

/** What is chosen in one group: places, or "blank". Raises Refused, with what to tell. */
function chosenIn(group) {
    if (allBlank(group)?.checked) return "blank";
    const values = [...group.querySelectorAll("input:checked")].map((box) => box.value);
    const [least, most] = [Number(group.dataset.least), Number(group.dataset.most)];
    const hasBlank = Boolean(group.querySelector('[value="blank"]'));
    if (values.includes("blank")) {
        if (values.length > 1) throw new Refused("choice_blank");
        return "blank";
    }
    if (values.length < least || values.length > most) {
        if (most > 1) throw new Refused("choice_limits");
        throw new Refused(hasBlank ? "choice_one" : allBlank(group) ? "choice_grade_or_blank" : "choice_grade");
    }
    return values.map(Number);
}

/** Every choice, or null after telling what is lacking beside each group. */
function readChoices() {
    let first;
    const choices = groups.map((group) => {
        const wrong = group.querySelector("[data-wrong]");
        try {
            const chosen = chosenIn(group);
            tell(wrong, "");
            return chosen;
        } catch (refused) {
            tell(wrong, say(refused.code, group.dataset));
            first ??= group;
            return null;
        }
    });
    if (!first) return choices;
    first.querySelector("input").focus();
    announce(first.querySelector("[data-wrong]").textContent.trim());
    return null;
}

function labelsOf(group) {
    if (allBlank(group)?.checked) return [say("blank")];
    const boxes = [...group.querySelectorAll("input:checked")];
    return boxes.map((box) => box.closest("label").querySelector(".ballot__label").textContent.trim());
}

function summarise(list, lines) {
    list.replaceChildren(...lines.map(([legend, labels]) => {
        const line = document.createElement("div");
        const [term, told] = ["dt", "dd"].map((tag) => document.createElement(tag));
        term.textContent = legend;
        told.textContent = labels.join(", ") || say("nothing");
        line.append(term, told);
        return line;
    }));
}

/** The election, whose fingerprint must be the one that the page was written with. */
async function begin() {
    if (!globalThis.isSecureContext) throw new Refused("insecure");
    const answer = await fetch(frame.dataset.election, { cache: "no-store" });
    if (!answer.ok) throw new Refused("booth_failed");
    election = await answer.text();
    booth = new Booth((done, total) => { find("[data-progress]").textContent = say("sealing", { done, total }); });
    const { fingerprint } = await booth.begin(election);
    if (fingerprint !== frame.dataset.fingerprint) throw new Refused("election_changed");
}

async function review(event) {
    event.preventDefault();
    const choices = readChoices();
    if (!choices) return;
    const wrongCode = find("[data-wrong-code]");
    tell(wrongCode, "");
    button.disabled = true;
    try {
        await ready;
        const { hash } = await booth.seal(find("[name=code]").value, choices);
        [signed, shownHash] = [undefined, hash];
        find("[data-hash]").textContent = hash;
        find("[data-failed]").hidden = true;
        summarise(find("[data-chosen]"), groups.map((group) => [group.dataset.legend, labelsOf(group)]));
        show(find("[data-review]"));
        announce(say("sealed"));
    } catch (refused) {
        const code = refused.code ?? "booth_failed";
        tell(wrongCode, say(code));
        find("[name=code]").focus();
        announce(say(code));
    } finally {
        button.disabled = false;
        find("[data-progress]").textContent = "";
    }
}

function failed(text) {
    const alert = find("[data-failed]");
    alert.querySelector("p:last-of-type").textContent = text;
    alert.hidden = false;
    alert.scrollIntoView({ block: "nearest" });
}

/** The same signed ballot, however often it is sent: a second arrival tells that the first one is there. */
async function cast() {
    const pressed = find("[data-cast]");
    pressed.disabled = true;
    try {
        signed ??= await booth.cast();
        const form = find("[data-casting]");
        const body = new FormData(form);
        body.set("ballot", signed.ballot);
        const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
        const told = await answer.json();
        if (answer.ok) return location.replace(told.receipt_url);
        if (told.code === "sealed_duplicate") return alreadyThere();
        failed(told.title);
    } catch (error) {
        failed(say(error.code ?? "line_cut"));
    } finally {
        pressed.disabled = false;
    }
}

function alreadyThere() {
    find("[data-tracker]").textContent = signed.tracker;
    find("[data-find]").search = new URLSearchParams({ suivi: signed.tracker });
    forget();
    show(find("[data-in-box]"));
}

async function open() {
    const opened = await booth.open().catch(() => null);
    if (!opened) return failed(say("booth_failed"));
    const checked = await checkOpened(opened, election, { p: `${P}`, g: `${G}` });
    const isSound = checked.isSound && checked.fingerprint === shownHash;
    find("[data-opened-title]").textContent = say(isSound ? "opened_sound" : "opened_false");
    const lines = checked.chosen.map((names, place) => [groups[place].dataset.legend, names.map((name) => name ?? say("blank"))]);
    summarise(find("[data-opened-chosen]"), lines);
    find("[data-opened-hash]").textContent = checked.fingerprint;
    find("[data-save]").href = URL.createObjectURL(new Blob([JSON.stringify(opened)], { type: "application/json" }));
    show(find("[data-opened]"));
}

function change() {
    booth.forget();
    signed = undefined;
    show(find("[data-choosing]"));
}

/** Whoever comes back to this page, or takes the device after, finds no choice and no code. */
function forget() {
    find("[data-choosing]").reset();
    for (const list of ["[data-chosen]", "[data-opened-chosen]"]) find(list).replaceChildren();
    URL.revokeObjectURL(find("[data-save]").href);
    find("[data-save]").href = "#";
    booth?.forget();
    signed = undefined;
}

document.querySelector("[data-booth-needed]").hidden = true;
frame.hidden = false;
ready = begin();
ready.catch((refused) => tell(find("[data-wrong-code]"), say(refused.code ?? "booth_failed")));
find("[data-choosing]").addEventListener("submit", review);
find("[data-choosing]").addEventListener("change", keepApart);
find("[data-cast]").addEventListener("click", cast);
find("[data-open]").addEventListener("click", open);
find("[data-change]").addEventListener("click", change);
find("[data-again]").addEventListener("click", change);
addEventListener("pagehide", forget);
