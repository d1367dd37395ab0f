import { captureReader } from '../../../ingest/capture/reader.ts';
import { counters } from '../../../sql/counters.ts';

export interface Seen {
  readonly packets: readonly string[];
  readonly watermarks: readonly number[];
  readonly counted: Readonly<Record<string, number>>;
  readonly error: unknown;
}

/** What the reader makes of `pieces`: each packet as one line. */
export const collect = (pieces: readonly Uint8Array[]): Seen => {
  const packets: string[] = [];
  const watermarks: number[] = [];
  const tally = counters();
  const reader = captureReader({
    push: (p) => { packets.push(`${p.ordinal} ${p.ts} link ${p.linkType} wire ${p.wireBytes} ${Buffer.from(p.bytes.subarray(p.at, p.end)).toString('hex')}`); },
    advance: (watermark) => { watermarks.push(watermark); },
    close: () => { packets.push('closed'); },
  }, tally.count);
  let error: unknown = null;
  for (const piece of pieces) {
    try { reader.push(piece); } catch (thrown) { error ??= thrown; }
  }
  reader.close();
  reader.close();
  return { packets, watermarks, counted: tally.snapshot(), error };
};

/** `bytes` cut after each of `cuts`, in buffers of their own, as a stream would hand them over. */
export const cutAt = (bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] => {
  const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, n) => bytes.slice(edges[n], edge));
};
