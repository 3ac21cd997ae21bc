/*
 * Served as /sw.js, after lines that the server writes: VERSION, OFFLINE_PAGE, FILES, OUTBOX.
 *
 * It keeps the offline page and its files, and nothing else: no page of the site, whose content is its reader's alone. Pages are always asked of
 * the server; only when no answer comes does the offline page stand in. Forms, the live channel and downloads do not pass here.
 */
const CACHE = `offline-${VERSION}`;

importScripts(OUTBOX);

/** A file whose address bears no fingerprint may be an old one in the browser's own cache. */
const fresh = (address) => new Request(address, { cache: address.includes("?v=") ? "default" : "no-cache" });

self.addEventListener("install", (event) => {
    const files = [OFFLINE_PAGE, ...FILES].map(fresh);
    event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(files)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
    event.waitUntil((async () => {
        for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
        await self.registration.navigationPreload?.enable();
        await self.clients.claim();
    })());
});

async function visit(event) {
    try {
        return (await event.preloadResponse) ?? (await fetch(event.request));
    } catch {
        return (await caches.match(OFFLINE_PAGE)) ?? Response.error();
    }
}

self.addEventListener("fetch", (event) => {
    const { request } = event;
    if (request.method !== "GET") return;
    if (request.mode === "navigate") return event.respondWith(visit(event));
    const address = new URL(request.url);
    if (address.origin !== location.origin || !FILES.includes(address.pathname + address.search)) return;
    event.respondWith(fetch(request).catch(async () => (await caches.match(request)) ?? Response.error()));
});

/* Background Sync, where it exists: the line is back, even if no page is open. */
self.addEventListener("sync", (event) => {
    if (event.tag !== "outbox") return;
    event.waitUntil(self.outbox.sendAll().then((isEmpty) => {
        if (!isEmpty) throw new Error("The line is not back: ask again later.");
    }));
});
