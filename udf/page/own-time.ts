import type { TraceSpanRow } from '../graph/reader.ts';

/** When a span waited for none of its calls, in µs after its start; calls that were not answered were waited for to its end. */
export const ownStretches = (span: TraceSpanRow, duration: number, spans: readonly TraceSpanRow[]): readonly { readonly from: number; readonly to: number }[] => {
  const calls = spans.filter(({ parent_id: parent }) => parent === span.span_id).toSorted((a, b) => a.ts - b.ts);
  const stretches: { from: number; to: number }[] = [];
  let at = 0;
  for (const { ts, duration_us: us } of calls) {
    const from = Math.min(duration, ts - span.ts);
    if (from > at) stretches.push({ from: at, to: from });
    at = Math.max(at, us === null ? duration : from + us);
  }
  if (at < duration) stretches.push({ from: at, to: duration });
  return stretches;
};
