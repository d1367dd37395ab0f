import { CustomVariableBuilder, DashboardBuilder, QueryVariableBuilder, TextBoxVariableBuilder, VariableRefresh, type Dashboard, type DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import * as nodegraph from '@grafana/grafana-foundation-sdk/nodegraph';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import { BOTTLENECKS, EDGES, ERRORS, HEATMAP, LOSS, NODES, P95, RATES, RUNS, SERVICES, SLOWEST, TENANTS, TOTALS, TRACE, type Query } from './queries.ts';

/** How a data source of Grafana is told a query. */
export interface Source {
  readonly name: 'questdb' | 'postgres';
  /** Type of the plugin. */
  readonly type: string;
  /** The data source's uid in the provisioning file. */
  readonly uid: string;
  readonly target: (query: Query) => Record<string, unknown>;
}

/** QuestDB's own data source; formats of its query model: 0 = time series, 1 = table. */
export const QUESTDB: Source = {
  name: 'questdb', type: 'questdb-questdb-datasource', uid: 'tapgraph-questdb',
  target: ({ sql, as }) => ({ queryType: 'sql', rawSql: sql, format: as === 'series' ? 0 : 1, selectedFormat: as === 'series' ? 0 : 1 }),
};

/** Grafana's PostgreSQL data source over QuestDB's Postgres wire. */
export const POSTGRES: Source = {
  name: 'postgres', type: 'grafana-postgresql-datasource', uid: 'tapgraph-postgres',
  target: ({ sql, as }) => ({ editorMode: 'code', rawQuery: true, rawSql: sql, format: as === 'series' ? 'time_series' : 'table' }),
};

const HALF = 12;
const WHOLE = 24;
/** Steps are whole seconds: QuestDB writes milliseconds with another letter than Grafana. */
const SHORTEST_STEP = '1s';
const SHARE = [{ id: 'unit', value: 'percentunit' }];
const GAUGE = [...SHARE, { id: 'max', value: 1 }, { id: 'custom.cellOptions', value: { type: 'gauge', mode: 'basic' } }];
const MILLISECONDS = [{ id: 'unit', value: 'ms' }];
const MICROSECONDS = [{ id: 'unit', value: 'µs' }];

/** The overview: what calls what, how often, how fast, where the time goes, the slowest requests, and what all of it rests on. */
export const overview = (source: Source): Dashboard => {
  const ref = { type: source.type, uid: source.uid };
  const target = (query: Query): Builder<Dataquery> => ({
    build: () => ({ refId: query.refId, datasource: ref, ...source.target(query) }) as unknown as Dataquery,
  });
  const lines = (title: string, query: Query, unit: string, description: string): timeseries.PanelBuilder =>
    new timeseries.PanelBuilder().title(title).description(description).datasource(ref).withTarget(target(query)).interval(SHORTEST_STEP)
      .unit(unit).min(0).displayName('${__field.labels.edge}').span(HALF).height(8);
  const rows = (title: string, query: Query, description: string, span: number, height: number): table.PanelBuilder =>
    new table.PanelBuilder().title(title).description(description).datasource(ref).withTarget(target(query)).span(span).height(height);
  const named = (panel: table.PanelBuilder, columns: Readonly<Record<string, DynamicConfigValue[]>>): table.PanelBuilder =>
    Object.entries(columns).reduce((on, [name, properties]) => on.overrideByName(name, properties), panel);

  const totals = new stat.PanelBuilder().title('In this window').description('Calls of all edges; error share, mean duration; how sure the causes are (confidence) and how much of the traffic the taps saw (coverage).')
    .datasource(ref).withTarget(target(TOTALS)).span(WHOLE).height(4)
    .overrideByName('error_share', SHARE).overrideByName('avg_us', MICROSECONDS).overrideByName('confidence', SHARE).overrideByName('coverage', SHARE);
  const graph = new nodegraph.PanelBuilder().title('Who calls whom').description('On a service: mean duration, calls/s, share of errors in red. On an edge: p95, calls.')
    .datasource(ref).withTarget(target(NODES)).withTarget(target(EDGES)).span(WHOLE).height(14)
    .nodes(new nodegraph.NodeOptionsBuilder().mainStatUnit('ms').secondaryStatUnit('reqps').arcs([
      new nodegraph.ArcOptionBuilder().field('arc__ok').color('green'), new nodegraph.ArcOptionBuilder().field('arc__errors').color('red')]))
    .edges(new nodegraph.EdgeOptionsBuilder().mainStatUnit('ms').secondaryStatUnit('short'));
  const latencies = new heatmap.PanelBuilder().title('Durations of the chosen services').description('Answered calls by step of time and duration; a row\'s name is its upper bound.')
    .datasource(ref).withTarget(target(HEATMAP)).interval(SHORTEST_STEP).span(HALF).height(8).calculate(false)
    .filterValues(new heatmap.FilterValueRangeBuilder().le(1e-9));
  const traceLink = { id: 'links', value: [{ title: 'Show this trace below', url: '/d/${__dashboard.uid}?${__url_time_range}&${tenant:queryparam}&${run:queryparam}&var-trace=${__value.raw}' }] };

  return new DashboardBuilder('tapgraph: overview').uid(`tapgraph-overview-${source.name}`)
    .description('Call graph, rates, errors and durations between services, worked out from packets. Times are capture times.')
    .tags(['tapgraph']).time({ from: 'now-1h', to: 'now' }).timezone('utc')
    .withVariable(new QueryVariableBuilder('tenant').datasource(ref).query(queryOf(source, TENANTS)).refresh(VariableRefresh.OnDashboardLoad).current({ text: 'default', value: 'default' }))
    .withVariable(new QueryVariableBuilder('service').label('called service').datasource(ref).query(queryOf(source, SERVICES)).refresh(VariableRefresh.OnTimeRangeChanged).multi(true).includeAll(true).current({ text: ['All'], value: ['$__all'] }))
    .withVariable(new QueryVariableBuilder('run').datasource(ref).query(queryOf(source, RUNS)).refresh(VariableRefresh.OnDashboardLoad).current({ text: 'live', value: 'live' }))
    .withVariable(new CustomVariableBuilder('min_confidence').label('least confidence').values('0.0,0.5,0.8,0.9,0.95').current({ text: '0.0', value: '0.0' }))
    .withVariable(new TextBoxVariableBuilder('trace').defaultValue(NO_TRACE).current({ text: NO_TRACE, value: NO_TRACE }))
    .withPanel(totals)
    .withPanel(graph)
    .withPanel(lines('Calls', RATES, 'reqps', 'Calls a second of each edge.'))
    .withPanel(lines('Errors', ERRORS, 'percentunit', 'Share of calls answered with 5xx, with a gRPC status above 0, or not at all.'))
    .withPanel(lines('p95', P95, 'ms', '95 % of the answered calls of a step took at most this long.'))
    .withPanel(latencies)
    .withPanel(named(rows('Where the time goes', BOTTLENECKS, 'Time that services spent themselves, not waiting for calls of their own.', WHOLE, 9),
      { self_share: GAUGE, self_ms: MILLISECONDS, p95_self_ms: MILLISECONDS, network_ms: MILLISECONDS, two_tap_share: SHARE }))
    .withPanel(named(rows('Slowest requests', SLOWEST, 'Click on a trace_id to see the trace below. min_probability is the least certain link of the trace.', WHOLE, 9),
      { trace_id: [traceLink], duration_ms: MILLISECONDS, min_probability: GAUGE, coverage: SHARE }))
    .withPanel(named(rows('The chosen trace', TRACE, 'In tree order; at_ms is the start after the root\'s.', WHOLE, 10),
      { at_ms: MILLISECONDS, ms: MILLISECONDS, self_ms: MILLISECONDS, network_ms: MILLISECONDS, probability: GAUGE }))
    .withPanel(rows('What the taps did not see', LOSS, 'Counters of the ingest workers that grew in this window.', WHOLE, 8))
    .build();
};

const NO_TRACE = '00000000-0000-0000-0000-000000000000';

const queryOf = (source: Source, sql: string): string | Record<string, unknown> =>
  (source.name === 'postgres' ? sql : { refId: 'A', queryType: 'sql', rawSql: sql, format: 1, selectedFormat: 1 });
