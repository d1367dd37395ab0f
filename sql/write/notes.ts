import type { Count } from '../counters.ts';
import { micros, type Micros } from '../micros.ts';
import type { Body } from './body.ts';
import type { Deliver } from './deliver.ts';
import { bodyOf, lineEncoder } from './line.ts';
import { LOSS, PROGRESS, type Loss, type Progress } from './shapes.ts';

export interface NotesOptions {
  readonly worker: string;
  /** Taps that a note speaks for, when it is sent. */
  readonly taps: ReadonlySet<string>;
  /** Totals by name; those that have grown since the last note go to `capture_loss`. */
  readonly losses: () => Readonly<Record<string, number>>;
  readonly deliver: Deliver;
  /** Called when all that was said is in. */
  readonly onIdle: () => void;
}

/** Says how far a writer has come, and what was lost before that, beside the rows: the next need not wait for it. */
export interface Notes {
  /** Says that the writer is there and resolves when that is in: before its first rows are, or a reader would close windows that more of them belong to. */
  announce(by: Deliver): Promise<void>;
  /** Rows up to `mark` are in. While a note is under way, only the last of those said meanwhile follows it. */
  say(mark: Micros | null, closes: boolean): void;
  /** Nothing is under way. */
  isIdle(): boolean;
}

/** Counters of what went well in the writer, which are no loss. */
const WELL = /^((token_)?(rows_(pushed|written)|requests(_repeated)?)|rows_(spilled|adopted)|tokens|token_bytes)$/;

/** Rows about the rows are not counted among them. */
export const uncounted: Count = () => undefined;

export const progressNotes = ({ worker, taps, losses, deliver, onIdle }: NotesOptions): Notes => {
  const encodeProgress = lineEncoder(PROGRESS);
  const encodeLoss = lineEncoder(LOSS);
  const known = new Map<string, number>();
  let next: { readonly mark: Micros | null; readonly closes: boolean } | null = null;
  let sending = false;

  /** A writer that saw no row has no tap, but its end counts too. */
  const progress = (ts: Micros, watermark: Micros | null, closed: boolean): Body =>
    bodyOf(encodeProgress, (taps.size === 0 ? [''] : [...taps]).map((tap): Progress => ({ ts, worker, tap, watermark, closed })));
  const grown = (ts: Micros): Body => bodyOf(encodeLoss, Object.entries(losses()).flatMap(([counter, total]): Loss[] => {
    if (WELL.test(counter) || known.get(counter) === total) return [];
    known.set(counter, total);
    return [{ ts, worker, counter, total }];
  }));
  const send = async (): Promise<void> => {
    sending = true;
    while (next !== null) {
      const { mark, closes } = next;
      next = null;
      const now = micros(Date.now() * 1000);
      await deliver(progress(now, mark, closes));
      await deliver(grown(mark ?? now));
    }
    sending = false;
    onIdle();
  };
  return {
    announce: (by) => by(progress(micros(Date.now() * 1000), null, false)),
    say: (mark, closes) => {
      if (mark === null && !closes) return;
      next = { mark, closes };
      if (!sending) void send();
    },
    isIdle: () => !sending,
  };
};
