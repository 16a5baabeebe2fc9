// Style, scripts and icon of the pages: from here and from npm, each at an address that names its content, so that a browser keeps it for good.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Api } from '../parts.ts';

const require = createRequire(import.meta.url);
const own = (name: string) => () => fileURLToPath(new URL(`./assets/${name}`, import.meta.url));
const css = 'text/css; charset=utf-8';
const script = 'text/javascript; charset=utf-8';

/** name in views (`frame.assets.…`) → file, as what. */
const files = {
  style: ['pages.css', css, own('pages.css')],
  script: ['pages.js', script, own('pages.js')],
  curves: ['curves.js', script, own('curves.js')],
  icon: ['icon.svg', 'image/svg+xml', own('icon.svg')],
  htmx: ['htmx.js', script, () => require.resolve('htmx.org/dist/htmx.min.js')],
  sse: ['sse.js', script, () => require.resolve('htmx-ext-sse/dist/sse.min.js')],
  uplot: ['uplot.js', script, () => require.resolve('uplot/dist/uPlot.iife.min.js')],
  uplotStyle: ['uplot.css', css, () => require.resolve('uplot/dist/uPlot.min.css')],
} as const satisfies Record<string, readonly [name: string, type: string, path: () => string]>;

type Asset = { type: string; content: Buffer; tag: string };
let read: Map<string, Asset> | undefined;
let paths: Record<keyof typeof files, string> | undefined;

function readAll(): { read: Map<string, Asset>; paths: Record<keyof typeof files, string> } {
  if (read === undefined || paths === undefined) {
    read = new Map();
    paths = {} as Record<keyof typeof files, string>;
    for (const [key, [name, type, path]] of Object.entries(files)) {
      const content = readFileSync(path());
      const tag = createHash('sha256').update(content).digest('base64url').slice(0, 16);
      read.set(`${tag}/${name}`, { type, content, tag: `"${tag}"` });
      paths[key as keyof typeof files] = `/assets/${tag}/${name}`;
    }
  }
  return { read, paths };
}

export const assetPaths = (): Record<keyof typeof files, string> => readAll().paths;

export function assetRoutes(app: Api): void {
  app.get(
    '/assets/:tag/:name',
    { schema: { params: z.object({ tag: z.string(), name: z.string() }) }, config: { open: true } },
    (request, reply) => {
      const { tag, name } = request.params;
      const asset = readAll().read.get(`${tag}/${name}`);
      if (asset === undefined)
        return reply.problem('relay.not_found', 'There is no such file; the page that named it is of another release.');
      reply.headers({ etag: asset.tag, 'cache-control': 'public, max-age=31536000, immutable' }).removeHeader('vary');
      if (request.headers['if-none-match'] === asset.tag) return reply.code(304).send();
      return reply.type(asset.type).send(asset.content);
    },
  );
}
