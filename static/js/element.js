/** Makes an element with its properties and what it holds; texts enter the page as text. */
export function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
}
