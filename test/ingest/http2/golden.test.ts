import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decode } from '../conversation.ts';

const CAPTURES = new URL('../../captures/', import.meta.url);

test('a server-streaming gRPC call of a real capture, whatever packets its bytes come in', () => {
  const bytes = readFileSync(new URL('deepflow/grpc-server-stream.pcap', CAPTURES));
  const golden = JSON.parse(readFileSync(new URL('golden/grpc-server-stream.json', import.meta.url), 'utf8')) as unknown;
  const options = { keepTargets: true };
  expect(decode(bytes, [], options).rows).toEqual(golden);
  for (let cut = 1; cut < bytes.length; cut += 7) expect(decode(bytes, [cut], options).rows).toEqual(golden);
});
