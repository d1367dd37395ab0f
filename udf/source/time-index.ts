/** Items of an address that are found by when they were, both moments included. */
export interface TimeIndex<T> {
  add(address: string, item: T): void;
  /** Takes an item away; its times must be those that it was added with. */
  delete(address: string, item: T): void;
  /** Those that were at some moment between `from` and `to`, each once; up to a slot around these may be among them. All where none are given. */
  between(address: string, from?: number, to?: number): readonly T[];
}

/** Width of a slot: a window of the usual length lies in few of them. */
const SLOT_US = 1_000_000;
/** What lasts longer than so many slots is looked at every time instead of standing in all of them. */
const LONG_SLOTS = 8;

interface Shelf<T> {
  readonly slots: Map<number, Set<T>>;
  readonly long: Set<T>;
}

const slotOf = (time: number): number => Math.floor(time / SLOT_US);

/** Shelves items by address and second, so that looking around a moment costs what was there and not all that is held. */
export const timeIndex = <T>(timesOf: (item: T) => { readonly from: number; readonly to: number }): TimeIndex<T> => {
  const shelves = new Map<string, Shelf<T>>();
  const rangeOf = (item: T): { readonly first: number; readonly last: number } => {
    const { from, to } = timesOf(item);
    return { first: slotOf(from), last: slotOf(Math.max(from, to)) };
  };
  return {
    add(address, item) {
      const shelf = shelves.get(address) ?? { slots: new Map<number, Set<T>>(), long: new Set<T>() };
      shelves.set(address, shelf);
      const { first, last } = rangeOf(item);
      if (last - first >= LONG_SLOTS) { shelf.long.add(item); return; }
      for (let slot = first; slot <= last; slot++) {
        const items = shelf.slots.get(slot);
        if (items === undefined) shelf.slots.set(slot, new Set([item]));
        else items.add(item);
      }
    },
    delete(address, item) {
      const shelf = shelves.get(address);
      if (shelf === undefined) return;
      const { first, last } = rangeOf(item);
      if (last - first >= LONG_SLOTS) shelf.long.delete(item);
      else {
        for (let slot = first; slot <= last; slot++) {
          const items = shelf.slots.get(slot);
          items?.delete(item);
          if (items?.size === 0) shelf.slots.delete(slot);
        }
      }
      if (shelf.slots.size === 0 && shelf.long.size === 0) shelves.delete(address);
    },
    between(address, from = -Infinity, to = Infinity) {
      const shelf = shelves.get(address);
      if (shelf === undefined) return [];
      const [first, last] = [slotOf(from), slotOf(to)];
      const found = new Set<T>();
      for (const item of shelf.long) {
        const times = timesOf(item);
        if (times.from <= to && times.to >= from) found.add(item);
      }
      const near = last - first < shelf.slots.size;
      if (near) for (let slot = first; slot <= last; slot++) for (const item of shelf.slots.get(slot) ?? []) found.add(item);
      else for (const [slot, items] of shelf.slots) if (slot >= first && slot <= last) for (const item of items) found.add(item);
      return [...found];
    },
  };
};
