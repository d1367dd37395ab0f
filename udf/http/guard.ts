import { createHash, timingSafeEqual } from 'node:crypto';
import { isIPv6 } from 'node:net';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;

/** Whether only this machine reaches a server bound to `host`. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** The name in a `Host` header, without port and brackets. */
export const hostName = (header: string): string => header.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

/** A server's address as a URL's authority. */
export const authority = (host: string, port: number): string => `${isIPv6(host) ? `[${host}]` : host}:${port}`;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Tells whether an Authorization header carries the token, in a time that does not depend on how much of it is right. */
export const tokenCheck = (token: string): ((header: string | undefined) => boolean) => {
  const wanted = digest(token);
  return (header) => {
    const given = /^Bearer +(\S+)\s*$/i.exec(header ?? '')?.[1];
    return given !== undefined && timingSafeEqual(digest(given), wanted);
  };
};

/** The page needs only its own files and this origin's API. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
