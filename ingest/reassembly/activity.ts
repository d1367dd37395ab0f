/** Indices in the order of their last touch: a doubly linked list in typed arrays, so that the least active is found at once. */
export interface ActivityList {
  /** Puts an index, new or not, at the end. */
  touch(index: number): void;
  remove(index: number): void;
  /** The index untouched for longest; -1 = empty. */
  oldest(): number;
}

const NONE = -1;

export const activityList = (): ActivityList => {
  let before = new Int32Array(1024).fill(NONE);
  let after = new Int32Array(1024).fill(NONE);
  let head = NONE;
  let tail = NONE;
  const linked = (index: number): boolean => index === head || before[index] !== NONE;
  const unlink = (index: number): void => {
    const previous = before[index]!;
    const following = after[index]!;
    if (previous === NONE) head = following; else after[previous] = following;
    if (following === NONE) tail = previous; else before[following] = previous;
    before[index] = NONE;
    after[index] = NONE;
  };
  const grown = (list: Int32Array<ArrayBuffer>, least: number): Int32Array<ArrayBuffer> => {
    const larger = new Int32Array(Math.max(list.length * 2, least + 1)).fill(NONE);
    larger.set(list);
    return larger;
  };
  return {
    touch: (index) => {
      if (index === tail) return;
      if (index >= before.length) { before = grown(before, index); after = grown(after, index); }
      if (linked(index)) unlink(index);
      before[index] = tail;
      if (tail === NONE) head = index; else after[tail] = index;
      tail = index;
    },
    remove: (index) => { if (index < before.length && linked(index)) unlink(index); },
    oldest: () => head,
  };
};
