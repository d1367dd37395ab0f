/**
 * What a names file says of a listening port; `port` null asks for the address as a whole. The most specific line wins:
 * address and port, then address, then the longest network. null = no line says it.
 */
export interface Names {
  serviceOf(ip: string, port: number | null): string | null;
  tenantOf(ip: string, port: number | null): string | null;
}

interface NameEntry {
  readonly service: string;
  readonly tenant: string | null;
}

interface Network {
  readonly base: bigint;
  readonly prefix: number;
  readonly bits: 32 | 128;
  readonly entry: NameEntry;
}

/** A line of a names file that cannot be read; the message holds file, line, what was found and what belongs there. */
export class NamesError extends Error {
  override readonly name = 'NamesError';
  readonly file: string;
  readonly line: number;

  constructor(file: string, line: number, found: string) {
    super(`${file}:${line}: ${found}; write ADDRESS SERVICE, NETWORK/BITS SERVICE or ADDRESS:PORT SERVICE, then optionally tenant=NAME`);
    this.file = file;
    this.line = line;
  }
}

export const NO_NAMES: Names = { serviceOf: () => null, tenantOf: () => null };

/** Answers kept, so that an address is parsed once; all are dropped at the bound. */
const MOST_KEPT = 65_536;

interface Address {
  readonly value: bigint;
  readonly bits: 32 | 128;
}

const parseIpv4 = (text: string): bigint | null => {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return null;
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n);
};

const parseIpv6 = (text: string): bigint | null => {
  let rest = text;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(rest);
  if (dotted) {
    const v4 = parseIpv4(dotted[2] ?? '');
    if (v4 === null) return null;
    rest = `${dotted[1]}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
  }
  const halves = rest.split('::');
  if (!rest.includes(':') || halves.length > 2) return null;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const written = groups.flat();
  if (!written.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  if (halves.length === 2 ? written.length > 7 : written.length !== 8) return null;
  const filled = halves.length === 2
    ? [...groups[0] ?? [], ...Array.from({ length: 8 - written.length }, () => '0'), ...groups[1] ?? []]
    : written;
  return filled.reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n);
};

const MAPPED = 0xffffn << 32n;

const parseAddress = (text: string): Address | null => {
  const v4 = parseIpv4(text);
  if (v4 !== null) return { value: v4, bits: 32 };
  const v6 = parseIpv6(text);
  if (v6 === null) return null;
  return (v6 >> 32n << 32n) === MAPPED ? { value: v6 & 0xffffffffn, bits: 32 } : { value: v6, bits: 128 };
};

const keyOf = ({ value, bits }: Address): string => `${bits}/${value.toString(16)}`;

/** Whether a text is an IPv4 or IPv6 address, with or without brackets. */
export const isAddress = (text: string): boolean => parseAddress(text.replace(/^\[(.*)\]$/, '$1')) !== null;

type Fail = (found: string) => never;

const parseEntry = (words: readonly string[], fail: Fail): NameEntry => {
  const [service, ...settings] = words;
  if (service === undefined) return fail('a service name is missing');
  let tenant: string | null = null;
  for (const setting of settings) {
    const value = /^tenant=(\S+)$/.exec(setting)?.[1];
    if (value === undefined) return fail(`"${setting}" is not understood`);
    tenant = value;
  }
  return { service, tenant };
};

const parseNetwork = (text: string, prefix: number, entry: NameEntry, fail: Fail): Network => {
  const { value, bits } = parseAddress(text) ?? fail(`"${text}" is not an address`);
  if (prefix > bits) fail(`/${prefix} is longer than an address of ${bits} bits`);
  return { base: value >> BigInt(bits - prefix), prefix, bits, entry };
};

/** The key of an address, or of an address with a port. */
const parseKey = (text: string, fail: Fail): string => {
  const whole = parseAddress(text);
  if (whole !== null) return keyOf(whole);
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const address = parseAddress(bracketed ?? plain ?? '') ?? fail(`"${text}" is not an address, a network or an address with a port`);
  if (Number(port) > 65_535) fail(`port ${port} is above 65535`);
  return `${keyOf(address)}:${Number(port)}`;
};

const lookup = (exact: ReadonlyMap<string, NameEntry>, networks: readonly Network[]) => {
  const kept = new Map<string, NameEntry | null>();
  const find = (ip: string, port: number | null): NameEntry | null => {
    const address = parseAddress(ip);
    if (address === null) return null;
    const key = keyOf(address);
    const network = networks.find(({ base, prefix, bits }) => bits === address.bits && address.value >> BigInt(bits - prefix) === base);
    return exact.get(`${key}:${port}`) ?? exact.get(key) ?? network?.entry ?? null;
  };
  return (ip: string, port: number | null): NameEntry | null => {
    const question = `${ip} ${port}`;
    const known = kept.get(question);
    if (known !== undefined) return known;
    if (kept.size >= MOST_KEPT) kept.clear();
    const answer = find(ip, port);
    kept.set(question, answer);
    return answer;
  };
};

/** Reads a names file's text; `#` starts a comment, a later line overrules an equal one. Throws `NamesError` at the first line that cannot be read. */
export const parseNames = (text: string, file: string): Names => {
  const exact = new Map<string, NameEntry>();
  const networks: Network[] = [];
  text.split(/\r?\n/).forEach((raw, index) => {
    const [what = '', ...words] = raw.replace(/(^|\s)#.*$/, '').trim().split(/\s+/);
    if (what === '') return;
    const fail = (found: string): never => { throw new NamesError(file, index + 1, found); };
    const entry = parseEntry(words, fail);
    const [, network, prefix] = /^(.*)\/(\d+)$/.exec(what) ?? [];
    if (network === undefined) exact.set(parseKey(what, fail), entry);
    else networks.unshift(parseNetwork(network, Number(prefix), entry, fail));
  });
  const entryOf = lookup(exact, networks.toSorted((a, b) => b.prefix - a.prefix));
  return {
    serviceOf: (ip, port) => entryOf(ip, port)?.service ?? null,
    tenantOf: (ip, port) => entryOf(ip, port)?.tenant ?? null,
  };
};
