// A screenshot with at most 256 colours: a third of its size, and no eye sees it. Reads what the browser writes: 8 bits a channel, not interlaced.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

export function smallPng(png: Buffer): Buffer {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const pixels = coloursOf(png, width, height);
  const palette = paletteOf(pixels);
  const nearest = new Map<number, number>();
  const lines = Buffer.alloc((width + 1) * height);
  for (let at = 0; at < pixels.length; at++) {
    const colour = pixels[at]!;
    const index = nearest.get(colour) ?? nearestTo(colour, palette);
    nearest.set(colour, index);
    // Each line begins with its filter, which is none.
    lines[at + Math.floor(at / width) + 1] = index;
  }
  const head = Buffer.from(png.subarray(16, 29));
  head.set([8, 3, 0, 0, 0], 8);
  const chunks = [
    chunk('IHDR', head),
    chunk('PLTE', Buffer.from(palette.flatMap(channels))),
    chunk('IDAT', deflateSync(lines, { level: 9, memLevel: 9 })),
  ];
  return Buffer.concat([png.subarray(0, 8), ...chunks, chunk('IEND', Buffer.alloc(0))]);
}

const channels = (colour: number) => [colour >> 16, (colour >> 8) & 255, colour & 255];

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const made = Buffer.alloc(body.length + 8);
  made.writeUInt32BE(data.length, 0);
  body.copy(made, 4);
  made.writeUInt32BE(crc32(body), body.length + 4);
  return made;
}

/** One number for each pixel, 0xRRGGBB. */
function coloursOf(png: Buffer, width: number, height: number): Uint32Array {
  const bytes = png[25] === 6 ? 4 : 3;
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const raw = inflateSync(Buffer.concat(data));
  const stride = width * bytes;
  const pixels = new Uint32Array(width * height);
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]!;
    const line = new Uint8Array(raw.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1)));
    for (let x = 0; x < stride; x++) {
      const left = x < bytes ? 0 : line[x - bytes]!;
      line[x] = line[x]! + guess(filter, left, above[x]!, x < bytes ? 0 : above[x - bytes]!);
    }
    for (let x = 0; x < width; x++) pixels[y * width + x] = (line[x * bytes]! << 16) | (line[x * bytes + 1]! << 8) | line[x * bytes + 2]!;
    above = line;
  }
  return pixels;
}

/** PNG's five filters. */
function guess(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** The grounds and letters as they are; of what is between them, one for each neighbourhood of like colours. */
function paletteOf(pixels: Uint32Array): number[] {
  const counts = new Map<number, number>();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const kept = new Map<number, number>();
  const groups = new Map<number, number>();
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  const exact = sorted.slice(0, mostExact).map(([colour]) => colour);
  for (const [colour, count] of sorted.slice(mostExact)) {
    const group = colour & 0xf0f0f0;
    groups.set(group, (groups.get(group) ?? 0) + count);
    if (!kept.has(group)) kept.set(group, colour);
  }
  const most = [...groups].sort(([, one], [, other]) => other - one).slice(0, 256 - exact.length);
  return [...exact, ...most.map(([group]) => kept.get(group)!)];
}

const mostExact = 64;

function nearestTo(colour: number, palette: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = channels(colour);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, other] of palette.entries()) {
    const far = (r - (other >> 16)) ** 2 + (g - ((other >> 8) & 255)) ** 2 + (b - (other & 255)) ** 2;
    if (far < least) [best, least] = [index, far];
  }
  return best;
}
