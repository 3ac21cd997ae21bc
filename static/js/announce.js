const PAUSE_MS = 600;
let spoken = Promise.resolve();

/**
 * Says a sentence to those who listen to the page rather than look at it. Sentences wait for one another: none is swallowed.
 * @param {string} text - one sentence, in the reader's language.
 */
export function announce(text) {
    const region = document.getElementById("live-announcer");
    if (!region) return;
    spoken = spoken.then(() => new Promise((isSaid) => {
        region.textContent = "";
        // Emptied first, in another moment: the same sentence said twice is read twice.
        setTimeout(() => { region.textContent = text; }, 50);
        setTimeout(isSaid, PAUSE_MS);
    }));
}
