import type { HeldBytes } from '../reassembly/held-bytes.ts';

/** Holds parts of something until the rest comes. */
export interface Holder {
  /** Lets them go: what they are part of is lost. */
  giveUp(): void;
  /** Bytes counted for it. */
  counted: number;
}

/** Keeps what all holders hold within the bound of held bytes: beyond it the one that began to hold first gives up. */
export interface Holding {
  /** That one holds so many bytes now. */
  holds(holder: Holder, bytes: number): void;
}

export const holding = (held: HeldBytes): Holding => {
  const holders = new Set<Holder>();
  const set = (holder: Holder, bytes: number): void => {
    held.now += bytes - holder.counted;
    holder.counted = bytes;
    if (bytes > 0) holders.add(holder);
    else holders.delete(holder);
  };
  return {
    holds: (holder, bytes) => {
      set(holder, bytes);
      while (held.now > held.most) {
        const oldest = holders.values().next().value;
        if (oldest === undefined) return;
        set(oldest, 0);
        oldest.giveUp();
      }
    },
  };
};
