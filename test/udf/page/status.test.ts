import { expect, test } from 'vitest';
import { failed, statusText } from '../../../udf/page/format.ts';

test.each<[string, number, number | null, string, boolean]>([
  ['answered', 200, null, '200', false],
  ['refused', 404, null, '404', false],
  ['failed', 503, null, '503', true],
  ['never answered', 0, null, 'no answer', true],
  ['gRPC that went well', 200, 0, '200', false],
  ['gRPC that failed with 200', 200, 14, '200, gRPC 14', true],
])('%s', (_, status, grpc, text, bad) => {
  const ended = { status, grpc_status: grpc };
  expect([statusText(ended), failed(ended)]).toEqual([text, bad]);
});
