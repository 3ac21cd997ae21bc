// Says that files are too heavy before they are sent: on a slow line, minutes are lost, and a form that is refused keeps no file.

const boxesOf = (form) => [...form.querySelectorAll("input[data-most-bytes]")];

function weigh({ target }) {
    if (!target.matches?.("input[data-most-bytes]") || !target.form) return;
    const boxes = boxesOf(target.form);
    const files = boxes.flatMap((box) => [...box.files]);
    const isTooHeavy = files.reduce((sum, file) => sum + file.size, 0) > Number(target.dataset.mostBytes);
    boxes.forEach((box) => box.setCustomValidity(""));
    if (!isTooHeavy) return;
    target.setCustomValidity(target.dataset.tooHeavy);
    target.reportValidity();
}

document.addEventListener("change", weigh);
