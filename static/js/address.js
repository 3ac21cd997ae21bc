/** Proposes the addresses that match while one is typed. Without this script the button « Chercher mon adresse » does the same. */
import { announce } from "./announce.js";

const WAIT_MILLISECONDS = 250;
const LEAST_CHARACTERS = 3;

function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
}

function choice(match, index) {
    const id = index ? `field-address_point_id-${index + 1}` : "field-address_point_id";
    const input = element("input", { type: "radio", name: "address_point_id", value: match.id, id });
    const parts = [input, element("label", { htmlFor: id, textContent: match.label })];
    if (match.neighbourhood) {
        input.setAttribute("aria-describedby", `${id}-hint`);
        parts.push(element("p", { className: "choice__help", id: `${id}-hint`, textContent: match.neighbourhood }));
    }
    return element("div", { className: "choice" }, ...parts);
}

function follow(frame) {
    const input = frame.querySelector("[name=address]");
    const list = frame.querySelector("[data-address-matches]");
    const neighbourhood = frame.querySelector("[name=territory_id]");
    let timer;
    let latest = 0;

    function show(matches) {
        if (!matches.length) {
            list.replaceChildren(element("p", { textContent: frame.dataset.addressNone }));
            announce(frame.dataset.addressNone);
            return;
        }
        const legend = element("legend", { className: "field__label", textContent: frame.dataset.addressLegend });
        list.replaceChildren(element("fieldset", { className: "field" }, legend, ...matches.map(choice)));
        announce(`${frame.dataset.addressLegend} (${matches.length})`);
    }

    async function look() {
        const typed = input.value.trim();
        const mine = ++latest;
        if (typed.length < LEAST_CHARACTERS) return list.replaceChildren();
        try {
            const answer = await fetch(`${frame.dataset.addressSearch}?q=${encodeURIComponent(typed)}`);
            if (!answer.ok) return;
            const { items } = await answer.json();
            if (mine === latest) show(items);
        } catch {
            // The line is cut: the button and the list of neighbourhoods are still there.
        }
    }

    input.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(look, WAIT_MILLISECONDS);
    });
    list.addEventListener("change", () => { neighbourhood.value = ""; });
    neighbourhood.addEventListener("change", () => {
        list.querySelectorAll(":checked").forEach((chosen) => { chosen.checked = false; });
    });
    frame.querySelector("[data-address-button]").hidden = true;
}

document.querySelectorAll("[data-address-search]").forEach(follow);
