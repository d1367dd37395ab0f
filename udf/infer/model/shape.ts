import type { Grid } from './grid.ts';

/** What a call's lag is measured from: the parent's start, the latest end or start among its earlier calls, or those of one kind. */
export const START = 0;
export const LAST_END = 1;
export const LAST_START = 2;
export const endOf = (kind: number): number => 3 + 2 * kind;
export const startOf = (kind: number): number => 4 + 2 * kind;

/** Repeats of one kind under one parent that have delays of their own: first, second, later. */
export const ORDINALS = 3;

/** The delays of one (parent kind, call kind, ordinal). */
export interface Slot {
  readonly anchor: number;
  /** ln density of the lag behind the anchor, by bin. */
  readonly density: Float64Array;
  /** The same behind the parent's start, where the anchor has not happened. */
  readonly base: Float64Array;
  /** ln P(the call ends within its parent), and after it. */
  readonly within: number;
  readonly outlives: number;
}

/** How many calls of which kinds a parent kind makes. */
export interface Counts {
  /** ln P of a pattern by key; patterns not seen are added as they are asked for. */
  readonly patterns: Map<number, number>;
  /** ln P(n calls of kind k), at k × MAX_COUNT + min(n, MAX_COUNT - 1). */
  readonly each: Float64Array;
  /** ln of the share of patterns not seen before, per their independent probability. */
  readonly unseen: number;
  /** Sum over kinds of ln P(0 calls). */
  readonly none: number;
}
export const MAX_COUNT = 16;

/** The delay from the last anchor to the parent's end. */
export interface End {
  readonly anchor: number;
  readonly density: Float64Array;
  readonly base: Float64Array;
}

/** What is known of an instance. */
export interface Shape {
  readonly grid: Grid;
  readonly parentKinds: number;
  readonly callKinds: number;
  /** By (parent kind × callKinds + call kind) × ORDINALS + ordinal. */
  readonly slots: readonly Slot[];
  readonly ends: readonly End[];
  readonly counts: readonly Counts[];
  /** Cost in nats of a call that overtakes an earlier parent's same call, by parent kind; 0 = they may. */
  readonly queue: Float64Array;
  /** ln of the rate per µs at which calls of a kind appear without a parent. */
  readonly orphan: Float64Array;
}

/** Key contribution of one call of a kind to its parent's pattern. */
export const patternKey = (kind: number): number => Math.imul(kind + 1, 0x9e3779b1) & 0x3fffffff;
