import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { requestIn } from '../../../ingest/http/found.ts';
import { text } from '../decode/frames.ts';

const GET = 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n';
const POST = 'POST /b HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd';
const CHUNKED = 'PUT /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;x=1\r\nab\r\n0\r\nTrailer: y\r\n\r\n';

test.each<[string, string, number]>([
  ['behind the rest of a body', `abc${GET}`, 3],
  ['behind the end of chunks', `bc\r\n0\r\n\r\n${GET}`, 9],
  ['with a body by length', `abc${POST}`, 3],
  ['with a body of chunks', `abc${CHUNKED}`, 3],
  ['several', `abc${CHUNKED}${POST}${GET}`, 3],
  ['the next one with a part of its line', `abc${GET}POST /k`, 3],
  ['the next one with a body that goes on', `abc${GET}POST /k HTTP/1.1\r\nContent-Length: 99\r\n\r\nab`, 3],
  ['the next one with too little of its method', `abc${GET}POS`, -1],
  ['the last one with a body that goes on', 'abcPOST /k HTTP/1.1\r\nContent-Length: 99\r\n\r\nab', -1],
  ['the last one with chunks that go on', 'abcPOST /k HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab', -1],
  ['a part of a batch', `--b\r\n\r\n${GET}\r\n--b\r\n\r\n${POST}\r\n--b--\r\n`, -1],
  ['a request behind a batch', `--b\r\n\r\n${GET}\r\n--b--\r\n${POST}`, 44],
  ['a method nobody knows', 'abc\r\n\r\nBREW /pot HTTP/1.1\r\n\r\n', -1],
  ['letters of a method that cling to the body', `FOR${GET}`, -1],
  ['no target', 'abc\r\nGET HTTP/1.1\r\n\r\n', -1],
  ['nothing', 'abc', -1],
])('%s', (_, bytes, at) => {
  expect(requestIn(Uint8Array.from(text(bytes)), 0, bytes.length)).toBe(at);
});

test('nothing outside is read, and it ends in time, whatever the bytes', () => {
  const part = fc.constantFrom('GET ', ' HTTP/1.1\r\n', '\r\n', '0\r\n', GET, POST, CHUNKED, 'Transfer-Encoding: chunked\r\n', 'x');
  fc.assert(fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
    const bytes = Uint8Array.from(text(parts.join('')));
    const around = Uint8Array.from([...text(POST), ...bytes, ...text(GET)]);
    const inside = requestIn(around, POST.length, POST.length + bytes.length);
    expect(inside < 0 ? inside : inside - POST.length).toBe(requestIn(bytes, 0, bytes.length));
  }));
});
