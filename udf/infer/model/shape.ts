import type { Grid } from './grid.ts';
import type { Order } from './order.ts';

/** What a call's lag is measured from: the parent's start, the latest end or start among its earlier calls, or those of one kind. */
export const START = 0;
export const LAST_END = 1;
export const LAST_START = 2;
export const endOf = (kind: number): number => 3 + 2 * kind;
export const startOf = (kind: number): number => 4 + 2 * kind;

/** Repeats of one kind under one parent that have delays of their own: first, second, later. */
export const ORDINALS = 3;

/** The delays of one kind of call at one place in the order. */
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

/** The delay from the last anchor to the parent's end. */
export interface End {
  readonly anchor: number;
  readonly density: Float64Array;
  readonly base: Float64Array;
}

/** Kinds of call that go through a pool that is always full, and who is next: whose last call has left longest ago, or who came first. */
export interface Pools {
  readonly kinds: readonly number[];
  readonly next: 'by turns' | 'first come';
}

/** What is known of an instance. */
export interface Shape {
  readonly grid: Grid;
  readonly parentKinds: number;
  readonly callKinds: number;
  /** By `slotAt`. */
  readonly slots: readonly Slot[];
  readonly ends: readonly End[];
  /** By parent kind. */
  readonly orders: readonly Order[];
  /** Cost in nats of a call that overtakes an earlier parent's same call, by parent kind; 0 = they may. */
  readonly queue: Float64Array;
  readonly pools: Pools;
  /** ln of the rate per µs at which calls of a kind appear without a parent. */
  readonly orphan: Float64Array;
}

/** Index of a slot; `before` is the kind of the call sent before it, -1 = none. */
export const slotAt = (callKinds: number, parentKind: number, callKind: number, ordinal: number, before: number): number =>
  (((parentKind * callKinds + callKind) * ORDINALS + (ordinal < ORDINALS ? ordinal : ORDINALS - 1)) * (callKinds + 1)) + before + 1;
