import { segmentKind } from './segment-kind.ts';

const MOST_CHILDREN = 40;
const MOST_ROUTES = 200;
const MOST_SEGMENTS = 12;
const MOST_SERVICES = 4096;
const RECENT = 1024;
/** Paths of a service whose route is remembered, and the longest of them: the same are asked for again and again. */
const MOST_PATHS = 2048;
const LONGEST_PATH = 256;
const OTHER = '/~other';

interface Level {
  /** Variable by its count of children: all of them are one. */
  merged: boolean;
  readonly children: Map<string, Level>;
}

/** A path asked for at the service of an address, and its route: one object as long as that is remembered. */
export interface Routed {
  readonly ip: string;
  readonly port: number;
  readonly path: string;
  readonly route: string;
  /** It is remembered: asking again would give the same. */
  holds: boolean;
  /** Whoever tells others of it keeps its number here; -1 = it has none. */
  number: number;
}

/** Names the route of a path; see README.md for the rules. */
export type Routes = (ip: string, port: number, path: string) => Routed;

/**
 * Templates paths: segments that vary by their look are named, a level with more than 40 children becomes `{name}`, and a
 * service has at most 200 routes, the rest are `/~other`. What it says depends on the packets before, in their order.
 */
export const routes = (): Routes => {
  const services = new Map<string, Service>();
  /** By port: the service found last, for a text made anew for each row costs as much as the route that is found by it. */
  const recent: (Service | undefined)[] = [];
  const serviceAt = (ip: string, port: number): Service => {
    const key = `${ip}:${port}`;
    let found = services.get(key);
    if (found === undefined) {
      if (services.size >= MOST_SERVICES) {
        const [oldest] = services.keys();
        forget(services.get(oldest!)!);
        services.delete(oldest!);
      }
      found = { ip, port, root: { merged: false, children: new Map() }, known: new Set(), paths: new Map() };
      services.set(key, found);
    }
    recent[port % RECENT] = found;
    return found;
  };
  return (ip, port, path) => {
    const near = recent[port % RECENT];
    const at = near !== undefined && near.port === port && near.ip === ip ? near : serviceAt(ip, port);
    const remembered = at.paths.get(path);
    if (remembered !== undefined) return remembered;
    const holds = path.length <= LONGEST_PATH;
    const routed = { ip, port, path, route: bounded(at, templated(at, path)), holds, number: -1 };
    if (at.paths.size >= MOST_PATHS) forget(at);
    if (holds) at.paths.set(path, routed);
    return routed;
  };
};

interface Service {
  readonly ip: string;
  readonly port: number;
  readonly root: Level;
  readonly known: Set<string>;
  /** By path; emptied when a level is merged, which changes routes. */
  readonly paths: Map<string, Routed>;
}

/** Lets go of the routes of a service's paths. */
const forget = ({ paths }: Service): void => {
  for (const routed of paths.values()) routed.holds = false;
  paths.clear();
};

const bounded = ({ known }: Service, route: string): string => {
  if (known.has(route)) return route;
  if (known.size >= MOST_ROUTES) return OTHER;
  known.add(route);
  return route;
};

const templated = (service: Service, path: string): string => {
  if (!path.startsWith('/')) return path === '*' ? '*' : '/{authority}';
  const segments = path.slice(1).split('/');
  let level = service.root;
  let route = '';
  for (const [index, segment] of segments.entries()) {
    if (index === MOST_SEGMENTS) return `${route}/~`;
    let name = segmentKind(segment);
    if (!name.startsWith('{')) {
      if (level.merged) name = '{name}';
      else if (!level.children.has(name) && level.children.size >= MOST_CHILDREN) {
        level.merged = true;
        level.children.clear();
        forget(service);
        name = '{name}';
      }
    }
    let child = level.children.get(name);
    if (child === undefined) {
      child = { merged: false, children: new Map() };
      level.children.set(name, child);
    }
    level = child;
    route += `/${name}`;
  }
  return route;
};
