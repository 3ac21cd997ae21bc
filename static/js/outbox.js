/*
 * What was written and could not be sent, kept on this device until it is. Runs in pages and in the service worker: hence neither
 * import nor export, but one name, `outbox`.
 *
 * A text is {key, owner, action, fields, label, page, draft, at, state, reason, location}. Its key is the one of the form: however often
 * it is sent, and by however many tabs, the server does it once. Its state is "waiting", "refused" or "sent".
 */
(() => {
    const DAY_MS = 86_400_000;
    const SENT_FOR_MS = 7 * DAY_MS; // shorter than the server remembers a key (civic/web/idempotency.py)
    const READ_FOR_MS = 30 * DAY_MS;
    const PATIENCE_MS = 20_000;
    const MOST_FAILURES = 5; // of the server itself, on this text
    const AGAIN = new Set(["csrf_failed", "not_signed_in", "too_many_requests", "written_by_another", "busy"]);
    const channel = "BroadcastChannel" in self ? new BroadcastChannel("outbox") : null;

    const done = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });

    async function within(mode, act) {
        const opening = indexedDB.open("outbox", 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore("texts", { keyPath: "key" });
        const base = await done(opening);
        try {
            return await done(act(base.transaction("texts", mode).objectStore("texts")));
        } finally {
            base.close();
        }
    }

    /** One at a time among the tabs and the worker, where the browser can; the server's memory of the key holds in any case. */
    const alone = (act) => (navigator.locks ? navigator.locks.request("outbox", act) : act());
    const tell = (text) => channel?.postMessage(text);
    const find = (key) => within("readonly", (texts) => texts.get(key));

    async function keep(text) {
        await within("readwrite", (texts) => texts.put(text));
        tell(text);
        return text;
    }

    /** Writes what became of a text, unless it was forgotten, taken back or sent by another tab meanwhile. */
    async function note(text) {
        const was = await within("readwrite", (texts) => {
            const found = texts.get(text.key);
            found.addEventListener("success", () => found.result && found.result.state !== "sent" && texts.put(text));
            return found;
        });
        if (was && was.state !== "sent") tell(text);
    }

    async function all(owner) {
        const texts = await within("readonly", (kept) => kept.getAll());
        for (const old of texts.filter((text) => Date.now() - text.at > READ_FOR_MS)) await forget(old.key);
        return texts.filter((text) => text.owner === owner && Date.now() - text.at <= READ_FOR_MS);
    }

    const forget = (key) => within("readwrite", (texts) => texts.delete(key));
    /** Returns whose texts are here. */
    const owners = async () => [...new Set((await within("readonly", (texts) => texts.getAll())).map((text) => text.owner))];

    async function forgetAll(owner) {
        for (const text of await all(owner)) await forget(text.key);
    }

    /** Takes a text out, unless it left meanwhile. */
    const takeBack = (key) => alone(async () => {
        const text = await find(key);
        if (text && text.state !== "sent") await forget(key);
        return text;
    });

    async function ask(address, options = {}) {
        const patience = new AbortController();
        const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
        try {
            const answer = await fetch(address, { credentials: "same-origin", redirect: "manual", cache: "no-store", signal: patience.signal, ...options });
            // A wireless network's welcome page, or a proxy's error, is no answer of ours.
            return { status: answer.status, told: await answer.json() };
        } catch {
            return { status: 0, told: {} };
        } finally {
            clearTimeout(timer);
        }
    }

    const whoIsThere = async () => {
        const { status, told } = await ask("/envoi", { headers: { Accept: "application/json" } });
        return status === 200 && told?.person_id !== undefined ? told : null;
    };

    /** Sends a text once, and returns what became of it. */
    async function post(text, token, headers = {}) {
        const body = new URLSearchParams(text.fields);
        body.set("csrf_token", token);
        const { status, told } = await ask(text.action, { method: "POST", body, headers: { Accept: "application/json", ...headers } });
        if (status === 200 && told.location) return { ...text, state: "sent", location: told.location, reason: "" };
        const failures = (text.failures ?? 0) + (status >= 500 ? 1 : 0);
        if (!told.code || AGAIN.has(told.code) || (status >= 500 && failures < MOST_FAILURES)) return { ...text, failures, state: "waiting", reason: told.code ?? "" };
        const details = Object.values(told.fields ?? {}).flat();
        return { ...text, state: "refused", reason: [told.title, ...details].join(" ") };
    }

    const isFresh = (text) => text.state === "waiting" && Date.now() - text.at < SENT_FOR_MS;

    /** Sends what the person who is signed in left waiting. Returns whether nothing waits any more. */
    const sendAll = () => alone(async () => {
        const texts = await within("readonly", (kept) => kept.getAll());
        if (!texts.some(isFresh)) return true;
        const who = await whoIsThere();
        if (!who) return false;
        for (const text of texts.filter((each) => isFresh(each) && each.owner === who.person_id)) {
            if (!await find(text.key)) continue;
            const became = await post(text, who.csrf_token, { "X-Sent-Later": "1" });
            if (became.state === "waiting" && !became.reason) return false;
            await note(became);
        }
        for (const text of texts.filter((each) => isFresh(each) && !who.person_id && each.reason !== "not_signed_in")) await note({ ...text, reason: "not_signed_in" });
        return true;
    });

    self.outbox = { all, alone, find, forget, forgetAll, isFresh, keep, owners, post, sendAll, takeBack, whoIsThere, channel };
})();
