import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decode } from '../conversation.ts';

const CAPTURES = new URL('../../captures/', import.meta.url);

test('a server-streaming gRPC call of a real capture, whatever packets its bytes come in', () => {
  const bytes = readFileSync(new URL('deepflow/grpc-server-stream.pcap', CAPTURES));
  const golden = JSON.parse(readFileSync(new URL('golden/grpc-server-stream.json', import.meta.url), 'utf8')) as unknown;
  const options = { keepTargets: true };
  const text = JSON.stringify(decode(bytes, [], options).rows);
  expect(JSON.parse(text)).toEqual(golden);
  for (let cut = 1; cut < bytes.length; cut++) if (JSON.stringify(decode(bytes, [cut], options).rows) !== text) throw new Error(`other rows when the input is cut at ${cut}`);
});
