export interface Point { readonly x: number; readonly y: number }

const STEPS = 14;

/** A polyline of cubic Bézier curves through all points, level in each of them, so that a label on a point sits on its line. */
export const levelCurve = (points: readonly Point[]): readonly Point[] => {
  const curve: Point[] = points.slice(0, 1);
  for (let i = 1; i < points.length; i += 1) {
    const [from, to] = [points[i - 1], points[i]];
    if (from === undefined || to === undefined) break;
    const middle = (from.x + to.x) / 2;
    for (let step = 1; step <= STEPS; step += 1) {
      const t = step / STEPS;
      const u = 1 - t;
      curve.push({
        x: u ** 3 * from.x + 3 * u * t * middle + t ** 3 * to.x,
        y: (u ** 3 + 3 * u * u * t) * from.y + (3 * u * t * t + t ** 3) * to.y,
      });
    }
  }
  return curve;
};
