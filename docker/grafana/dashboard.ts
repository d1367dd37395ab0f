import { AnnotationQueryBuilder, CustomVariableBuilder, DashboardBuilder, QueryVariableBuilder, TextBoxVariableBuilder, VariableRefresh, type Dashboard, type DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import * as nodegraph from '@grafana/grafana-foundation-sdk/nodegraph';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import {
  BOTTLENECKS, BROKEN, CHANGES, EDGES, ERRORS, FAILURES, GRPC, HEATMAP, LOSS, MARKS, NODES, P95, RATES, RUNS, SERVICES, SLOWEST, TENANTS, TOTALS, TRACE,
  type Query,
} from './queries.ts';

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
const PER_SECOND = [{ id: 'unit', value: 'reqps' }];
/** Values from which a figure is shown in another colour, the first from the least. */
const colored = (...steps: readonly (readonly [from: number | null, color: string])[]): DynamicConfigValue =>
  ({ id: 'thresholds', value: { mode: 'absolute', steps: steps.map(([value, color]) => ({ value, color })) } });
const ERROR_SHARE = [...SHARE, colored([null, 'green'], [0.01, 'orange'], [0.05, 'red'])];
const SURE = [...SHARE, colored([null, 'red'], [0.5, 'orange'], [0.8, 'green'])];
const SEEN = [...SHARE, colored([null, 'red'], [0.9, 'orange'], [0.99, 'green'])];
const NEUTRAL = colored([null, 'text']);
/** A table's cell in the colour of its value. */
const LETTERS = { id: 'custom.cellOptions', value: { type: 'color-text' } };
/** A word in the colour of what it means. */
const words = (colors: Readonly<Record<string, string>>): DynamicConfigValue[] =>
  [{ id: 'mappings', value: [{ type: 'value', options: Object.fromEntries(Object.entries(colors).map(([word, color]) => [word, { color }])) }] }, LETTERS];

/** The overview, as an incident goes: is it bad, what changed, what fails, since when, whom does it pass through, where does the time go, one request, and what all of it rests on. */
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

  const totals = new stat.PanelBuilder().title('In this window').description('Calls of all edges; their mean duration, and the p95 of the slowest edge; how sure the causes are (confidence) and how much of the traffic the taps saw (coverage).')
    .datasource(ref).withTarget(target(TOTALS)).span(WHOLE).height(4)
    .overrideByName('calls', [NEUTRAL]).overrideByName('calls_per_s', [...PER_SECOND, NEUTRAL]).overrideByName('errors', [NEUTRAL]).overrideByName('error_share', ERROR_SHARE)
    .overrideByName('avg_ms', [...MILLISECONDS, NEUTRAL]).overrideByName('slowest_p95_ms', [...MILLISECONDS, NEUTRAL]).overrideByName('confidence', SURE).overrideByName('coverage', SEEN);
  const graph = new nodegraph.PanelBuilder().title('Who calls whom').description('On a service: mean duration, calls/s, share of errors in red. On an edge: p95, calls.')
    .datasource(ref).withTarget(target(NODES)).withTarget(target(EDGES)).span(WHOLE).height(14)
    .nodes(new nodegraph.NodeOptionsBuilder().mainStatUnit('ms').secondaryStatUnit('reqps').arcs([
      new nodegraph.ArcOptionBuilder().field('arc__ok').color('green'), new nodegraph.ArcOptionBuilder().field('arc__errors').color('red')]))
    .edges(new nodegraph.EdgeOptionsBuilder().mainStatUnit('ms').secondaryStatUnit('short'));
  const latencies = new heatmap.PanelBuilder().title('Durations of the chosen services').description('Answered calls by step of time and duration; a row\'s name is its upper bound.')
    .datasource(ref).withTarget(target(HEATMAP)).interval(SHORTEST_STEP).span(HALF).height(8).calculate(false)
    .filterValues(new heatmap.FilterValueRangeBuilder().le(1e-9));
  const traceLink = { id: 'links', value: [{ title: 'Show this trace below', url: '/d/${__dashboard.uid}?${__url_time_range}&${tenant:queryparam}&${run:queryparam}&var-trace=${__value.raw}' }] };
  const times = Object.fromEntries(['avg_ms_before', 'avg_ms', 'p95_ms_before', 'p95_ms'].map((name) => [name, MILLISECONDS]));

  return new DashboardBuilder('tapgraph: overview').uid(`tapgraph-overview-${source.name}`)
    .description('Call graph, rates, errors and durations between services, worked out from packets. Times are capture times.')
    .tags(['tapgraph']).time({ from: 'now-1h', to: 'now' }).timezone('utc')
    .withVariable(new QueryVariableBuilder('tenant').datasource(ref).query(queryOf(source, TENANTS)).refresh(VariableRefresh.OnDashboardLoad).current({ text: 'default', value: 'default' }))
    .withVariable(new QueryVariableBuilder('service').label('called service').datasource(ref).query(queryOf(source, SERVICES)).refresh(VariableRefresh.OnTimeRangeChanged).multi(true).includeAll(true).current({ text: ['All'], value: ['$__all'] }))
    .withVariable(new QueryVariableBuilder('run').datasource(ref).query(queryOf(source, RUNS)).refresh(VariableRefresh.OnDashboardLoad).current({ text: 'live', value: 'live' }))
    .withVariable(new CustomVariableBuilder('min_confidence').label('least confidence').values('0.0,0.5,0.8,0.9,0.95').current({ text: '0.0', value: '0.0' }))
    .withVariable(new TextBoxVariableBuilder('trace').defaultValue(NO_TRACE).current({ text: NO_TRACE, value: NO_TRACE }))
    .annotation(new AnnotationQueryBuilder().name('changed behaviour').enable(true).iconColor('orange').datasource(ref).target(target(MARKS)))
    .withPanel(totals)
    .withPanel(named(rows('What changed', CHANGES, 'Against the stretch before, as long as this window: edges that are new, gone, or changed by more than noise (3 standard errors). Widen the window where there are few calls.', HALF, 9),
      { change: words({ new: 'blue', gone: 'purple', changed: 'orange' }), calls_per_s_before: PER_SECOND, calls_per_s: PER_SECOND, error_share_before: SHARE, error_share: [...ERROR_SHARE, LETTERS], ...times }))
    .withPanel(named(rows('What fails', FAILURES, 'Calls answered with 5xx, with a gRPC status above 0, or not at all. trace_id: one of their requests, shown below by a click.', HALF, 9), { trace_id: [traceLink] }))
    .withPanel(lines('Calls', RATES, 'reqps', 'Calls a second of each edge.'))
    .withPanel(lines('Errors', ERRORS, 'percentunit', 'Share of calls answered with 5xx, with a gRPC status above 0, or not at all.'))
    .withPanel(lines('p95', P95, 'ms', '95 % of the answered calls of a step took at most this long.'))
    .withPanel(latencies)
    .withPanel(graph)
    .withPanel(named(rows('Where the time goes', BOTTLENECKS, 'critical_share: of the time that requests took, spent in the operation itself while the whole request waited for it; network_share: on the network to it, over the calls seen at both ends (two_tap_share).', WHOLE, 9),
      { critical_share: GAUGE, network_share: GAUGE, mostly: words({ network: 'purple', service: 'blue' }), avg_self_ms: MILLISECONDS, p95_self_ms: MILLISECONDS, critical_ms: MILLISECONDS, self_ms: MILLISECONDS, network_ms: MILLISECONDS, two_tap_share: SHARE }))
    .withPanel(named(rows('Slowest requests', SLOWEST, 'Click on a trace_id to see the trace below. min_probability is the least certain link of the trace.', HALF, 9),
      { trace_id: [traceLink], duration_ms: MILLISECONDS, min_probability: GAUGE, coverage: SHARE }))
    .withPanel(named(rows('Latest failed requests', BROKEN, 'Requests in which a call to a chosen service failed. Click on a trace_id to see the trace below.', HALF, 9),
      { trace_id: [traceLink], longest_ms: MILLISECONDS, min_probability: GAUGE }))
    .withPanel(named(rows('The chosen trace', TRACE, 'In tree order; at_ms is the start after the root\'s, self_ms the time not spent waiting for calls of its own.', WHOLE, 10),
      { at_ms: MILLISECONDS, ms: MILLISECONDS, self_ms: MILLISECONDS, network_ms: MILLISECONDS, probability: GAUGE }))
    .withPanel(named(rows('gRPC methods', GRPC, 'Calls that ended with a gRPC status above 0 (failed), ran out of their time (deadlines) or were stopped (resets).', HALF, 8),
      { first_message_p50_ms: MILLISECONDS, p50_ms: MILLISECONDS, p95_ms: MILLISECONDS }))
    .withPanel(rows('What the taps did not see', LOSS, 'Counters of the ingest workers that grew in this window.', HALF, 8))
    .build();
};

const NO_TRACE = '00000000-0000-0000-0000-000000000000';

const queryOf = (source: Source, sql: string): string | Record<string, unknown> =>
  (source.name === 'postgres' ? sql : { refId: 'A', queryType: 'sql', rawSql: sql, format: 1, selectedFormat: 1 });
