// Comfort in a questionnaire, which is answered as well without it: a question appears as soon as the answer that it depends on is given,
// and what is ranked moves up and down by buttons. The server resolves conditions and checks ranks in any case.
import { announce } from "./announce.js";
import { element } from "./element.js";

const isAnswered = (form, name, value) => [...form.querySelectorAll(`input[name="${name}"]:checked`)].some((input) => input.value === value && !input.closest("[hidden]"));

/** Shows what the answers given so far let appear. In order: a question that is hidden hides those that depend on it. */
function showAsked(form) {
    for (const question of form.querySelectorAll("[data-shown-if]")) {
        const { shownIf, shownValue } = question.dataset;
        // The question that it depends on may be on an earlier page: the server then decided.
        if (form.querySelector(`input[name="${shownIf}"]`)) question.hidden = !isAnswered(form, shownIf, shownValue);
    }
}

const NUMBER = /^(\s*)(\d+)(?=\. )/;

function numberOf(question) {
    const texts = document.createTreeWalker(question, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) if (NUMBER.test(texts.currentNode.data)) return texts.currentNode;
    return null;
}

/** What is hidden leaves no gap in the numbers. */
function numberAgain(texts, first) {
    let number = first;
    for (const text of texts) if (!text.parentElement.closest("[hidden]")) text.data = text.data.replace(NUMBER, `$1${number++}`);
}

document.querySelectorAll(".survey").forEach((form) => {
    const texts = [...form.querySelectorAll(".question")].map(numberOf).filter(Boolean);
    const first = Number(texts[0]?.data.match(NUMBER)[2]);
    const follow = () => {
        showAsked(form);
        numberAgain(texts, first);
    };
    form.addEventListener("change", follow);
    follow();
});

const rankOf = (item) => Number.parseInt(item.querySelector("input").value, 10) || Number.POSITIVE_INFINITY;

/** Moves a line by one and numbers them all, from the first. */
function move(list, item, step) {
    const items = [...list.children];
    const other = items[items.indexOf(item) + step];
    if (!other) return;
    if (step < 0) other.before(item);
    else other.after(item);
    [...list.children].forEach((each, index) => { each.querySelector("input").value = index + 1; });
}

function addButtons(ranking) {
    const list = ranking.querySelector("ol");
    const items = [...list.children];
    items.sort((one, other) => rankOf(one) - rankOf(other) || 0).forEach((item) => list.append(item));
    for (const item of items) {
        const option = item.querySelector("label").lastChild.textContent.trim();
        const make = (words, step) => {
            const button = element("button", { type: "button", className: "button button--quiet button--small", textContent: words.split(":")[0].trim(), ariaLabel: words.replace("{option}", option) });
            button.addEventListener("click", () => {
                move(list, item, step);
                button.focus();
                announce(ranking.dataset.said.replace("{option}", option).replace("{rank}", item.querySelector("input").value));
            });
            return button;
        };
        item.append(element("span", { className: "ranking__buttons" }, make(ranking.dataset.up, -1), make(ranking.dataset.down, 1)));
    }
}

document.querySelectorAll("[data-ranking]").forEach(addButtons);
