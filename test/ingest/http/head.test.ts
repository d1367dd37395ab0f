import { expect, test } from 'vitest';
import { parseHead } from '../../../ingest/http/head.ts';

const head = (text: string) => parseHead(Buffer.from(text, 'latin1'), 0, text.length);
const ask = (...fields: readonly string[]) => head(`GET / HTTP/1.1\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`);
const answer = (...fields: readonly string[]) => head(`HTTP/1.1 200 OK\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`);

const A = 'a'.repeat(32);
const B = 'b'.repeat(16);
const C = 'c'.repeat(16);
test.each([
  ['W3C', [`traceparent: 00-${A}-${B}-01`], { trace: A, span: B, parent: null }],
  ['B3 in one', [`b3: ${A}-${B}-1-${C}`], { trace: A, span: B, parent: C }],
  ['B3 in several', [`X-B3-TraceId: ${A}`, `X-B3-SpanId: ${B}`, `X-B3-ParentSpanId: ${C}`], { trace: A, span: B, parent: C }],
  ['Jaeger', [`uber-trace-id: ${A}%3A${B}%3A0%3A1`], { trace: A, span: B, parent: null }],
  ['SkyWalking', ['sw8: 1-dHJhY2U=-c2Vn-3-x-y-z-w'], { trace: 'dHJhY2U=', span: 'c2Vn-3', parent: null }],
  ['a request id', ['X-Request-ID: r-1'], { trace: 'r-1', span: null, parent: null }],
  ['the best of several', ['X-Request-ID: r-1', `traceparent: 00-${A}-${B}-01`], { trace: A, span: B, parent: null }],
  ['something that is no id', [`traceparent: hello`], null],
])('trace from %s', (_, fields, trace) => {
  expect(ask(...fields).trace).toEqual(trace);
});

test.each<[string, readonly string[], string, number]>([
  ['a length', ['Content-Length: 5'], 'length', 5],
  ['no length', [], 'close', 0],
  ['chunked', ['Transfer-Encoding: gzip, chunked'], 'chunked', 0],
  ['another coding', ['Transfer-Encoding: gzip', 'Content-Length: 5'], 'close', 5],
  ['equal lengths', ['Content-Length: 5', 'Content-Length: 5'], 'length', 5],
  ['different lengths', ['Content-Length: 5', 'Content-Length: 6'], 'close', 5],
  ['no number', ['Content-Length: five'], 'close', 0],
  ['a length too large for any body', [`Content-Length: ${'9'.repeat(30)}`], 'length', Number.MAX_SAFE_INTEGER],
])('an answer with %s', (_, fields, framing, length) => {
  expect(answer(...fields)).toMatchObject({ framing, length });
});
