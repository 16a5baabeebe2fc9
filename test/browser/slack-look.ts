// A message as Slack shows it, by day and by night, for the pictures. Drawn after Slack's own look.
type Text = { text: string };
type Block = { type: string; text?: Text; fields?: Text[]; elements?: Text[] };
export type Laid = { text?: string; reply?: string; color?: string; blocks?: Block[] };
export type Shown = { at: string; edited?: boolean; mention?: string; more?: string };

const dots: Record<string, string> = { '🔴': '#dd2e44', '🟠': '#f4900c', '🔵': '#55acee', '🟢': '#78b159' };
const arrow =
  '<svg width="13" height="9"><path d="M0 4.5h11M7.5 1l4 3.5-4 3.5" fill="none" stroke="var(--link)" stroke-width="1.6"/></svg>';

/** The browser of the tests has no letters for these. */
export const drawn = (text: string): string =>
  text
    .replace(/[🔴🟠🔵🟢]/gu, (one) => `<u style="background:${dots[one]}"></u>`)
    .replace(/[█░]/g, (one) => `<s style="opacity:${one === '█' ? 1 : 0.25}"></s>`);
export const drawnStyle = `
  u { display: inline-block; width: 15px; height: 15px; border-radius: 50%; vertical-align: -2px; }
  s { display: inline-block; width: 8px; height: 12px; background: var(--soft, #616061); vertical-align: -2px; }`;

/** As much of Slack's markup as the layout writes. */
const html = ({ text }: Text): string =>
  drawn(
    text
      .replace(/<(https?:[^|>]*)\|([^>]*)>/g, '<a href="$1">$2</a>')
      .replace(/<!(here|channel)>/g, '<mark>@$1</mark>')
      .replace(/\*([^*\n]+)\*/g, '<b>$1</b>')
      .replaceAll('→', arrow)
      .replaceAll('\n', '<br>'),
  );

function blockHtml({ type, text, fields, elements }: Block): string {
  if (type === 'context') return `<div class="context">${(elements ?? []).map((one) => `<span>${html(one)}</span>`).join('')}</div>`;
  if (fields) return `<div class="fields">${fields.map((one) => `<div>${html(one)}</div>`).join('')}</div>`;
  return `<div class="section">${text ? html(text) : ''}</div>`;
}

export const post = ({ text = '', color, blocks = [] }: Laid, { at, edited = false, mention = '', more = '' }: Shown): string => `
  <article><span class="face"></span><div class="body">
    <header><b>Acme alerts</b><i>APP</i><time>${at}</time></header>
    <p>${html({ text: mention + text })}${edited ? ' <small>(edited)</small>' : ''}</p>
    ${blocks.length ? `<div class="bar" style="border-color:${color}">${blocks.map(blockHtml).join('')}</div>` : ''}${more}
  </div></article>`;

export const inThread = (text: string, at: string, more = ''): string => `<div class="thread">${post({ text }, { at, more })}</div>`;

/** Everything stands in an element of the class `slack`, with `dark` by night. */
export const style = `
  .slack { --ink: #1d1c1d; --soft: #616061; --link: #1264a3; --chip: #eee; --line: #ddd; --call: #fdf2d0; --called: #a66a00; color: var(--ink); background: #fff;
    padding: 12px 20px; font: 15px/1.47 Lato, Arial, 'DejaVu Sans', 'Noto Color Emoji', sans-serif; overflow-wrap: anywhere; }
  .slack.dark { --ink: #d1d2d3; --soft: #ababad; --link: #1d9bd1; --chip: #35373b; --line: #35373b; --call: #4b3f1d; --called: #f2c744; background: #1a1d21; }
  article { display: flex; gap: 8px; padding: 8px 0; } .body { flex: 1; min-width: 0; }
  .face { flex: none; width: 36px; height: 36px; border-radius: 6px; background: #4a154b; } .dark .face { background: #8d5a8e; }
  header { display: flex; gap: 6px; align-items: center; } header i { font: 700 10px Arial; background: var(--chip); padding: 2px 3px; border-radius: 3px; color: var(--soft); }
  time, small { font-size: 12px; color: var(--soft); } p { margin: 0 0 4px; } b { font-weight: 700; } a { color: var(--link); text-decoration: none; }
  .bar { border-left: 4px solid; border-radius: 3px; padding-left: 12px; } .section, .fields, .context { margin: 4px 0 8px; }
  .fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 12px; max-width: 560px; }
  .context { font-size: 12.5px; color: var(--soft); display: flex; flex-wrap: wrap; gap: 0 12px; }
  ${drawnStyle}
  mark { background: var(--call); color: var(--called); border-radius: 3px; padding: 0 2px; } .thread { border-left: 2px solid var(--line); margin: 4px 0 0 4px; padding-left: 10px; }
  .thread article { padding: 2px 0; } .thread .face { width: 24px; height: 24px; }`;
