import { describe, expect, test } from 'vitest';
import { routes } from '../../../ingest/exchange/route.ts';
import { hostOf, pathOf, redacted } from '../../../ingest/exchange/target.ts';

test.each([
  ['digits', '/users/42/orders', '/users/{id}/orders'],
  ['a UUID', '/u/6f1ed002-ab59-4d3a-9f3e-2f0e1c7b9a10', '/u/{uuid}'],
  ['a date', '/log/2026-11-24', '/log/{date}'],
  ['hexadecimal', '/blob/9f86d081884c7d65', '/blob/{hex}'],
  ['an e-mail address', '/mail/ann@example.org', '/mail/{email}'],
  ['an identifier with an ending', '/img/1234.png', '/img/{id}.png'],
  ['a token', '/reset/eyJhbGciOiJIUzI1NiJ9abcDEF123', '/reset/{token}'],
  ['words', '/api/v1/cart-items', '/api/v1/cart-items'],
  ['the root', '/', '/'],
  ['the server as a whole', '*', '*'],
  ['an authority', 'example.org:443', '/{authority}'],
])('route of %s', (_, path, route) => {
  expect(routes()('10.0.0.1', 80, path).route).toBe(route);
});

describe('bounds', () => {
  test('a level with too many names becomes one', () => {
    const routeOf = routes();
    const seen = Array.from({ length: 60 }, (_, n) => routeOf('shop', 80, `/by/${String.fromCharCode(97 + (n % 26), 97 + Math.floor(n / 26))}`).route);
    expect(seen.at(-1)).toBe('/by/{name}');
  });
  test('a service has at most 200 routes and one for the rest', () => {
    const routeOf = routes();
    const word = (n: number): string => String.fromCharCode(97 + (n % 26), 97 + (Math.floor(n / 26) % 26));
    const seen = new Set(Array.from({ length: 2000 }, (_, n) => routeOf('shop', 80, `/${word(n % 30)}/${word(n % 29)}/${word(n % 31)}`).route));
    expect(seen.size).toBe(201);
    expect(seen).toContain('/~other');
  });
});

test.each([
  ['origin form', '/a?x=1&y=2', '/a', '/a?x=&y='],
  ['absolute form with user-info', 'http://me:pw@h/a?x=1#f', '/a', 'http://h/a?x='],
  ['a query that is one secret', '/a?s3cret', '/a', '/a?'],
  ['authority form', 'h:443', 'h:443', 'h:443'],
])('target in %s', (_, target, path, bare) => {
  expect(pathOf(target)).toBe(path);
  expect(redacted(target)).toBe(bare);
});

test.each([['shop:80', 'shop:80'], ['me:pw@shop', 'shop'], ['', null], [null, null]])('host %s', (sent, host) => {
  expect(hostOf(sent)).toBe(host);
});
