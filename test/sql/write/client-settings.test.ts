import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SetupError } from '../../../sql/server/setup-error.ts';
import { isClientSettings, readClientSettings } from '../../../sql/write/client-settings.ts';

const PLAIN = { user: null, password: null, token: null, verify: true, ca: null, rest: '' };

describe('configuration strings of the official clients', () => {
  test.each<[situation: string, text: string, read: object]>([
    ['an address', 'http::addr=localhost:9009;', { ...PLAIN, http: 'http://localhost:9009' }],
    ['no port', 'http::addr=db.example', { ...PLAIN, http: 'http://db.example:9000' }],
    ['a login with a semicolon and an equals sign', 'http::addr=h:1;username=a=b;password=c;;d;', { ...PLAIN, http: 'http://h:1', user: 'a=b', password: 'c;d' }],
    ['a token over TLS', 'https::addr=h:1;token=a;;b;', { ...PLAIN, http: 'https://h:1', token: 'a;b', rest: 'token=a;;b;' }],
    ['TLS that is not verified', 'https::addr=h:1;tls_verify=unsafe_off;', { ...PLAIN, http: 'https://h:1', verify: false, rest: 'tls_verify=unsafe_off;' }],
    ['an authority, whose file is found from everywhere', 'https::addr=h:1;tls_ca=ca.pem;', { ...PLAIN, http: 'https://h:1', ca: resolve('ca.pem'), rest: `tls_ca=${resolve('ca.pem')};` }],
    ['times, and settings that do not count here', 'http::addr=h:1;request_timeout=5;request_min_throughput=7;auto_flush_rows=9;retry_timeout=8;',
      { ...PLAIN, http: 'http://h:1', rest: 'request_timeout=5;request_min_throughput=7;' }],
  ])('%s', async (_, text, read) => {
    expect(isClientSettings(text)).toBe(true);
    expect(await readClientSettings(text)).toEqual(read);
  });

  test.each(['http://127.0.0.1:9000', 'https://u:p@host', '127.0.0.1:9000', 'http://[::1]:9000', '[::1]:9000', 'localhost'])('%s is none', (text) => {
    expect(isClientSettings(text)).toBe(false);
  });

  test.each<[situation: string, text: string, said: RegExp]>([
    ['another protocol', 'tcp::addr=h:9009;', /starts with tcp::/],
    ['a protocol that is none', 'ftp::addr=h:9009;', /Invalid protocol: 'ftp'/],
    ['no address', 'http::username=a;', /'addr' is required/],
    ['a setting that is none', 'http::addr=h;adress=h;', /Unknown configuration key: 'adress'/],
    ['a port that is none', 'http::addr=h:nine;', /Invalid port: 'nine'/],
    ['a semicolon in a password written once', 'http::addr=h;username=u;password=se;cret;', /Missing '=' sign in one of its values$/],
    ['a line feed in a password', 'http::addr=h;username=u;password=se\ncret;', /control characters are not allowed: one of its values$/],
  ])('refused, and nothing of a password said: %s', async (_, text, said) => {
    const error = await readClientSettings(text).then(() => null, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(SetupError);
    expect((error as SetupError).message).toMatch(said);
    expect((error as SetupError).message).not.toMatch(/cret/);
  });
});
