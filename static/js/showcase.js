/** On the living page of components: what waits in a <template> for a script is shown, and menus and samples change nothing. */
document.querySelectorAll("[data-shows-template]").forEach((place) => {
    const template = document.querySelector(`template${place.dataset.showsTemplate}`);
    if (!template) return;
    place.append(template.content.cloneNode(true));
    const text = place.querySelector("[data-text]");
    if (text && place.dataset.text) text.textContent = place.dataset.text;
});
document.querySelectorAll("[data-shows-hidden] > [hidden]").forEach((sample) => { sample.hidden = false; });
