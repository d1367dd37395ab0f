/** Headers whose values are kept; any other is walked over. None of them carries a credential. */
const WANTED = [
  ':method', ':path', ':authority', ':scheme', ':status', 'host', 'content-type', 'grpc-status', 'traceparent', 'b3', 'x-b3-traceid',
  'x-b3-spanid', 'x-b3-parentspanid', 'uber-trace-id', 'sw8', 'x-request-id',
] as const;

/** A header's name as a number: a member of `Name`, or its place behind `Name.trace` in the list above. */
export const Name = {
  /** The entry that gave the name was inserted before the capture saw it. */
  unknown: 0,
  /** Not on the list. */
  other: 1,
  method: 2, path: 3, authority: 4, scheme: 5, status: 6, host: 7, contentType: 8, grpcStatus: 9,
  /** This and all above it carry ids of traces. */
  trace: 10,
} as const;

const FIRST = 2;
const LONGEST = 20;
const byLength: readonly (readonly { readonly bytes: Uint8Array; readonly name: number }[])[] = Array.from({ length: LONGEST }, (_, length) =>
  WANTED.flatMap((text, at) => (text.length === length ? [{ bytes: Uint8Array.from(text, (c) => c.charCodeAt(0)), name: at + FIRST }] : [])));

export const nameOf = (text: string): number => {
  const at = WANTED.findIndex((one) => one === text);
  return at < 0 ? Name.other : at + FIRST;
};

/** The text of a name on the list. */
export const nameText = (name: number): string => WANTED[name - FIRST] ?? '';

/** The name that `bytes[at … at + length)` spell. */
export const nameIn = (bytes: Uint8Array, at: number, length: number): number => {
  if (length >= LONGEST) return Name.other;
  for (const one of byLength[length]!) {
    let i = 0;
    while (i < length && bytes[at + i] === one.bytes[i]) i++;
    if (i === length) return one.name;
  }
  return Name.other;
};
