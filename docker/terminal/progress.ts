import { SingleBar } from 'cli-progress';

/** How far an input has come. */
export interface Progress {
  /** Bytes read so far, and the input's size where it is known. */
  bytes(read: number, total: number | null): void;
  /** Counts to show beside the bar. */
  facts(packets: number, rows: number): void;
  stop(): void;
}

const MEGABYTE = 1_000_000;

/**
 * A bar on a terminal, one line at the end elsewhere (a log file, a pipe), always on standard error.
 * `clock` gives milliseconds.
 */
export const progress = (label: string, clock: () => number = () => performance.now()): Progress => {
  const out = process.stderr;
  const began = clock();
  let read = 0;
  let packets = 0;
  let rows = 0;
  const rate = (): string => (read / MEGABYTE / Math.max((clock() - began) / 1000, 0.001)).toFixed(1);
  const facts = (): string => `${packets.toLocaleString('en')} packets  ${rate()} MB/s  ${rows.toLocaleString('en')} rows`;
  const bar = out.isTTY
    ? new SingleBar({ stream: out, format: `${label}  {bar} {percentage}%  {facts}  ETA {eta_formatted}`, hideCursor: true, clearOnComplete: false })
    : null;
  bar?.start(1, 0, { facts: '' });
  return {
    bytes: (now, total) => {
      read = now;
      bar?.setTotal(Math.max(total ?? now, 1));
      bar?.update(now, { facts: facts() });
    },
    facts: (seen, written) => { packets = seen; rows = written; },
    stop: () => {
      bar?.update(read, { facts: facts() });
      bar?.stop();
      if (bar === null) out.write(`${label}  ${facts()}\n`);
    },
  };
};
