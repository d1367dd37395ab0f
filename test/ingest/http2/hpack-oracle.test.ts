import { once } from 'node:events';
import { connect, createServer, type IncomingHttpHeaders } from 'node:http2';
import { createServer as createProxy, connect as dial, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { headerBlock, hpackDecoder } from '../../../ingest/http2/hpack-decode.ts';
import { WANTED } from '../../../ingest/http2/hpack-static.ts';

const PREFACE_BYTES = 24;

/** Header blocks in the frames of one direction; none of them is padded or continued here. */
const blocksOf = (bytes: Uint8Array): readonly Uint8Array[] => {
  const found: Uint8Array[] = [];
  for (let at = 0; at + 9 <= bytes.length;) {
    const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    const priority = (bytes[at + 4]! & 0x20) === 0 ? 0 : 5;
    if (bytes[at + 3] === 1) found.push(bytes.slice(at + 9 + priority, at + 9 + length));
    at += 9 + length;
  }
  return found;
};

const pick = (headers: IncomingHttpHeaders): Readonly<{ [name: string]: string }> =>
  Object.fromEntries(WANTED.filter((name) => headers[name] !== undefined).map((name) => [name, String(headers[name])]));

/** A small generator with a seed: the same headers in every run. */
const random = (seed: number) => (below: number): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
};

const CALLS = 300;

test('blocks made by nghttp2 are read as it reads them', async () => {
  const next = random(7);
  const text = (): string => Array.from({ length: next(30) + 1 }, () => String.fromCharCode(33 + next(94))).join('');
  const server = createServer({ settings: { headerTableSize: 1024 } });
  const received: IncomingHttpHeaders[] = [];
  server.on('stream', (stream, headers) => {
    received.push(headers);
    stream.respond({ ':status': 200 + next(300), 'content-type': text(), 'grpc-status': String(next(17)), [`x-${next(9)}`]: text() }, { endStream: true });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sent: [Uint8Array[], Uint8Array[]] = [[], []];
  const proxy = createProxy((near) => {
    const far = dial((server.address() as AddressInfo).port, '127.0.0.1');
    near.on('data', (bytes: Buffer) => { sent[0].push(bytes); far.write(bytes); }).on('close', () => far.destroy());
    far.on('data', (bytes: Buffer) => { sent[1].push(bytes); near.write(bytes); }).on('close', () => near.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const client = connect(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  const answered: IncomingHttpHeaders[] = [];
  for (let i = 0; i < CALLS; i++) {
    const stream = client.request({
      ':method': i % 3 === 0 ? 'GET' : 'POST', ':path': `/${next(4) === 0 ? next(8) : text()}`, [`y-${next(40)}`]: text(),
      'x-request-id': text(), traceparent: `00-${next(2)}`, authorization: text(), 'content-type': 'application/grpc',
    }, { endStream: true });
    stream.on('response', (headers) => { answered.push(headers); });
    stream.resume();
    await once(stream, 'close');
  }
  client.close();
  server.close();
  proxy.close();

  const decoded = (chunks: readonly Uint8Array[], skip: number) => {
    const decoder = hpackDecoder(true);
    const into = headerBlock();
    return blocksOf(Buffer.concat(chunks).subarray(skip)).map((block) => {
      expect(decoder.decode(block, 0, block.length, into)).toBe('whole');
      expect(into.unknown).toBe(0);
      return Object.fromEntries(into.values.flatMap((value, field) => (value === null ? [] : [[WANTED[field]!, value]])));
    });
  };
  expect(received).toHaveLength(CALLS);
  expect(decoded(sent[0], PREFACE_BYTES)).toEqual(received.map(pick));
  expect(decoded(sent[1], 0)).toEqual(answered.map(pick));
});
