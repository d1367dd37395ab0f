import type { Command } from 'commander';
import { likeliest, listDevices, tapCommand, type Devices } from '../devices.ts';
import { textTable } from '../terminal/table.ts';

interface DevicesOptions {
  readonly json?: boolean;
}

/** `tapgraph devices`: what a tap can sit on. */
export const addDevices = (program: Command): void => {
  program.command('devices')
    .summary('list the devices of this machine that can be tapped')
    .description('Lists the devices that packets can be captured on, with their addresses, as libpcap has them.')
    .option('--json', 'print JSON Lines')
    .action(async (options: DevicesOptions) => {
      const found = await listDevices();
      process.stdout.write(options.json === true ? found.devices.map((device) => `${JSON.stringify(device)}\n`).join('') : shown(found));
      if (found.missing !== null) process.stderr.write(withoutPcap(found.missing));
    });
};

const shown = ({ devices }: Devices): string => {
  const table = textTable({ head: ['device', 'addresses', 'about'], rows: devices.map(({ name, addresses, about }) => [name, addresses.join(', '), about]) });
  const tapped = likeliest(devices);
  return tapped === undefined ? `${table}\n` : `${table}\n\nTap one, for example:\n  ${tapCommand(tapped, 'ingest')}\n`;
};

const withoutPcap = (why: string): string => `tapgraph: these are the operating system's interfaces with an address: the package cap, which asks libpcap, is not built here (${why})
  → \`sudo tcpdump -D\` lists all; or install libpcap's headers and a compiler (Debian, Ubuntu: apt-get install libpcap-dev g++ make python3;
    Fedora: dnf install libpcap-devel gcc-c++ make python3; Alpine: apk add libpcap-dev g++ make python3; macOS: xcode-select --install), then \`npm ci\`
`;
