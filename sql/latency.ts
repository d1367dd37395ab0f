const SUB_BUCKETS = 16;

/**
 * Inclusive upper bound (µs) of the log-linear bucket that holds a latency: exact below 16 µs, then 16 buckets an octave,
 * so at most 6.25 % above the value. Negative latencies (clock steps) count as 0.
 */
export const latencyBucket = (us: number): number => {
  const v = us < 0 ? 0 : Math.floor(us);
  if (v < SUB_BUCKETS) return v;
  const width = v < 2 ** 31 ? 1 << (27 - Math.clz32(v)) : 2 ** (Math.floor(Math.log2(v)) - 4);
  return Math.floor(v / width) * width + width - 1;
};
