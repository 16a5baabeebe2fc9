// HTML by template: what is put in is escaped unless it was made here itself.

/** Wrapped, so that no stranger's text can pass for it. */
export type Html = { readonly html: string };
type Part = string | Html | readonly Html[];

export const raw = (text: string): Html => ({ html: text });

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => entities[one]!);

export function html(texts: TemplateStringsArray, ...parts: Part[]): Html {
  return raw(texts.reduce((made, text, at) => made + written(parts[at - 1]!) + text));
}

function written(part: Part): string {
  if (typeof part === 'string') return escaped(part);
  return 'html' in part ? part.html : part.map((one) => one.html).join('');
}

export const clock = (at: Date): string => at.toTimeString().slice(0, 8);
