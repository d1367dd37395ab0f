/** What Grafana knows when it asks: the chosen time range (epoch ms), the step of the panel, and the values of the dashboard's variables. */
export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
  /** As Grafana writes it: `30s`, `5m`, `1h`. */
  readonly interval: string;
  readonly intervalMs: number;
  readonly variables: Readonly<Record<string, string | readonly string[]>>;
}

/** As Grafana's format `sqlstring`: quoted, quotes doubled, several by comma. */
const sqlString = (value: string | readonly string[]): string =>
  [value].flat().map((text) => `'${text.replaceAll("'", "''")}'`).join(',');

/**
 * A query as a data source of Grafana sends it to the database: variables and global macros put in as the browser does.
 * Serves tests, since Grafana itself is not at hand everywhere. Throws on a variable that nobody gave.
 */
export const expanded = (sql: string, range: Range): string => {
  const known: Record<string, string | readonly string[]> = {
    ...range.variables, __from: String(range.fromMs), __to: String(range.toMs), __interval: range.interval, __interval_ms: String(range.intervalMs),
  };
  return sql.replaceAll(/\$(?:\{(\w+)(?::(\w+))?\}|(\w+))/g, (all, braced: string | undefined, format: string | undefined, bare: string | undefined) => {
    const value = known[braced ?? bare ?? ''];
    if (value === undefined) throw new Error(`${all} in a query has no value: ${sql}`);
    if (format === 'sqlstring') return sqlString(value);
    if (format !== undefined) throw new Error(`${all} has a format that is not known here`);
    return [value].flat().join(',');
  });
};
