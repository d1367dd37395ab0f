/** Bytes as a string, one character each. */
export const rawText = (bytes: Uint8Array, at: number, length: number): string => {
  let text = '';
  for (let i = at; i < at + length; i++) text += String.fromCharCode(bytes[i]!);
  // A string made piece by piece is a chain of its pieces until it is looked into; this makes it one.
  text.charCodeAt(0);
  return text;
};
