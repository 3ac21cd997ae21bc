/**
 * Says a sentence to those who listen to the page rather than look at it.
 * @param {string} text - one sentence, in the reader's language.
 */
export function announce(text) {
    const region = document.getElementById("live-announcer");
    if (!region) return;
    region.textContent = "";
    // Emptied first, in another frame: the same sentence said twice is read twice.
    requestAnimationFrame(() => requestAnimationFrame(() => { region.textContent = text; }));
}
