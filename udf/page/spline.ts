export interface Point { readonly x: number; readonly y: number }

const STEPS = 8;

/** A uniform cubic B-spline clamped to the first and last point, as a polyline; two points stay a straight line. */
export const spline = (points: readonly Point[]): readonly Point[] => {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 3) return points;
  // Repeating the ends thrice makes the curve start and end in them.
  const control = [first, first, ...points, last, last];
  const curve: Point[] = [first];
  for (let i = 0; i + 3 < control.length; i += 1) {
    const [a, b, c, d] = control.slice(i, i + 4);
    if (a === undefined || b === undefined || c === undefined || d === undefined) break;
    for (let step = 1; step <= STEPS; step += 1) {
      const t = step / STEPS;
      const u = 1 - t;
      const at = (k: 'x' | 'y'): number =>
        (u ** 3 * a[k] + (3 * t ** 3 - 6 * t ** 2 + 4) * b[k] + (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) * c[k] + t ** 3 * d[k]) / 6;
      curve.push({ x: at('x'), y: at('y') });
    }
  }
  return curve;
};
