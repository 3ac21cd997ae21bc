// Run inside a page: seals one ballot through the Worker, and tells what the page felt of it.
async ({ election, code, choices, what }) => {
    const { Booth } = await import("/static/js/booth/booth.js");
    const felt = { longest: 0, frames: 0 };
    const observer = new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) felt.longest = Math.max(felt.longest, duration);
    });
    observer.observe({ type: "longtask" });
    let isRunning = true;
    const count = () => { felt.frames++; if (isRunning) setTimeout(count, 0); };
    setTimeout(count, 0);
    const steps = [];
    const booth = new Booth((...step) => steps.push(step));
    try {
        const began = performance.now();
        await booth.begin(election);
        const ready = performance.now();
        const { hash } = await booth.seal(code, choices);
        const sealed = performance.now();
        const first = await booth[what]();
        const again = await booth.cast().catch((error) => error.code);
        await new Promise((resolve) => setTimeout(resolve, 100)); // long tasks are told after they end
        isRunning = false;
        return { hash, first, again, steps, ...felt, prepareMs: ready - began, sealMs: sealed - ready };
    } catch (error) {
        isRunning = false;
        return { refused: error.code ?? String(error) };
    } finally {
        observer.disconnect();
    }
}
