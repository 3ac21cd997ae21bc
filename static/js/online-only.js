/** form[data-online-only]: what must not wait on a device says so when the line is cut, beside whom to call, and is not sent in vain. */
const notices = [...document.querySelectorAll("[data-online-only]")];

function show() {
    for (const notice of notices) notice.hidden = navigator.onLine !== false;
}

/** Some devices say wrongly that they are off the line: the site is asked before anybody is kept from voting. */
async function sendIfThere(form, notice, pressed) {
    const answer = await fetch("/envoi", { cache: "no-store" }).catch(() => null);
    if (!answer?.ok) return notice.focus();
    form.dataset.isThere = "";
    form.requestSubmit(pressed);
}

for (const notice of notices) {
    notice.closest("form")?.addEventListener("submit", (event) => {
        show();
        if (navigator.onLine !== false || "isThere" in event.target.dataset) return;
        event.preventDefault();
        sendIfThere(event.target, notice, event.submitter);
    });
}
addEventListener("online", show);
addEventListener("offline", show);
show();
