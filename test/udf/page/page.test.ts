import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ReaderError, type GraphReader } from '../../../udf/graph/reader.ts';
import { graphServer, type GraphServer } from '../../../udf/http/server.ts';
import { buildPage } from '../../../udf/page/build.mjs';
import { memoryReader } from '../graph/memory-reader.ts';
import { shopSpans } from '../graph/shop.ts';

const BROWSERS = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = ['--no-sandbox', '--headless=new', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const NINE = Date.UTC(2026, 2, 1, 9) * 1_000;
const TOKEN = 'a-token-for-this-test-only';

const browserPath = BROWSERS.find((path) => path !== '' && existsSync(path));
if (browserPath === undefined) {
  const found = 'page.test.ts: no Chromium found, the page is NOT tested: install it (apt-get install chromium) or set CHROMIUM to its path\n';
  if (process.env['CI'] !== undefined) throw new Error(found);
  process.stderr.write(found);
}

describe.skipIf(browserPath === undefined)('the page in a browser', () => {
  const pageDir = mkdtempSync(join(tmpdir(), 'tapgraph-page-'));
  const log = pino({ level: 'silent' });
  const spans = shopSpans(400, NINE);
  const real = memoryReader(spans.map((span) => Object.assign(span, {
    service: span.service === 'ad' ? '<b>ad</b> & a name long enough to be cut' : span.service,
  })));
  let away = false;
  const reader: GraphReader = { ...real, edges: async (window) => { if (away) throw new ReaderError('away', 'gone'); return real.edges(window); } };
  let server: GraphServer;
  let guarded: GraphServer;
  let browser: Browser;
  let page: Page;
  let faults: string[] = [];

  beforeAll(async () => {
    await buildPage(pageDir);
    server = await graphServer({ reader, port: 0, log, pageDir });
    guarded = await graphServer({ reader, port: 0, log, pageDir, token: TOKEN });
    browser = await chromium.launch({ executablePath: browserPath ?? '', args: FLAGS });
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    await guarded.close();
    rmSync(pageDir, { recursive: true });
  });
  beforeEach(async () => {
    faults = [];
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('pageerror', (error) => { faults.push(String(error)); });
    page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()); });
    page.on('request', (request) => { if (![server.url, guarded.url].includes(new URL(request.url()).origin)) faults.push(`asks ${request.url()}`); });
  });
  afterEach(async () => { await page.close(); });

  const open = async (search = '', of = server): Promise<void> => {
    await page.goto(`${of.url}/${search}`);
    await page.waitForSelector('body[data-ready]');
  };
  const query = (): URLSearchParams => new URL(page.url()).searchParams;
  const edge = (name: string) => page.locator(`.cards .edge[aria-label^="${name}"]`);

  test('opens on the data of an old capture: services, labelled edges, traces; nothing from elsewhere', async () => {
    await open();
    expect(await page.locator('.cards .node strong').allTextContents()).toEqual(expect.arrayContaining(['(outside)', 'frontend', 'checkout', '<b>ad</b> & a name long enough to be cut']));
    expect(await edge('frontend calls checkout').textContent()).toMatch(/^p95 \d.*\d+ calls$/);
    expect(await page.locator('.traces tbody tr').count()).toBe(50);
    expect(await page.locator('.histogram .bar').count()).toBeGreaterThan(20);
    expect(faults).toEqual([]);
  });

  test.each<[width: number, height: number, scheme: 'light' | 'dark']>([[1280, 800, 'light'], [1920, 1080, 'dark']])('at %i×%i, %s: no label is cut, nothing lies outside', async (width, height, colorScheme) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    await open();
    const cut = await page.evaluate(`[...document.querySelectorAll('.cards button, .toolbar button, .segmented button, .figures dd')]
      .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > innerWidth || e.getBoundingClientRect().left < 0).map((e) => e.textContent)`);
    expect(cut).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    const paper = await page.evaluate(`getComputedStyle(document.body).backgroundColor`);
    expect(paper).toBe(colorScheme === 'light' ? 'rgb(246, 247, 249)' : 'rgb(16, 20, 26)');
  });

  test('an edge shows its figures and its latency distribution, in the address too', async () => {
    await open();
    await edge('payment calls bank-gateway').click();
    await page.waitForSelector('section.latency[aria-label="Latency of payment → bank-gateway"]');
    expect(query().get('caller')).toBe('payment');
    expect(await page.locator('.figures').textContent()).toMatch(/Calls\d+Rate.*p50.*p99.*Network.*Confidence/);
    const distribution = await page.waitForSelector('.histogram');
    expect(await distribution.getAttribute('aria-label')).toMatch(/^Latency distribution of \d+ calls: p50 .*, p95 .*, p99 /);
    const address = page.url();
    await page.goto('about:blank');
    await page.goto(address);
    await page.waitForSelector('section.latency[aria-label="Latency of payment → bank-gateway"]');
    expect(await edge('payment calls bank-gateway').getAttribute('aria-pressed')).toBe('true');
  });

  test('a line is hit like its label', async () => {
    await open();
    await edge('payment calls bank-gateway').hover();  // waits until nothing moves
    const label = await edge('payment calls bank-gateway').boundingBox();
    if (label === null) throw new Error('nothing was drawn');
    const between = { x: label.x - 5, y: label.y + label.height / 2 };
    await page.mouse.move(between.x, between.y + 200);
    await page.mouse.move(between.x - 1, between.y);
    await page.mouse.move(between.x, between.y);
    await page.waitForSelector('.cards .edge.hot[aria-label^="payment calls bank-gateway"]');
    await page.mouse.click(between.x, between.y);
    await page.waitForSelector('section.latency[aria-label="Latency of payment → bank-gateway"]');
    expect(faults).toEqual([]);
  });

  test('by keyboard: a service is chosen with Enter and let go with Escape', async () => {
    await open();
    await page.locator('.cards .node', { hasText: 'checkout' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('section.latency[aria-label="Latency of checkout"]');
    expect(query().get('service')).toBe('checkout');
    expect(await page.locator('.figures').textContent()).toContain('Self time');
    await page.keyboard.press('Escape');
    await page.waitForSelector('section.latency[aria-label="Latency of All calls"]');
    expect(query().has('service')).toBe(false);
  });

  test('a trace that is not there: the rest is shown, and why in its place', async () => {
    await open('?trace=019ca000-0000-7000-8000-000000000000');
    expect(await page.locator('.waterfall .hint').textContent()).toMatch(/no trace 019ca000/);
    expect(await page.locator('.node').count()).toBeGreaterThan(3);
    expect(await page.locator('#notice').isHidden()).toBe(true);
    // The browser says so of every answer that is not 2xx.
    faults = faults.filter((fault) => !fault.includes('404'));
    await page.locator('.waterfall .back').click();
    await page.waitForSelector('.traces');
    expect(faults).toEqual([]);
  });

  test('a trace opens as a waterfall with a row a span, and closes', async () => {
    await open();
    const row = page.locator('.traces tbody tr').first();
    const count = Number(await row.locator('td').nth(4).textContent());
    await row.locator('button').click();
    await page.waitForSelector('.waterfall');
    expect(await page.locator('.waterfall tbody tr').count()).toBe(count);
    expect(await page.locator('.waterfall tbody tr').first().textContent()).toContain('frontend');
    expect(query().get('trace')).toMatch(/^[0-9a-f-]{36}$/);
    await page.locator('.waterfall .back').click();
    await page.waitForSelector('.traces');
  });

  test('dragging over the chart chooses a window', async () => {
    await open();
    const box = await page.locator('.timeline .u-over').boundingBox();
    if (box === null) throw new Error('the chart has no box');
    await page.mouse.move(box.x + box.width * 0.25, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/from=/);
    const minutes = (Date.parse(query().get('to') ?? '') - Date.parse(query().get('from') ?? '')) / 60_000;
    expect(minutes).toBeGreaterThan(13);
    expect(minutes).toBeLessThan(17);
  });

  test('the table sorts by the heading that is pressed', async () => {
    await open('?view=table');
    await page.locator('.edges th button', { hasText: 'p99' }).click();
    expect(await page.locator('.edges tbody tr').first().textContent()).toContain('frontend');
    await page.locator('.edges th button', { hasText: 'p99' }).click();
    expect(await page.locator('.edges tbody tr').last().textContent()).toContain('frontend');
    expect(await page.locator('.edges th[aria-sort]').textContent()).toBe('p99');
  });

  test('a window without calls says where the data is and leads there', async () => {
    await open('?from=2020-01-01T00:00:00Z&to=2020-01-01T01:00:00Z');
    expect(await page.locator('.empty').textContent()).toMatch(/No calls in this window.*reaches from 2026-03-01 09:00:\d\d to 2026-03-01 09:59:\d\d UTC/);
    await page.locator('.empty button').click();
    await page.waitForSelector('.cards .node');
  });

  test('a tenant without data says what to do', async () => {
    await open('?tenant=nobody');
    expect(await page.locator('.empty').textContent()).toMatch(/“nobody” has no spans.*tapgraph ingest/s);
  });

  test('when the database is away it says so, and tries again when told', async () => {
    away = true;
    await open();
    expect(await page.locator('#notice').textContent()).toContain('The database does not answer. Check that QuestDB runs');
    away = false;
    await page.locator('#notice button').click();
    await page.waitForSelector('.cards .node');
    expect(await page.locator('#notice').isHidden()).toBe(true);
  });

  test('asks for the token that the endpoint was started with', async () => {
    await open('', guarded);
    await page.locator('#notice input').fill(TOKEN);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.cards .node');
    expect(page.url()).not.toContain(TOKEN);
  });
});
