import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareUuids, Uuid, UUID_LENGTH, writeUuid } from '../../sql/uuid.ts';

const uuid = fc.uuid().map((text) => {
  const words = [0, 8, 16, 24].map((at) => Number.parseInt(text.replaceAll('-', '').slice(at, at + 8), 16));
  return { text, made: new Uuid(words[0]!, words[1]!, words[2]!, words[3]!) };
});

test('its text is that of RFC 9562, as string, as JSON and as bytes', () => {
  fc.assert(fc.property(uuid, ({ text, made }) => {
    const bytes = new Uint8Array(UUID_LENGTH + 2);
    expect(writeUuid(bytes, 1, made)).toBe(1 + UUID_LENGTH);
    expect([String(made), JSON.parse(JSON.stringify(made)), Buffer.from(bytes.subarray(1, -1)).toString()]).toEqual([text, text, text]);
    expect([bytes[0], bytes.at(-1)]).toEqual([0, 0]);
  }));
});

test('their order is that of their texts', () => {
  fc.assert(fc.property(uuid, uuid, (one, other) => {
    expect(Math.sign(compareUuids(one.made, other.made))).toBe(one.text < other.text ? -1 : Number(one.text > other.text));
    expect(compareUuids(one.made, one.made)).toBe(0);
  }));
});
