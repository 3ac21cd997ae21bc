/** What the booth will not do, with a code that its page has a sentence for. */
export class Refused extends Error {
    constructor(code) {
        super(code);
        this.name = "Refused";
        this.code = code;
    }
}
