/**
 * form[data-send-later="what it is"]: when the line is cut, what was written waits on this device and is sent later, once.
 * Loaded by app.js where there is such a form, or where something waits. Without it, the form is sent as any other.
 */
import "./outbox.js";
import { announce } from "./announce.js";
import { draftNameOf, draftOf } from "./autosave.js";
import { element } from "./element.js";
import { drawText, iconOf } from "./kept-text.js";
import { findReader, toldReader } from "./reader.js";

const { outbox } = globalThis;
const AGAIN_MS = [3000, 10_000, 30_000, 60_000];
let owner = toldReader;
const main = document.querySelector("#contenu > .wrap");
let words = JSON.parse(document.querySelector("[data-sending-words]")?.dataset.sendingWords ?? "null");
let attempts = 0;
let timer;

const places = (key) => document.querySelectorAll(`[data-kept="${CSS.escape(key)}"]`);

// Sending at once

document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.sendLater || event.defaultPrevented || event.submitter?.hasAttribute("formaction") || bringsFile(form)) return;
    event.preventDefault();
    if (!form.dataset.busy) send(form);
});

/** A file does not wait on the device: the browser sends it, and the words stay in the draft. */
const bringsFile = (form) => [...form.elements].some((field) => field.type === "file" && field.files.length > 0);

function textOf(form) {
    const fields = [...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && typeof value === "string");
    const first = [...form.elements].find((field) => field.matches("input[type=text], textarea") && field.value.trim());
    const said = first?.value.trim().replaceAll(/\s+/g, " ") ?? "";
    const label = said ? `${form.dataset.sendLater} : ${said.length > 80 ? `${said.slice(0, 79)}…` : said}` : form.dataset.sendLater;
    const draft = form.dataset.autosave ? { name: draftNameOf(form), content: draftOf(form) } : null;
    return { key: form.elements.idempotency_key.value, owner, action: form.action, fields, label, draft, page: location.pathname + location.search, at: Date.now(), state: "waiting", reason: "" };
}

async function send(form) {
    form.dataset.busy = "";
    form.setAttribute("aria-busy", "true");
    announce(words.sending);
    const text = textOf(form);
    const became = await postFresh(text, form.elements.csrf_token);
    if (became.state === "sent") {
        if (text.draft) localStorage.removeItem(text.draft.name);
        return goTo(became.location);
    }
    // What the server refuses, it says itself beside the fields: nothing was done, and nothing is lost.
    if (became.state === "refused" || became.reason === "written_by_another") return form.submit();
    delete form.dataset.busy;
    form.removeAttribute("aria-busy");
    await keep(form, became);
}

/** A page open for long holds an old token: one more try with a new one, if the same person is there. */
async function postFresh(text, token) {
    const became = await outbox.post(text, token.value);
    if (became.reason !== "csrf_failed") return became;
    const who = await outbox.whoIsThere();
    if (!who) return { ...became, reason: "" };
    token.value = who.csrf_token; // in the form too, should the browser itself send it next
    return who.person_id === text.owner ? outbox.post(text, who.csrf_token) : { ...became, reason: who.person_id ? "written_by_another" : "not_signed_in" };
}

function goTo(address) {
    const there = new URL(address, location);
    const isHere = there.pathname + there.search === location.pathname + location.search;
    if (!isHere) return location.assign(there);
    history.replaceState(null, "", there);
    location.reload();
}

// Keeping

async function keep(form, text) {
    try {
        await outbox.keep(text);
    } catch {
        return form.submit(); // no room or no right to keep anything here: the browser's own way
    }
    if (text.draft) localStorage.removeItem(text.draft.name);
    form.hidden = true;
    // What speaks of the form goes with it: the errors of what was sent before, the button that deletes its draft.
    document.querySelectorAll("[data-error-summary], [data-of-the-form]").forEach((each) => { each.hidden = true; });
    const place = drawText(text, words);
    form.before(place);
    place.focus(); // which says it
    noteOwners();
    wait();
}

/** Notes whose texts are here, for the pages where this script need not run. */
async function noteOwners() {
    const owners = await outbox.owners();
    if (owners.length) localStorage.setItem("kept", owners.join());
    else localStorage.removeItem("kept");
}

// Sending later

async function wait() {
    navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("outbox")).catch(() => {});
    clearTimeout(timer);
    timer = setTimeout(flush, AGAIN_MS[Math.min(attempts++, AGAIN_MS.length - 1)]);
}

async function flush() {
    clearTimeout(timer);
    await outbox.sendAll().catch(() => false); // even "off line": some devices say so wrongly
    await noteOwners();
    const texts = await outbox.all(owner);
    texts.forEach(show);
    summarise(texts);
    if (texts.some((text) => outbox.isFresh(text) && text.reason !== "not_signed_in")) wait();
    return texts;
}

const said = new Set();
const sent = new Set();

/** Says what became of a text: once, where it is shown, or at the top of the page that is looked at. */
async function show(text) {
    if (text.state === "sent") sent.add(text.key);
    else if (sent.has(text.key)) return; // read before another tab sent it
    const drawn = [...places(text.key)];
    drawn.forEach((place) => drawText(text, words, place));
    if (text.state === "waiting" || (text.state === "refused" && !drawn.length) || said.has(text.key + text.state) || document.hidden) return;
    said.add(text.key + text.state);
    if (text.state === "sent" && !drawn.length) main.prepend(drawText(text, words));
    announce(text.state === "sent" ? `${words.sent} ${text.label}` : `${words.refused} ${text.reason}`);
    if (text.state === "sent") {
        await outbox.forget(text.key);
        noteOwners();
    }
}

/** One line at the top of the other pages, for what waits or was refused. */
function summarise(texts) {
    document.querySelector("[data-kept-summary]")?.remove();
    const waiting = texts.filter((text) => text.state === "waiting" && !places(text.key).length).length;
    const refused = texts.some((text) => text.state === "refused" && !places(text.key).length);
    if ((!waiting && !refused) || document.querySelector("[data-kept-list]")) return;
    const sentence = refused ? words["one-refused"] : waiting === 1 ? words["one-waits"] : words["several-wait"].replace("{count}", waiting);
    const line = element("div", { className: "alert alert--info kept" }, iconOf("info", words), element("div", { className: "alert__body" },
        element("p", { textContent: sentence }),
        element("p", {}, element("a", { href: words["kept-url"], textContent: words["see-kept"] }))));
    line.dataset.keptSummary = "";
    main.prepend(line);
}

async function begin() {
    words ??= (await outbox.whoIsThere())?.words;
    if (!words || !owner) return;
    const list = document.querySelector("[data-kept-list]");
    if (list) for (const text of await outbox.all(owner)) list.append(drawText(text, words));
    await flush();
    if (!list) return;
    list.dataset.filled = "";
    list.dispatchEvent(new Event("filled"));
}

document.addEventListener("outbox", (event) => show(event.detail).then(noteOwners));
outbox.channel?.addEventListener("message", (event) => {
    if (event.data.owner === owner && words) show(event.data);
});
addEventListener("online", flush);
addEventListener("offline", () => outbox.all(owner).then((texts) => texts.forEach(show)));
document.addEventListener("visibilitychange", () => {
    if (!document.hidden && localStorage.getItem("kept")) flush();
});
findReader().then((reader) => {
    owner = reader;
    return owner ? begin() : outbox.all(null).then(noteOwners); // only to forget what is too old
});
