import { Worker } from 'node:worker_threads';
import { Failure } from '../failure.ts';
import { memoryOf, type Done, type Order, type Seat } from './talk.ts';

/** Threads that each keep a share of the connections; they serve one capture after the other. */
export interface Team {
  readonly size: number;
  /** Tells every thread, each its own order. */
  order(orders: (thread: number) => Order): void;
  /** Where answers go, and the first failure; the last call holds. */
  listen(to: Listener): void;
  end(): Promise<void>;
}

export interface Listener {
  done(thread: number, done: Done): void;
  failed(error: Error): void;
}

const DEAF: Listener = { done: () => {}, failed: () => {} };

/** Beside the bundled command. */
const PROGRAM = new URL('decode-thread.js', import.meta.url);

/** Room for new objects, of which nearly all are gone at once: so little of it stays in the processor's cache, which threads have less of (6 % of their CPU). */
const YOUNG = { maxYoungGenerationSizeMb: 6 };

const lost = (thread: number, size: number, why: string, cause?: unknown): Failure =>
  new Failure(`decoding thread ${thread + 1} of ${size} has ended by itself: ${why}`,
    'start again, with fewer threads or a larger memory limit (NODE_OPTIONS=--max-old-space-size=MiB) if memory ran out; what was not yet printed or stored is decoded again', { cause });

export const startTeam = (size: number, program = PROGRAM): Team => {
  let listener = DEAF;
  let failure: Error | null = null;
  let ending = false;
  const fail = (error: Error): void => {
    failure ??= error;
    if (!ending) listener.failed(failure);
  };
  const threads = Array.from({ length: size }, (_, index) => {
    const worker = new Worker(program, { workerData: { index, of: size } satisfies Seat, name: `decode ${index + 1}`, resourceLimits: YOUNG });
    worker.on('message', (done: Done) => { listener.done(index, done); });
    worker.on('error', (error) => { fail(error instanceof Failure ? error : lost(index, size, error instanceof Error ? error.message : String(error), error)); });
    worker.on('messageerror', (error) => { fail(lost(index, size, error.message, error)); });
    worker.on('exit', (code) => { fail(lost(index, size, `status ${code}`)); });
    return worker;
  });
  return {
    size,
    order: (orders) => {
      for (const [index, worker] of threads.entries()) {
        const order = orders(index);
        worker.postMessage(order, order.kind === 'open' ? [] : memoryOf(order.free));
      }
    },
    listen: (to) => {
      listener = to;
      if (failure !== null) to.failed(failure);
    },
    end: async () => {
      ending = true;
      await Promise.all(threads.map((worker) => worker.terminate()));
    },
  };
};
