/** The device's own colour picker beside each code: what is picked is written in the field, what is typed is shown in the picker. */
const CODE = /^#?([0-9a-f]{6})$/i;

document.querySelectorAll("[data-colour]").forEach((frame) => {
    const field = frame.querySelector("input");
    const picker = Object.assign(document.createElement("input"), { type: "color", className: "colour__picker" });
    picker.setAttribute("aria-label", frame.dataset.pick);
    const show = () => {
        const code = CODE.exec(field.value.trim());
        if (code) picker.value = `#${code[1].toLowerCase()}`;
    };
    picker.addEventListener("input", () => { field.value = picker.value; });
    field.addEventListener("input", show);
    show();
    frame.querySelector(".swatch")?.remove();
    field.after(picker);
});
