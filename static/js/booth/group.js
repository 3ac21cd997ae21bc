/*
 * The group in which ballots are sealed: BELENIOS-2048, of the specification of Belenios (crypto version 1).
 *
 * Two bases only, g and the election's public key y, are ever raised to a power here: each has a table of its powers, so that a power
 * costs 64 products. BigInt does not run in constant time: another program of the voter's own device could in theory learn from it.
 */
export const NAME = "BELENIOS-2048";
export const P = BigInt(
    "2069478569142254640101364365750500806492298929575110409710088478705737421924271740192223725449768433812906663313807895840496005438963628"
    + "9796393038773905722803605973749427671376777618898589872735865049081167099310535867780980030790491654063777173764198678527273474476341835"
    + "6000356983051931442845617019110007867373073335641239717328979132404745788344682606523279746479511376726586935821800463179220736688600526"
    + "2718636338608879688212076943236614949100292344434637322214588410058642105024212036543356120132048111885240873107701415166620016231317716"
    + "9372189248078507711827842317498073276598828825169183103125680162072880719");
export const Q = 78571733251071885079927659812671450121821421258408794611510081919805623223441n;
export const G = BigInt(
    "2402352677501852209227687703532399932712287657378364916510075318787663274146353219320285676155269678799694668298749389095083896573425601"
    + "9006010684771644917354741372831046104586813145117816467554005274028898461398645326612150557970971620161682703128864324566638348636357821"
    + "0615491841998253431518974065818686865115135857641013888221539601604322884360393098933366277284840659313840601023167509576377798266510360"
    + "6822406635076697764025346253773085133173495194248967754052573659049492477631475991575198775177711481490920456600205478127054728238140972"
    + "518639858334115700568353695553423781475582491896050296680037745308460627");

const WINDOW = 4n;
const ROW = 16;
const ROWS = 64; // four bits each: an exponent below q has 256
const RANDOM_BYTES = 48; // sixteen more than q has: what the remainder favours is beyond measure

/** The remainder modulo q, never negative. */
export const modulo = (number) => ((number % Q) + Q) % Q;

export function bytesToNumber(bytes) {
    let digits = "0x0";
    for (const byte of bytes) digits += byte.toString(16).padStart(2, "0");
    return BigInt(digits);
}

/** An exponent that nobody can foresee. */
export const randomExponent = () => bytesToNumber(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES))) % Q;

/** Any base, any exponent: slow, for what is done once. */
export function power(base, exponent) {
    let result = 1n;
    for (let square = base % P; exponent > 0n; exponent >>= 1n) {
        if (exponent & 1n) result = result * square % P;
        square = square * square % P;
    }
    return result;
}

export const isMember = (element) => element > 0n && element < P && power(element, Q) === 1n;

/** A function that raises one base to any exponent. */
export function powersOf(base) {
    const table = [];
    for (let row = 0, step = base; row < ROWS; row++) {
        const powers = [1n];
        while (powers.length < ROW) powers.push(powers.at(-1) * step % P);
        table.push(powers);
        step = powers.at(-1) * step % P;
    }
    return (exponent) => {
        let result = 1n;
        let left = modulo(exponent);
        for (let row = 0; left > 0n; row++, left >>= WINDOW) {
            const digit = Number(left & 15n);
            if (digit) result = result * table[row][digit] % P;
        }
        return result;
    };
}
