// Where a name stands in a text, whole and not as a part of another; and a JSON text without whatever names it. Pure.

type Names = (text: string) => boolean;

/** `acme` is in `wa:acme:1`, not in `acme-2`; and in a JSON text it may stand behind the `\n` of a new line. */
export function mentioner(name: string): Names {
  const literal = name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const whole = new RegExp(`(?:(?<![\\p{L}\\p{N}_-])|(?<=\\\\[bfnrt]))${literal}(?![\\p{L}\\p{N}_-])`, 'u');
  return (text) => text.includes(name) && whole.test(text);
}

/** The same text where nothing names it; undefined where nothing else is left. */
export function without(json: string, names: Names): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return names(json) ? undefined : json;
  }
  const left = thin(value, names);
  if (left === value) return json;
  return left === undefined || (Array.isArray(left) && left.length === 0) ? undefined : JSON.stringify(left);
}

/** The value itself where nothing in it names it. */
function thin(value: unknown, names: Names): unknown {
  if (typeof value === 'string') return names(value) ? undefined : value;
  if (Array.isArray(value)) return thinList(value, names);
  return typeof value === 'object' && value !== null ? thinObject(value, names) : value;
}

/** Of names, those that stay, and no empty list: a condition without a name would be another one. A tuple that names it goes whole. */
function thinList(list: readonly unknown[], names: Names): unknown {
  const ofTexts = list.every((one) => typeof one === 'string');
  if (!ofTexts && list.some((one) => typeof one === 'string' && names(one))) return undefined;
  const left = list.map((one) => thin(one, names)).filter((one) => one !== undefined);
  if (ofTexts && left.length === 0 && list.length > 0) return undefined;
  return left.length === list.length && left.every((one, at) => one === list[at]) ? list : left;
}

/** What names it in a property is about it, and goes whole; what has it as a key is a table, and loses that row. */
function thinObject(value: object, names: Names): unknown {
  const entries = Object.entries(value).filter(([key]) => !names(key));
  const left = entries.map(([key, one]) => [key, thin(one, names)] as const);
  if (left.some(([, one]) => one === undefined)) return undefined;
  const same = entries.length === Object.keys(value).length && left.every(([, one], at) => one === entries[at]![1]);
  return same ? value : Object.fromEntries(left);
}
