/** The usual text of an address of 4 or 16 bytes, given as one character a byte (IPv6 as RFC 5952 §4 has it). */
export const addressText = (raw: string): string => {
  const bytes = Uint8Array.from(raw, (character) => character.charCodeAt(0));
  if (bytes.length === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
  const words = Array.from({ length: 8 }, (_, i) => (bytes[i * 2]! << 8) | bytes[i * 2 + 1]!);
  if (words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff) return `::ffff:${bytes.slice(12).join('.')}`;
  let from = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let run = 0;
    while (i + run < 8 && words[i + run] === 0) run++;
    if (run > length) { from = i; length = run; }
    i += run;
  }
  const hex = (some: readonly number[]): string => some.map((word) => word.toString(16)).join(':');
  return from < 0 ? hex(words) : `${hex(words.slice(0, from))}::${hex(words.slice(from + length))}`;
};
