import { array, assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutAt, giveBack, halved, joined, newLines, reserve, takeBody, type Body } from '../../../sql/write/body.ts';
import { bodyOf, lineEncoder } from '../../../sql/write/line.ts';
import { EXCHANGES } from '../../../sql/write/shapes.ts';
import { exchangeRow } from '../rows.ts';

const text = (body: Body): string => body.bytes.toString();
const bodyOfText = (lines: string): Body => ({ bytes: Buffer.from(lines), rows: lines.split('\n').length - 1 });

describe('the body of a request', () => {
  const encode = lineEncoder(EXCHANGES);

  test('taking any line out leaves the others as they were, whatever the texts', () => {
    assert(property(array(string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }), (texts) => {
      const rows = texts.map((host, n) => ({ ...exchangeRow('body', n), host }));
      for (let at = 1; at <= rows.length; at++) {
        const cut = cutAt(bodyOf(encode, rows), at);
        expect(`${cut?.line}\n`).toBe(text(bodyOf(encode, rows.slice(at - 1, at))));
        const rest = cut && joined(cut.before, cut.after);
        expect(rest?.bytes.equals(bodyOf(encode, rows.toSpliced(at - 1, 1)).bytes)).toBe(true);
        expect(rest?.rows).toBe(rows.length - 1);
      }
    }));
  });

  test.each([0, 3, 4])('there is no line %i of two', (line) => { expect(cutAt(bodyOfText('a 1\nb 2\n'), line)).toBe(null); });

  test.each([[1, 'a\n', ''], [2, 'a\n', 'b\n'], [3, 'a\nb\n', 'c\n']])('of %i rows, halves', (rows, first, second) => {
    const halves = halved(bodyOfText('a\nb\nc\n'.slice(0, rows * 2)));
    expect(halves.map(text)).toEqual([first, second]);
  });

  test('a body that was taken is not written over by the next', () => {
    const lines = newLines();
    encode(exchangeRow('taken', 1), lines);
    const first = takeBody(lines);
    const before = text(first);
    encode(exchangeRow('taken', 2), lines);
    expect([text(first), lines.rows, text(takeBody(lines))]).toEqual([before, 1, text(bodyOf(encode, [exchangeRow('taken', 2)]))]);
  });

  test('the memory of the two largest bodies given back serves once more, where it is large enough', () => {
    const lines = newLines();
    const take = (n: number): Body => {
      encode(exchangeRow('given back', n), lines);
      return takeBody(lines);
    };
    const given = [100_000, 10, 300_000, 200_000].map((bytes) => ({ bytes: Buffer.alloc(0), rows: 0, room: Buffer.allocUnsafe(bytes) }));
    for (const body of given) giveBack(lines, body);
    const rooms = [take(1), take(2), take(3), take(4)].map(({ room }) => room);
    expect(rooms.slice(1, 3)).toEqual([given[2]!.room, given[3]!.room]);
    expect(rooms[3]!.length).toBeLessThan(100_000);
    giveBack(lines, given[1]!);
    expect(text(take(5))).toBe(text(bodyOf(encode, [exchangeRow('given back', 5)])));
  });

  test('there is room for as many rows as are expected', () => {
    const lines = newLines();
    for (let n = 0; n < 10; n++) encode(exchangeRow('many', n), lines);
    takeBody(lines, 1000);
    const room = lines.bytes;
    for (let n = 0; n < 900; n++) encode(exchangeRow('many', n), lines);
    expect(lines.bytes).toBe(room);
  });

  test('what is written stays when more room is made', () => {
    const lines = newLines();
    lines.at += lines.bytes.write('abc');
    reserve(lines, 1_000_000);
    expect(lines.bytes.length).toBeGreaterThanOrEqual(1_000_003);
    expect(text(takeBody(lines))).toBe('abc');
  });
});
