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

/** The target without what may be secret: values of the query, fragment, user-info. Names of query fields stay. */
export const redacted = (target: string): string => {
  if (target.startsWith('/') && !target.includes('?') && !target.includes('#')) return target;
  const bare = target.replace(/^([a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i, '$1').replace(/#.*$/s, '');
  const query = bare.indexOf('?');
  if (query < 0) return bare;
  const names = bare.slice(query + 1).split(/[&;]/).map((pair) => {
    const equals = pair.indexOf('=');
    return equals < 0 ? '' : `${pair.slice(0, equals)}=`;
  });
  return `${bare.slice(0, query)}?${names.filter((name) => name !== '').join('&')}`;
};

/** A Host header or :authority without user-info. */
export const hostOf = (host: string | null): string | null => (host === null || host === '' ? null : host.slice(host.lastIndexOf('@') + 1));
