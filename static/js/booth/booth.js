/** The page's end of the Worker: questions and answers, one promise each. */
import { Refused } from "./refused.js";

export class Booth {
    #worker;
    #waiting = new Map();
    #last = 0;

    /** `onProgress(done, total)`: envelopes sealed so far. */
    constructor(onProgress = () => {}) {
        this.#worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
        this.#worker.addEventListener("message", ({ data }) => {
            if (data.progress) return onProgress(...data.progress);
            const { resolve, reject } = this.#waiting.get(data.id);
            this.#waiting.delete(data.id);
            if (data.refused) reject(new Refused(data.refused));
            else resolve(data.answer);
        });
        this.#worker.addEventListener("error", () => {
            for (const { reject } of this.#waiting.values()) reject(new Refused("booth_failed"));
            this.#waiting.clear();
        });
    }

    #ask(question) {
        const id = ++this.#last;
        return new Promise((resolve, reject) => {
            this.#waiting.set(id, { resolve, reject });
            this.#worker.postMessage({ id, ...question });
        });
    }

    begin(election) { return this.#ask({ do: "begin", election }); }
    seal(code, choices) { return this.#ask({ do: "seal", code, choices }); }
    cast() { return this.#ask({ do: "cast" }); }
    open() { return this.#ask({ do: "open" }); }
    forget() { return this.#ask({ do: "forget" }); }
}
