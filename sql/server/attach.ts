import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import type { Database, PgAddress } from '../database.ts';
import { isClientSettings, readClientSettings, type ClientSettings } from '../write/client-settings.ts';
import { SetupError } from './setup-error.ts';
import { OLDEST_TRIED, olderThan } from './version.ts';

/** What a URL cannot say about a running QuestDB. */
export interface AttachOptions {
  /** Port of the PostgreSQL wire; default 8812. */
  readonly pgPort?: number;
  /** Defaults: `QDB_PG_USER`/`QDB_PG_PASSWORD`, else QuestDB's own admin/quest. */
  readonly pgUser?: string;
  readonly pgPassword?: string;
  /** Login that can only read; defaults: `QDB_PG_READONLY_USER`/`QDB_PG_READONLY_PASSWORD`, else QuestDB's own user/quest, else the admin's. */
  readonly analystUser?: string;
  readonly analystPassword?: string;
  /** Told of what works but could be better: a server older than those tried, no read-only user. */
  readonly warn?: (line: string) => void;
}

const HTTP_MS = 10_000;
const CONNECT_MS = 10_000;

/** For a message: what was typed, without what may be a password (all between the scheme and the last @, and settings of the client). */
const withoutLogin = (text: string): string => {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0] ?? '';
  const rest = text.slice(scheme.length);
  const host = rest.includes('@') ? `…${rest.slice(rest.lastIndexOf('@'))}` : rest;
  return `${scheme}${host.replace(/[?;#].*$|\b(?:password|token|username)=.*$/is, '…')}`;
};

const parseUrl = (text: string): URL => {
  const address = text.includes('://') ? text : `http://${text}`;
  // Not by catching: the error of URL holds the text, and with it the password.
  if (!URL.canParse(address)) {
    throw new SetupError(`${JSON.stringify(withoutLogin(text))} is not the address of a QuestDB`, 'write it like http://127.0.0.1:9000, http://user:password@host:9000 or http::addr=host:9000;username=user;password=password;');
  }
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new SetupError(`${JSON.stringify(withoutLogin(text))} starts with ${url.protocol}//`, 'give the address of the HTTP port, like http://127.0.0.1:9000; --pg-port names the other one');
  }
  return url;
};

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error && error.cause.message !== '') return error.cause.message;
  return error.message === '' && 'code' in error ? String(error.code) : error.message;
};

/** Of a URL. */
const settingsOf = (text: string): ClientSettings => {
  const { protocol, host, username, password } = parseUrl(text);
  return {
    http: `${protocol}//${host}`, user: username === '' ? null : decodeURIComponent(username), password: password === '' ? null : decodeURIComponent(password),
    token: null, verify: true, ca: null, rest: '',
  };
};

const ask = async (http: string, path: string, headers: Readonly<Record<string, string>>, { verify, ca }: ClientSettings): Promise<{ readonly status: number; text(): Promise<string> }> => {
  try {
    const init = { headers, signal: AbortSignal.timeout(HTTP_MS) };
    if (verify && ca === null) return await fetch(`${http}${path}`, init);
    const undici = await import('undici');
    return await undici.fetch(`${http}${path}`, { ...init, dispatcher: new undici.Agent({ connect: { rejectUnauthorized: verify, ...(ca !== null && { ca: readFileSync(ca) }) } }) });
  } catch (error) {
    throw new SetupError(`no QuestDB answers at ${http} (${reasonOf(error)})`, 'start it, or correct the address', { cause: error });
  }
};

const canLogIn = async (address: PgAddress): Promise<unknown> => {
  const client = new Client({ ...address, connectionTimeoutMillis: CONNECT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return null;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => undefined);
  }
};

/**
 * Reaches a QuestDB that somebody else runs, by `http://[user:password@]host:port` or by a configuration string of QuestDB's clients,
 * `http::addr=host:port;username=…;password=…;`; tries both logins before it returns.
 * Throws `SetupError` where it does not answer, refuses the login, or lacks what tapgraph needs.
 */
export const attachDatabase = async (address: string, options: AttachOptions = {}): Promise<Database> => {
  const { env } = process;
  const settings = isClientSettings(address) ? await readClientSettings(address) : settingsOf(address);
  const { http, token } = settings;
  const httpUser = settings.user ?? (token === null ? env['QDB_HTTP_USER'] ?? null : null);
  const httpPassword = settings.password ?? (token === null ? env['QDB_HTTP_PASSWORD'] ?? null : null);
  const login: Record<string, string> = token !== null ? { authorization: `Bearer ${token}` } : httpUser === null ? {}
    : { authorization: `Basic ${Buffer.from(`${httpUser}:${httpPassword ?? ''}`).toString('base64')}` };

  const probe = await ask(http, `/exec?query=${encodeURIComponent('SELECT build')}`, login, settings);
  if (probe.status === 401 || probe.status === 403) {
    throw new SetupError(`QuestDB at ${http} refuses ${httpUser === null ? 'to answer without a login' : `the login of ${httpUser}`}`,
      'write user and password into the address, http://user:password@host:9000 or http::addr=host:9000;username=user;password=password;, or set QDB_HTTP_USER and QDB_HTTP_PASSWORD');
  }
  const body = await probe.text();
  const version = /QuestDB[^0-9]*(\d+\.\d+(?:\.\d+)?)/.exec(body)?.[1];
  if (version === undefined) throw new SetupError(`what answers at ${http} is not a QuestDB`, 'give the address of its HTTP port, usually 9000');
  if (olderThan(version, OLDEST_TRIED)) {
    options.warn?.(`QuestDB ${version} at ${http} is older than ${OLDEST_TRIED}, the oldest that tapgraph is tried with; expect views that fail`);
  }

  const pgBase = { host: new URL(http).hostname.replace(/^\[(.*)\]$/, '$1'), port: options.pgPort ?? Number(env['QDB_PG_PORT'] ?? 8812), database: 'qdb' };
  const admin = { ...pgBase, user: options.pgUser ?? env['QDB_PG_USER'] ?? 'admin', password: options.pgPassword ?? env['QDB_PG_PASSWORD'] ?? 'quest' };
  const failed = await canLogIn(admin);
  if (failed !== null) {
    throw new SetupError(`the PostgreSQL port ${pgBase.host}:${pgBase.port} of QuestDB cannot be used as ${admin.user} (${reasonOf(failed)})`,
      'name port and login with QDB_PG_PORT, QDB_PG_USER and QDB_PG_PASSWORD', { cause: failed });
  }
  const analyst = {
    ...pgBase,
    user: options.analystUser ?? env['QDB_PG_READONLY_USER'] ?? 'user',
    password: options.analystPassword ?? env['QDB_PG_READONLY_PASSWORD'] ?? 'quest',
  };
  const reached = { http, httpUser, httpPassword, ...(settings.rest !== '' && { client: settings.rest }), admin };
  if (await canLogIn(analyst) === null) return { ...reached, analyst };
  options.warn?.(`QuestDB at ${http} has no read-only user that can log in; analysts would share the admin's. Set QDB_PG_READONLY_USER_ENABLED=true on the server`);
  return { ...reached, analyst: admin };
};
