/** Shows the password to who types it, when she asks. */
import { element } from "./element.js";

function revealPassword(frame) {
    const input = frame.querySelector("input");
    const toggle = element("button", { type: "button", className: "button button--secondary", textContent: frame.dataset.show });
    toggle.setAttribute("aria-controls", input.id);
    toggle.addEventListener("click", () => {
        const isShown = input.type === "text";
        input.type = isShown ? "password" : "text";
        toggle.textContent = isShown ? frame.dataset.show : frame.dataset.hide;
    });
    frame.append(toggle);
}

document.querySelectorAll("[data-password]").forEach(revealPassword);
