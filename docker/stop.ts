/** Ctrl-C, SIGTERM or a closed terminal, as a promise and a signal to hand on. */
export interface Stop {
  readonly requested: Promise<void>;
  readonly signal: AbortSignal;
}

/** npm hands on the Ctrl-C that the terminal has sent to its child too: within this time it is the same one. */
const SAME_MS = 2_000;

/** Turns the first stop signal into an orderly end; a later one ends at once. */
export const untilStopped = (): Stop => {
  const controller = new AbortController();
  const requested = new Promise<void>((resolve) => {
    let firstAt: number | null = null;
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        firstAt ??= performance.now();
        if (performance.now() - firstAt > SAME_MS) process.exit(1);
        controller.abort();
        resolve();
      });
    }
  });
  return { requested, signal: controller.signal };
};
