const US_PER_MS = 1_000;
const US_PER_S = 1_000_000;

/** Three significant digits, without a tail of zeros. */
const brief = (n: number): string => String(Number(n.toPrecision(3)));

/** A latency for people: `870 µs`, `12.4 ms`, `3.1 s`; `–` where there is none. */
export const latency = (us: number | null): string => {
  if (us === null) return '–';
  if (us < US_PER_MS) return `${Math.round(us)} µs`;
  if (us < US_PER_S) return `${brief(us / US_PER_MS)} ms`;
  if (us < 100 * US_PER_S) return `${brief(us / US_PER_S)} s`;
  return `${brief(us / (60 * US_PER_S))} min`;
};

/** A count in at most five characters: `987`, `12.4k`, `3.1M`. */
export const count = (n: number): string => {
  if (n < 1_000) return String(Math.round(n));
  if (n < 999_500) return `${brief(n / 1_000)}k`;
  if (n < 999_500_000) return `${brief(n / 1_000_000)}M`;
  return `${brief(n / 1_000_000_000)}G`;
};

/** Calls a second, a minute or an hour, whichever reads as a number of at least one. */
export const rate = (perSecond: number): string => {
  if (perSecond === 0) return '0/s';
  if (perSecond >= 1) return `${perSecond < 1_000 ? brief(perSecond) : count(perSecond)}/s`;
  if (perSecond * 60 >= 1) return `${brief(perSecond * 60)}/min`;
  return `${brief(perSecond * 3_600)}/h`;
};

/** A share of one as per cent; never shows 0 % or 100 % for what is not exactly that. */
export const share = (of1: number): string => {
  if (of1 === 0 || of1 === 1) return `${of1 * 100} %`;
  const percent = of1 * 100;
  if (percent < 0.1) return '< 0.1 %';
  if (percent > 99.9) return '> 99.9 %';
  return `${percent >= 99 || percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
};

/** `2026-11-23 10:00:00`, UTC. */
export const moment = (us: number): string => new Date(us / US_PER_MS).toISOString().slice(0, 19).replace('T', ' ');

/** `10:00:00.123`, UTC. */
export const clock = (us: number): string => new Date(us / US_PER_MS).toISOString().slice(11, 23);

/** A length of time in its two largest units: `1 h 30 min`, `45 s`, `120 ms`. */
export const span = (us: number): string => {
  if (us < US_PER_S) return latency(us);
  const units = [['d', 86_400], ['h', 3_600], ['min', 60], ['s', 1]] as const;
  let rest = Math.round(us / US_PER_S);
  const parts: string[] = [];
  for (const [name, size] of units) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n > 0) parts.push(`${n} ${name}`);
  }
  return parts.slice(0, 2).join(' ');
};

/** What says how a call ended: gRPC answers a failed one with 200 and its own status. */
interface Ended {
  readonly status: number;
  readonly grpc_status: number | null;
}

export const failed = ({ status, grpc_status: grpc }: Ended): boolean => status === 0 || status >= 500 || (grpc ?? 0) > 0;
export const statusText = ({ status, grpc_status: grpc }: Ended): string =>
  (status === 0 ? 'no answer' : (grpc ?? 0) > 0 ? `${status}, gRPC ${grpc}` : String(status));
