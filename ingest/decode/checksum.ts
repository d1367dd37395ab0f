/** Adds `bytes[at … end)` as 16-bit words, an odd last byte padded with zero, to a sum not folded yet (RFC 1071). */
export const added = (bytes: Uint8Array, at: number, end: number, sum = 0): number => {
  let total = sum;
  const even = end - ((end - at) & 1);
  for (let i = at; i < even; i += 2) total += (bytes[i]! << 8) | bytes[i + 1]!;
  return even < end ? total + (bytes[even]! << 8) : total;
};

/** A sum over bytes with their own checksum among them is right where all bits of its ones' complement are set. */
export const isRight = (sum: number): boolean => {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000);
  return folded === 0xffff;
};
