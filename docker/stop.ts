/** Ctrl-C, SIGTERM or a closed terminal, as a promise and a signal to hand on. */
export interface Stop {
  readonly requested: Promise<void>;
  readonly signal: AbortSignal;
}

/** Turns the first stop signal into an orderly end; a second one ends at once. */
export const untilStopped = (): Stop => {
  const controller = new AbortController();
  const requested = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(name, () => {
        controller.abort();
        resolve();
        process.once(name, () => { process.exit(1); });
      });
    }
  });
  return { requested, signal: controller.signal };
};
