/** Who reads this page. The offline page, the same for everybody, does not say: the server is asked, and only where no answer comes it is the last one who was signed in here. */
import "./outbox.js";

const said = document.querySelector('meta[name="person"]');
/** Null where nobody is signed in, or where it is not known yet. */
export const toldReader = Number(said?.content) || null;
let asked;

async function ask() {
    const last = Number(localStorage.getItem("person")) || null;
    const who = last && await globalThis.outbox.whoIsThere();
    if (!who || who.person_id === last) return last;
    localStorage.removeItem("person"); // she left, or somebody else came: what is here is not theirs to read
    return null;
}

export const findReader = () => (said ? Promise.resolve(toldReader) : (asked ??= ask()));
