/** Which calls each parent has now, ordered by start, and whose each call is (-1 = nobody's). */
export interface State {
  readonly owner: Int32Array;
  readonly lists: readonly (readonly number[])[];
}

/** Walks among assignments. */
export interface Sampler {
  readonly state: State;
  /** ln likelihood of each parent with its calls. */
  readonly value: Float64Array;
  /** Marks where each call would go at a temperature, without moving any; `open` becomes 1 where that is not settled. */
  look(temperature: number, marks: Float64Array, open: Uint8Array): void;
  /** Lets the open calls (null = all) choose anew, one after the other, at a temperature (0 = the best); returns how many moved. */
  sweep(temperature: number, open: Uint8Array | null, marks: Float64Array | null): number;
  /** Goes to an assignment. */
  goTo(owners: Int32Array): void;
  /** What a call could do instead of staying, the best for each place; the first is to stay. */
  choices(c: number): readonly Choice[];
}

/** A place that a call could have. */
export interface Choice {
  /** A parent; -1 = nobody's. */
  readonly place: number;
  /** Nats that everything would gain against staying. */
  readonly gain: number;
  /** The calls that the parent would then have. */
  readonly calls: ArrayLike<number>;
}
