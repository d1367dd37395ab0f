import type { TraceHeaders } from './http/message.ts';

/** The ids in tracing headers: W3C Trace Context, B3 (single and multi), Jaeger, SkyWalking, and a bare request id. */
export const traceOf = (found: ReadonlyMap<string, string>): TraceHeaders | null => {
  if (found.size === 0) return null;
  const w3c = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-/i.exec(found.get('traceparent') ?? '');
  if (w3c) return { trace: w3c[1]!.toLowerCase(), span: w3c[2]!.toLowerCase(), parent: null };
  const b3 = /^([\da-f]{16,32})-([\da-f]{16})(?:-[01d](?:-([\da-f]{16}))?)?$/i.exec(found.get('b3') ?? '');
  if (b3) return { trace: b3[1]!.toLowerCase(), span: b3[2]!.toLowerCase(), parent: b3[3]?.toLowerCase() ?? null };
  const multi = hexId(found.get('x-b3-traceid'));
  if (multi !== null) return { trace: multi, span: hexId(found.get('x-b3-spanid')), parent: hexId(found.get('x-b3-parentspanid')) };
  const jaeger = /^([\da-f]{1,32}):([\da-f]{1,16}):([\da-f]{1,16}):/i.exec(decoded(found.get('uber-trace-id') ?? ''));
  if (jaeger) return { trace: jaeger[1]!.toLowerCase(), span: jaeger[2]!.toLowerCase(), parent: jaeger[3] === '0' ? null : jaeger[3]!.toLowerCase() };
  const sw8 = found.get('sw8')?.split('-');
  if (sw8 !== undefined && sw8.length >= 4) return { trace: sw8[1] ?? null, span: `${sw8[2]}-${sw8[3]}`, parent: null };
  const id = found.get('x-request-id');
  return id === undefined || id === '' ? null : { trace: id, span: null, parent: null };
};

const hexId = (text: string | undefined): string | null => (text !== undefined && /^[\da-f]{8,32}$/i.test(text) ? text.toLowerCase() : null);

const decoded = (text: string): string => text.replace(/%3a/gi, ':');
