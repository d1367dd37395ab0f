declare module 'pcap-parser' {
  import type { Readable } from 'node:stream';
  interface ParsedPacket {
    readonly header: { readonly timestampSeconds: number; readonly timestampMicroseconds: number; readonly originalLength: number };
    readonly data: Buffer;
  }
  interface Parser {
    on(event: 'packet', listener: (packet: ParsedPacket) => void): void;
    on(event: 'end', listener: () => void): void;
  }
  const pcapParser: { parse(input: Readable): Parser };
  export = pcapParser;
}
