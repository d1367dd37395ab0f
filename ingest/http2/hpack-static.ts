/** Fields that are read; the number is their place in a `HeaderBlock`. Everything else is `SKIPPED`. */
export const METHOD = 1;
export const PATH = 2;
export const AUTHORITY = 3;
export const SCHEME = 4;
export const STATUS = 5;
export const CONTENT_TYPE = 6;
export const GRPC_STATUS = 7;
export const HOST = 8;
export const GRPC_TIMEOUT = 9;
/** First of the tracing headers, which are the last fields. */
export const FIRST_TRACE = 10;

/** A field whose value nobody reads: only its size counts. */
export const SKIPPED = 0;
/** A field whose name was sent before the capture began, or in bytes that were lost. */
export const UNKNOWN = 255;

/** Names by their numbers. */
export const WANTED = [
  '', ':method', ':path', ':authority', ':scheme', ':status', 'content-type', 'grpc-status', 'host', 'grpc-timeout',
  'traceparent', 'b3', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'uber-trace-id', 'sw8', 'x-request-id',
] as const;

/** RFC 7541 Appendix A, one line an entry: name, then value. */
const TABLE = `:authority
:method GET
:method POST
:path /
:path /index.html
:scheme http
:scheme https
:status 200
:status 204
:status 206
:status 304
:status 400
:status 404
:status 500
accept-charset
accept-encoding gzip, deflate
accept-language
accept-ranges
accept
access-control-allow-origin
age
allow
authorization
cache-control
content-disposition
content-encoding
content-language
content-length
content-location
content-range
content-type
cookie
date
etag
expect
expires
from
host
if-match
if-modified-since
if-none-match
if-range
if-unmodified-since
last-modified
link
location
max-forwards
proxy-authenticate
proxy-authorization
range
referer
refresh
retry-after
server
set-cookie
strict-transport-security
transfer-encoding
user-agent
vary
via
www-authenticate`.split('\n').map((line) => {
  const [, name = '', value = ''] = /^(\S+) ?(.*)$/.exec(line) ?? [];
  return { name, value };
});

export const STATIC_ENTRIES = TABLE.length;

const numbers: ReadonlyMap<string, number> = new Map(WANTED.map((name, number) => [name, number]));

/** Field, value and name length of static entry `index` (from 1). */
export const STATIC_FIELD = Uint8Array.from([{ name: '' }, ...TABLE], ({ name }) => numbers.get(name) ?? SKIPPED);
export const STATIC_VALUE: readonly string[] = ['', ...TABLE.map(({ value }) => value)];
export const STATIC_NAME_LENGTH = Uint8Array.from([{ name: '' }, ...TABLE], ({ name }) => name.length);

/** Names by length, as bytes, so that one that nobody reads costs a comparison or two. */
const byLength: readonly (readonly (readonly [Uint8Array, number])[])[] = Array.from({ length: 32 }, (_, length) =>
  WANTED.flatMap((name, number) => (name.length === length && length > 0 ? [[Uint8Array.from(name, (c) => c.charCodeAt(0)), number] as const] : [])));

/** Field of the name `bytes[at … end)`. */
export const fieldOf = (bytes: Uint8Array, at: number, end: number): number => {
  for (const [name, number] of byLength[end - at] ?? []) {
    let i = 0;
    while (i < name.length && name[i] === bytes[at + i]) i++;
    if (i === name.length) return number;
  }
  return SKIPPED;
};
