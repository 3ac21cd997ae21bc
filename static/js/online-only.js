/** form[data-online-only]: what must not wait on a device says so when the line is cut, beside whom to call, and is not sent in vain. */
const notices = [...document.querySelectorAll("[data-online-only]")];

function show() {
    for (const notice of notices) notice.hidden = navigator.onLine !== false;
}

for (const notice of notices) {
    notice.closest("form")?.addEventListener("submit", (event) => {
        show();
        if (navigator.onLine !== false) return;
        event.preventDefault();
        notice.focus();
    });
}
addEventListener("online", show);
addEventListener("offline", show);
show();
