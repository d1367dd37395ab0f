import { array, assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newLines, reserve, takeBody, without, type Body } from '../../../sql/write/body.ts';
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
        const cut = without(bodyOf(encode, rows), at);
        expect(`${cut?.line}\n`).toBe(text(bodyOf(encode, rows.slice(at - 1, at))));
        expect(cut?.rest).toEqual(bodyOf(encode, rows.toSpliced(at - 1, 1)));
      }
    }));
  });

  test.each([0, 3, 4])('there is no line %i of two', (line) => { expect(without(bodyOfText('a 1\nb 2\n'), line)).toBe(null); });

  test('a body that was taken is not written over by the next', () => {
    const lines = newLines();
    encode(exchangeRow('taken', 1), lines);
    const first = takeBody(lines);
    const before = text(first);
    encode(exchangeRow('taken', 2), lines);
    expect([text(first), lines.rows, text(takeBody(lines))]).toEqual([before, 1, text(bodyOf(encode, [exchangeRow('taken', 2)]))]);
  });

  test('what is written stays when more room is made', () => {
    const lines = newLines();
    lines.at += lines.bytes.write('abc');
    reserve(lines, 1_000_000);
    expect(lines.bytes.length).toBeGreaterThanOrEqual(1_000_003);
    expect(text(takeBody(lines))).toBe('abc');
  });
});
