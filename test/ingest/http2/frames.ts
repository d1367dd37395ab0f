import { client, OPENING, server, type Step } from '../conversation.ts';

/** Frames of HTTP/2 as text, a character a byte. */
export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
export const of = (...bytes: readonly number[]): string => String.fromCharCode(...bytes);
export const frame = (type: number, flags: number, stream: number, payload = ''): string =>
  of(0, payload.length >> 8, payload.length & 255, type, flags, 0, 0, stream >> 8, stream & 255) + payload;
export const field = (name: string, value: string): string => of(0x40, name.length) + name + of(value.length) + value;
export const SETTINGS = frame(4, 0, 0, of(0, 3, 0, 0, 0, 100));
export const path = (text: string): string => of(0x44, text.length) + text;
/** GET of a path; POST of a gRPC method. */
export const get = (stream: number, text: string): string => frame(1, 5, stream, of(0x82, 0x86) + path(text));
export const call = (stream: number, text: string): string => frame(1, 4, stream, of(0x83, 0x86) + path(text) + field('content-type', 'application/grpc'));
export const ok = (stream: number, body: string): string => frame(1, 4, stream, of(0x88)) + frame(0, 1, stream, body);
/** A gRPC message. */
export const grpc = (text: string): string => of(0, 0, 0, 0, text.length) + text;
export const hello: readonly Step[] = [...OPENING, client(PREFACE + SETTINGS), server(SETTINGS)];
