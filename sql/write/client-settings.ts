import { resolve } from 'node:path';
import { SetupError } from '../server/setup-error.ts';

/** Where a configuration string of the official clients leads. */
export interface ClientSettings {
  readonly http: string;
  readonly user: string | null;
  readonly password: string | null;
  /** Stands for user and password. */
  readonly token: string | null;
  /** TLS: false = any certificate is taken. */
  readonly verify: boolean;
  /** TLS: PEM file of the authority that signed the server's certificate. */
  readonly ca: string | null;
  /** The settings of the string that a URL with a login cannot say, again as such a string. */
  readonly rest: string;
}

/** `http::addr=…` is one, `http://…` is not. */
export const isClientSettings = (text: string): boolean => /^\w+::(?!\/)/.test(text);

/** Reads `http::addr=HOST:PORT;username=…;password=…;`, as every client of QuestDB takes it. Throws `SetupError`. */
export const readClientSettings = async (text: string): Promise<ClientSettings> => {
  const { SenderOptions } = await import('@questdb/nodejs-client');
  const { protocol, host, port, username, password, token, tls_verify: verify, tls_ca: ca, request_timeout: timeout, request_min_throughput: throughput } = parsed(() => new SenderOptions(text));
  if (protocol !== 'http' && protocol !== 'https') {
    throw new SetupError(`the configuration string starts with ${protocol}::`, 'rows go over HTTP, where the server says what became of them: write it like http::addr=127.0.0.1:9000;');
  }
  // The others are about the client's own buffer and its retries, which are not used.
  const rest: Readonly<Record<string, string | number | undefined>> = {
    token, tls_verify: verify === false ? 'unsafe_off' : undefined, tls_ca: ca === undefined ? undefined : resolve(String(ca)),
    request_timeout: timeout, request_min_throughput: throughput,
  };
  return {
    http: `${protocol}://${String(host)}:${port}`, user: username ?? null, password: password ?? null, token: token ?? null,
    verify: verify ?? true, ca: ca === undefined ? null : resolve(String(ca)),
    rest: Object.entries(rest).map(([key, value]) => (value === undefined ? '' : `${key}=${String(value).replaceAll(';', ';;')};`)).join(''),
  };
};

const parsed = <T>(parse: () => T): T => {
  try {
    return parse();
  } catch (error) {
    // What it found may be a part of the password.
    const found = error instanceof Error ? error.message.replace(/(sign in|not allowed:) '.*'$/s, '$1 one of its values') : String(error);
    throw new SetupError(`the configuration string cannot be read: ${found}`, 'write it like http::addr=127.0.0.1:9000;username=admin;password=…; a semicolon within a value is written twice');
  }
};
