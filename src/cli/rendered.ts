// A rendered message on the screen and on disk: its words and the files they came from, what goes over the wire, and how near it is to what the
// target takes.
import { existsSync, statSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InForce } from '../in-force/in-force.ts';
import type { Message, Preview } from '../plugin.ts';
import type { Settings } from '../settings.ts';
import { Refusal } from './command.ts';
import { paint, plain, plainLines } from './screen.ts';

export type Made = {
  message: Message;
  /** Whom the destination stands for: each gets it. */
  targets: string[];
  plugin: string;
  format: string;
  /** The story whose words were used. */
  file?: string;
  layout: string[];
  flaw?: string;
  preview?: Preview;
};

const shippedTemplates = fileURLToPath(new URL('../../templates', import.meta.url));

/** `templates/disconnected.yaml` is the name of the operator's file and of the shipped one. */
export function storyFile(story: string, inForce: InForce, { templatesDir }: Settings): string {
  const { inForce: used, shipped } = inForce.good().stories;
  const own = [...used.keys()].some((name) => used.get(name)?.file === story && shipped.get(name) !== used.get(name));
  return templatesDir === undefined || !own ? `${story} (shipped)` : join(templatesDir, story.replace(/^templates\//, ''));
}

/** Each file of the layout, the operator's in the place of the shipped one of the same name. */
export async function layoutFiles(plugin: string, { templatesDir }: Settings): Promise<string[]> {
  const namesIn = async (folder: string) => (await readdir(folder).catch(() => [])).filter((name) => name.startsWith(`${plugin}.`));
  const own = templatesDir === undefined ? undefined : join(templatesDir, 'layouts');
  const names = new Set([...(await namesIn(join(shippedTemplates, 'layouts'))), ...(own === undefined ? [] : await namesIn(own))]);
  return [...names].sort().map((name) => {
    const mine = own === undefined ? undefined : join(own, name);
    return mine !== undefined && existsSync(mine) ? mine : `templates/layouts/${name} (shipped)`;
  });
}

export function renderedText({ message, targets, format, plugin, file, layout, flaw, preview }: Made): string {
  const { destination, kind, route, message: parts, rendered, fallbackText } = message;
  const { headline, impact, members = [], more, facts, action } = parts;
  const width = Math.max(8, ...facts.map(({ label }) => label.length));
  const row = (label: string, value: string) => `  ${paint('dim', plain(label).padEnd(width))}  ${plain(value)}`;
  const shape = rendered === undefined ? [] : [typeof rendered === 'string' ? rendered : JSON.stringify(rendered, null, 2)];
  const payload = preview === undefined ? shape : [plainLines(preview.payload)];
  return [
    `${paint('bold', destination)} (${plugin}, ${format})${targets.length > 1 ? ` to ${plain(targets.join(', '))}` : ''}: ${kind} by ${route}, words of ${file ?? 'the relay itself'}`,
    ...(layout.length === 0 ? [] : [`  laid out by ${layout.join(', ')}`]),
    ...(flaw === undefined ? [] : [paint('red', `  ${plain(flaw)}`)]),
    '',
    row('headline', headline),
    ...(impact === undefined ? [] : [row('impact', impact)]),
    ...members.map(({ icon, headline: one, note }, at) =>
      row(at === 0 ? 'members' : '', `${icon} ${one}${note === undefined ? '' : ` · ${note}`}`),
    ),
    ...(more === undefined ? [] : [row('', more)]),
    ...facts.map(({ label, value }) => row(label, value)),
    ...(action === undefined ? [] : [row('action', `${action.label} → ${action.url}`)]),
    row('one line', fallbackText),
    ...payload.flatMap((text) => ['', text]),
    ...(preview?.sizes === undefined ? [] : ['', ...sizeTable(preview.sizes)]),
    ...(preview?.link === undefined ? [] : ['', `  look at it: ${preview.link}`]),
  ].join('\n');
}

function sizeTable(sizes: NonNullable<Preview['sizes']>): string[] {
  const width = Math.max(...sizes.map(({ what }) => what.length));
  return sizes.map(({ what, size, most }) => {
    const line = `  ${what.padEnd(width)}  ${size.toLocaleString('en').padStart(7)} of at most ${most.toLocaleString('en')}`;
    return size > most ? paint('red', line) : line;
  });
}

/** Answers the files it wrote. */
export const writeFiles = (made: readonly Made[], folder: string): Promise<string[]> =>
  writeAll(made, folder).catch((error: Error) => {
    throw new Refusal(`nothing could be written to ${folder}: ${error.message}.`);
  });

/** Node's own way with all folders above never ends where a file system says that there is nothing to make one in, though there is: /proc does. */
async function make(folder: string): Promise<void> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const above = dirname(folder);
  if (above !== folder) await make(above);
  await mkdir(folder);
}

async function writeAll(made: readonly Made[], folder: string): Promise<string[]> {
  await make(folder);
  const written: string[] = [];
  for (const { message, preview } of made) {
    const { ending, text } = preview?.file ?? { ending: 'txt', text: preview?.payload ?? message.fallbackText };
    const several = made.filter(({ message: { destination } }) => destination === message.destination).length > 1;
    const name = `${message.destination}${several ? `.${message.route}` : ''}.${message.kind}.${ending}`;
    await writeFile(join(folder, name), text);
    written.push(join(folder, name));
  }
  return written;
}
