import { describe, expect, test } from 'vitest';
import { brief, client, decodeSteps, FIN, OPENING, server, type Step } from '../conversation.ts';

/** Requests sent together, without waiting for an answer; each message is one packet. */
const BURSTS = [['a'], ['b', 'c', 'd'], ['e'], ['f', 'g']];
const NAMES = BURSTS.flat();
const bodyOf = (name: string): string => 'x'.repeat(NAMES.indexOf(name) + 1);
const ask = (name: string): Step => client(`GET /${name} HTTP/1.1\r\nHost: h\r\n\r\n`);
const answer = (name: string): Step => server(`HTTP/1.1 200 OK\r\nContent-Length: ${bodyOf(name).length}\r\n\r\n${bodyOf(name)}`);
const MESSAGES = BURSTS.flatMap((burst) => [ask, answer].flatMap((say) => burst.map((name) => ({ burst, name, step: say(name) }))));
const right = (name: string): string => `GET /${name} 200 complete 0/${bodyOf(name).length}`;

const without = (lost: readonly number[]): readonly string[] => decodeSteps([
  ...OPENING, ...MESSAGES.map(({ step }, at) => ({ ...step, lost: lost.includes(at) })), { from: 'client', flags: FIN }, { from: 'server', flags: FIN },
]).rows.map(brief);

describe('lost packets of pipelined requests and answers', () => {
  test.each(MESSAGES.map(({ name, step }, at) => [step.from === 'client' ? 'request' : 'answer', name, at] as const))('%s %s: all other exchanges stay as they are', (_, name, at) => {
    expect(without([at]).filter((row) => row.includes('complete') && row.startsWith('GET')).toSorted()).toEqual(NAMES.filter((one) => one !== name).map(right));
  });
  test('any two: no answer goes to another request, and requests sent apart from those stay as they are', () => {
    for (let first = 0; first < MESSAGES.length; first++) {
      for (let second = first + 1; second < MESSAGES.length; second++) {
        const complete = without([first, second]).filter((row) => row.includes('complete') && row.startsWith('GET'));
        const touched = [MESSAGES[first]!, MESSAGES[second]!];
        const apart = NAMES.filter((name) => touched.every(({ burst }) => !burst.includes(name)));
        expect({ first, second, strange: complete.filter((row) => !NAMES.map(right).includes(row)), missing: apart.filter((name) => !complete.includes(right(name))) })
          .toEqual({ first, second, strange: [], missing: [] });
      }
    }
  });
});
