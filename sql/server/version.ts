/** The QuestDB that is fetched, and the oldest that the SQL is tried on. */
export const OLDEST_TRIED = '9.3.4';

/** Whether one dotted version comes before another, compared number by number. */
export const olderThan = (version: string, than: string): boolean => {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number)) as [number[], number[]];
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
};
