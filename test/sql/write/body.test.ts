import { array, assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyBuilder, bodyOf, without } from '../../../sql/write/body.ts';
import { lineEncoder } from '../../../sql/write/line.ts';
import { EXCHANGES } from '../../../sql/write/shapes.ts';
import { exchangeRow } from '../rows.ts';

describe('the body of a request', () => {
  test('taking any line out leaves the others as they were, whatever the texts', () => {
    assert(property(array(string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }), (texts) => {
      const encode = lineEncoder(EXCHANGES);
      const lines = texts.map((host, n) => encode({ ...exchangeRow('body', n), host }));
      for (let at = 1; at <= lines.length; at++) {
        const cut = without(bodyOf(lines), at);
        // A lone surrogate becomes U+FFFD, as in every UTF-8 writer.
        expect(cut?.line).toBe(Buffer.from(lines[at - 1] ?? '').toString());
        expect(cut?.rest.bytes).toEqual(Buffer.from(lines.toSpliced(at - 1, 1).map((line) => `${line}\n`).join('')));
        expect(cut?.rest.rows).toBe(lines.length - 1);
      }
    }));
  });

  test.each([0, 3, 4])('there is no line %i of two', (line) => { expect(without(bodyOf(['a 1', 'b 2']), line)).toBe(null); });

  test('a body that was taken is not written over by the next', () => {
    const builder = bodyBuilder();
    builder.add('first');
    const { bytes } = builder.take();
    builder.add('second');
    expect([bytes.toString(), builder.rows(), builder.take().bytes.toString()]).toEqual(['first\n', 1, 'second\n']);
  });
});
