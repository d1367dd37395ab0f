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

/** Names the route of a path at the service of an address; see README.md for the rules. */
export type Routes = (ip: string, port: number, path: string) => string;

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
      if (services.size >= MOST_SERVICES) services.delete(services.keys().next().value!);
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
    const route = bounded(at, templated(at, path));
    if (at.paths.size >= MOST_PATHS) at.paths.clear();
    if (path.length <= LONGEST_PATH) at.paths.set(path, route);
    return route;
  };
};

interface Service {
  readonly ip: string;
  readonly port: number;
  readonly root: Level;
  readonly known: Set<string>;
  /** Routes by path; emptied when a level is merged, which changes them. */
  readonly paths: Map<string, string>;
}

const bounded = ({ known }: Service, route: string): string => {
  if (known.has(route)) return route;
  if (known.size >= MOST_ROUTES) return OTHER;
  known.add(route);
  return route;
};

const templated = ({ root, paths }: Service, path: string): string => {
  if (!path.startsWith('/')) return path === '*' ? '*' : '/{authority}';
  const segments = path.slice(1).split('/');
  let level = root;
  let route = '';
  for (const [index, segment] of segments.entries()) {
    if (index === MOST_SEGMENTS) return `${route}/~`;
    let name = segmentKind(segment);
    if (!name.startsWith('{')) {
      if (level.merged) name = '{name}';
      else if (!level.children.has(name) && level.children.size >= MOST_CHILDREN) {
        level.merged = true;
        level.children.clear();
        paths.clear();
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
