// Keeps the running sum of a ballot paper up to date: what the projects ticked cost together, or the points given. The server checks it
// in any case, and the paper is answered as well without this script.

const euros = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "EUR", minimumFractionDigits: 0 });
const whole = new Intl.NumberFormat(document.documentElement.lang);

const costOf = (form, box) =>
    [...form.querySelectorAll(`input[name="${box}"]:checked`)].reduce((sum, input) => sum + Number(input.dataset.cents ?? 0), 0);

const pointsOf = (form, box) =>
    [...form.querySelectorAll(`input[data-points][name^="${box}-"]`)].reduce((sum, input) => sum + (Number.parseInt(input.value, 10) || 0), 0);

function follow(line) {
    const form = line.closest("form");
    const isMoney = line.hasAttribute("data-money");
    const show = () => {
        const sum = isMoney ? costOf(form, line.dataset.sum) : pointsOf(form, line.dataset.sum);
        line.querySelector("[data-sum-text]").textContent = line.dataset.words.replace("{sum}", isMoney ? euros.format(sum / 100) : whole.format(sum));
        line.querySelector("[data-sum-over]").hidden = sum <= Number(line.dataset.most);
    };
    form.addEventListener("input", show);
    show();
}

document.querySelectorAll("[data-sum]").forEach(follow);
