/** Bytes that came before, to be compared with others: four to a word as `DataView` reads them, and up to three more. */
export interface KnownBytes {
  readonly words: Int32Array;
  readonly rest: Uint8Array;
}

/** A copy of `bytes[at … end)`, of which `view` is a view. */
export const knownBytes = (view: DataView, bytes: Uint8Array, at: number, end: number): KnownBytes => {
  const words = Int32Array.from({ length: (end - at) >> 2 }, (_, word) => view.getInt32(at + word * 4, true));
  return { words, rest: bytes.slice(at + words.length * 4, end) };
};

export const lengthOf = ({ words, rest }: KnownBytes): number => words.length * 4 + rest.length;

/** Whether they stand at `at`, where so many bytes are. */
export const standAt = ({ words, rest }: KnownBytes, view: DataView, bytes: Uint8Array, at: number): boolean => {
  const { length } = words;
  let i = at;
  for (let word = 0; word < length; word++, i += 4) if (view.getInt32(i, true) !== words[word]) return false;
  for (let n = 0; n < rest.length; n++) if (bytes[i + n] !== rest[n]) return false;
  return true;
};
