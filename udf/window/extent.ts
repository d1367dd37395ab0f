import type { InstanceWindow } from '../infer/algorithm.ts';
import type { Naming } from '../names/naming.ts';
import type { Merged } from '../source/merged.ts';
import { servedUntil } from '../served.ts';
import { windowsAt } from './instance.ts';

/** A stretch of the grid of packet time, and how far around it inference looks; all µs. */
export interface Extent {
  /** Calls sent from here … */
  readonly from: number;
  /** … up to here, without it, are the window's own. */
  readonly to: number;
  /** Farthest that the context reaches back: to the oldest exchange still open at `from`, if that is nearer. */
  readonly back: number;
  /** Calls and exchanges up to here compete for the same parents. */
  readonly ahead: number;
}

/**
 * What one address served and sent around a window: every exchange open within it whole, their earlier calls as far back as
 * the extent allows, and a little of what follows.
 */
export const windowsAround = (
  address: string, extent: Extent, served: Iterable<Merged>, sent: Iterable<Merged>, naming: Naming,
): readonly InstanceWindow[] => {
  const { from, back, ahead } = extent;
  const possible = [...served].filter(({ exchange, server }) => exchange.outcome !== 'orphan' && server.start < ahead);
  const oldest = possible.reduce((min, one) => (one.server.start < min && servedUntil(one.server) >= from ? one.server.start : min), from);
  const since = Math.max(back, oldest);
  return windowsAt(
    address,
    possible.filter((one) => servedUntil(one.server) >= since),
    [...sent].filter(({ client }) => client.start >= since && client.start < ahead),
    naming,
  );
};
