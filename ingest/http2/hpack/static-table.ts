import { nameOf } from './names.ts';

/** An entry of a table: what is kept of a header. */
export interface Entry {
  /** A member of `Name`. */
  readonly name: number;
  /** Kept for the names on the list only. */
  readonly value: string | null;
  readonly nameBytes: number;
  /** Bytes as RFC 7541 §4.1 counts them; less where the name is not known. */
  readonly size: number;
}

/** RFC 7541 Appendix A, `name` or `name=value` in the order of the indices from 1; `_` stands for a space. */
const LISTED = `
:authority :method=GET :method=POST :path=/ :path=/index.html :scheme=http :scheme=https :status=200 :status=204
:status=206 :status=304 :status=400 :status=404 :status=500 accept-charset accept-encoding=gzip_deflate accept-language
accept-ranges accept access-control-allow-origin age allow authorization cache-control content-disposition
content-encoding content-language content-length content-location content-range content-type cookie date etag expect
expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified link location
max-forwards proxy-authenticate proxy-authorization range referer refresh retry-after server set-cookie
strict-transport-security transfer-encoding user-agent vary via www-authenticate
`;

/** `STATIC[index - 1]`. */
export const STATIC: readonly Entry[] = LISTED.trim().split(/\s+/).map((text) => {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  return { name: nameOf(name), value: equals < 0 ? '' : text.slice(equals + 1).replace('_', ' '), nameBytes: name.length, size: 0 };
});
