/** The button that prints: shown by this script, because without it the button would do nothing. */
for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
}
