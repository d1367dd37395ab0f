/** Tokens kept of one side of an exchange; more were measured to add nothing. */
export const MOST_TOKENS = 32;

/** The values that one side of an exchange carried, as salted hashes that only equality can be asked of; in wire order. */
export interface Tokens {
  /** Where each value stood: a body field's path, a query's key, a place in the path, a header; 32 bits of hash. */
  readonly fields: Uint32Array;
  /** What stood there, `fields[i]` says where `values[i]` did; 53 bits of hash, an integer. */
  readonly values: Float64Array;
}

/** Values that flow: what an exchange's request and its response carried. */
export interface ExchangeTokens {
  readonly request: Tokens;
  readonly response: Tokens;
  /** Hash of what the body says the operation is, as a GraphQL query's text; part of the operation's name. 0 = nothing. */
  readonly kind: number;
}
