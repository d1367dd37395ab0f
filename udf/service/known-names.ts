import type { Reader } from '../../sql/read/query.ts';
import type { ServiceName } from '../../sql/write/shapes.ts';

/** Loads what addresses are called, and says of a name whether it differs from the one before. */
export const knownNames = async (db: Reader): Promise<(name: ServiceName) => boolean> => {
  const { rows } = await db.query('SELECT tenant, address, port, service, source FROM service_names LATEST ON ts PARTITION BY tenant, address, port');
  const known = new Map(rows.map(({ tenant, address, port, service, source }) =>
    [`${String(tenant)} ${String(address)} ${String(port)}`, `${String(source)} ${String(service)}`]));
  return ({ tenant, address, port, service, source }) => {
    const key = `${tenant} ${address} ${port}`;
    const named = `${source} ${service}`;
    if (known.get(key) === named) return false;
    known.set(key, named);
    return true;
  };
};
