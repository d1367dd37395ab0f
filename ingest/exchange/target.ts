import { segmentKind } from './segment-kind.ts';

/** The path of a request target in any of its forms (RFC 9112 §3.2); authority and asterisk forms give themselves. */
export const pathOf = (target: string): string => {
  if (target.startsWith('/') && !target.includes('?') && !target.includes('#')) return target;
  const from = target.startsWith('/') ? 0 : afterAuthority(target);
  const end = target.slice(from).search(/[?#]/);
  return end < 0 ? target.slice(from) : target.slice(from, from + end);
};

const afterAuthority = (target: string): number => {
  const scheme = /^[a-z][a-z\d+.-]*:\/\//i.exec(target)?.[0].length;
  if (scheme === undefined) return 0;
  const slash = target.indexOf('/', scheme);
  return slash < 0 ? target.length : slash;
};

/** Kinds of path segments that may be secret: a token in a reset link, a key, somebody's address. */
const MAY_BE_SECRET = /^\{(token|hex|email)\}/;
/** No shorter segment without an @ is of those kinds, but hex of 8 digits. */
const WORTH_A_LOOK = /[^/]{16}|@|%40|[\da-f]{8}/i;

const withoutSecrets = (path: string): string => {
  if (!WORTH_A_LOOK.test(path)) return path;
  return path.split('/').map((segment) => {
    const kind = segmentKind(segment);
    return MAY_BE_SECRET.test(kind) ? kind : segment;
  }).join('/');
};

/**
 * The target without what may be secret: values of the query, fragment, user-info, and path segments that look like tokens,
 * which give way to the name of their kind. Names of query fields and ids in the path stay.
 */
export const redacted = (target: string): string => {
  if (target.startsWith('/') && !target.includes('?') && !target.includes('#')) return withoutSecrets(target);
  const bare = target.replace(/^([a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i, '$1').replace(/#.*$/s, '');
  const query = bare.indexOf('?');
  if (query < 0) return withoutSecrets(bare);
  const names = bare.slice(query + 1).split(/[&;]/).map((pair) => {
    const equals = pair.indexOf('=');
    return equals < 0 ? '' : `${pair.slice(0, equals)}=`;
  });
  return `${withoutSecrets(bare.slice(0, query))}?${names.filter((name) => name !== '').join('&')}`;
};

/** A Host header or :authority without user-info. */
export const hostOf = (host: string | null): string | null => (host === null || host === '' ? null : host.slice(host.lastIndexOf('@') + 1));
