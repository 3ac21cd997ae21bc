/** [data-point-map]: chooses where a proposal is about, by a click or with the arrow keys. Without this script an address does it. */
import { announce } from "./announce.js";

const STEP = 0.02;
const FINE_STEP = 0.004;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SPEAK_AFTER_MS = 600;

function follow(frame) {
    const svg = frame.querySelector("svg");
    const form = frame.closest("form");
    const { west, north, across, down } = Object.fromEntries(Object.entries(frame.dataset).map(([name, value]) => [name, Number(value)]));
    const words = form.querySelector("[data-chosen-words]");
    const chosen = form.querySelector("[data-chosen-point]");
    const box = svg.viewBox.baseVal;
    let here = null;
    let timer;

    function areaAt(x, y) {
        const point = new DOMPoint(x, y);
        return [...svg.querySelectorAll("[data-place]")].find((area) => area.querySelector("path").isPointInFill(point));
    }

    function draw(x, y) {
        let dot = svg.querySelector("[data-point] circle");
        if (!dot) {
            const group = document.createElementNS(svg.namespaceURI, "g");
            dot = document.createElementNS(svg.namespaceURI, "circle");
            group.classList.add("point");
            group.dataset.point = "";
            dot.classList.add("point__dot");
            dot.setAttribute("r", box.width / 50);
            group.append(dot);
            svg.append(group);
        }
        dot.setAttribute("cx", x);
        dot.setAttribute("cy", y);
    }

    /** A point outside is said, and leaves the one that was chosen. */
    function choose(x, y) {
        const area = areaAt(x, y);
        clearTimeout(timer);
        if (!area) {
            timer = setTimeout(() => announce(frame.dataset.outside), SPEAK_AFTER_MS);
            return;
        }
        here = [x, y];
        draw(x, y);
        form.elements.longitude.value = (west + x / across).toFixed(6);
        form.elements.latitude.value = (north - y / down).toFixed(6);
        form.elements.place_label.value = "";
        form.elements.remove_point.checked = false;
        form.querySelectorAll("[name=address_point_id]:checked").forEach((radio) => { radio.checked = false; });
        if ([...form.elements.territory_id.options].some((option) => option.value === area.dataset.place)) form.elements.territory_id.value = area.dataset.place;
        chosen.hidden = false;
        words.textContent = frame.dataset.chosen.replace("{place}", area.dataset.name);
        timer = setTimeout(() => announce(words.textContent), SPEAK_AFTER_MS);
        form.elements.territory_id.dispatchEvent(new Event("input", { bubbles: true })); // what keeps drafts hears it
    }

    function begin() {
        const dot = svg.querySelector("[data-point] circle");
        if (dot) return [Number(dot.getAttribute("cx")), Number(dot.getAttribute("cy"))];
        const place = svg.querySelector(`[data-place="${CSS.escape(form.elements.territory_id.value)}"] path`) ?? svg.querySelector("[data-place] path");
        const { x, y, width, height } = place.getBBox();
        return [x + width / 2, y + height / 2];
    }

    svg.addEventListener("click", (event) => {
        const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
        choose(x, y);
    });
    svg.addEventListener("keydown", (event) => {
        const way = ARROWS[event.key];
        if (!way) return;
        event.preventDefault();
        const [x, y] = here ?? begin();
        const step = box.width * (event.shiftKey ? FINE_STEP : STEP);
        choose(x + way[0] * step, y + way[1] * step);
    });
    frame.hidden = false;
}

document.querySelectorAll("form [data-point-map]").forEach(follow);
