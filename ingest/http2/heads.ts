import type { TraceHeaders } from '../http/message.ts';
import { traceOf } from '../trace.ts';
import { isGrpc } from './grpc.ts';
import { CONTENT_TYPE, FIRST_TRACE, GRPC_STATUS, STATUS, WANTED } from './hpack-static.ts';

/** The values of a header block's fields, by number. */
export type Values = readonly (string | null)[];

const REQUEST_ID = WANTED.indexOf('x-request-id');

/** What the tracing headers of a block say. */
export const traceIn = (values: Values): TraceHeaders | null => {
  let found: Map<string, string> | null = null;
  for (let field = FIRST_TRACE; field < WANTED.length; field++) {
    const value = values[field];
    if (typeof value !== 'string') continue;
    // Often the only one, and said of it all there is to say.
    if (found === null && field === REQUEST_ID && REQUEST_ID === WANTED.length - 1) return value === '' ? null : { trace: value, span: null, parent: null };
    found ??= new Map();
    found.set(WANTED[field]!, value);
  }
  return found === null ? null : traceOf(found);
};

export const protocolIn = (values: Values): 'grpc' | 'h2' => {
  const type = values[CONTENT_TYPE] ?? null;
  return type === 'application/grpc' || isGrpc(type) ? 'grpc' : 'h2';
};

/** `:status`; 0 = none that is known. */
export const statusIn = (values: Values): number => {
  const text = values[STATUS] ?? null;
  if (text === null) return 0;
  return text === '200' ? 200 : Number(text);
};

/** `grpc-status`; null = none that is known. */
export const grpcStatusIn = (values: Values): number | null => {
  const text = values[GRPC_STATUS] ?? null;
  if (text === null) return null;
  if (text === '0') return 0;
  return /^\d{1,4}$/.test(text) ? Number(text) : null;
};
