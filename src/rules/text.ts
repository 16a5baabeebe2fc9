// Bytes of a file → text, for files that come out of all kinds of editors: UTF-8 with or without a BOM, UTF-16 as Windows saves it.

/** Why there is no text, and where: `found` is the line as its writer sees it. */
export type NoText = { wrong: string; line: number; column: number; found?: string };

export function decoded(bytes: Uint8Array): { text: string } | NoText {
  const [first, second] = bytes;
  const utf16 = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
  if (packed.some((sign) => sign.every((byte, at) => bytes[at] === byte))) return { line: 1, column: 1, wrong: packedText };
  try {
    return { text: new TextDecoder(utf16 ?? 'utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return badLine(bytes);
  }
}

/** A ZIP, as .xlsx and .ods are, and the workbooks of old. */
const packed = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
];
const packedText =
  'it is a workbook of Excel or another packed file, whatever its name says. Save it from there as text (in Excel: "CSV UTF-8")';

function badLine(bytes: Uint8Array): NoText {
  const strict = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let from = 0;
  for (let at = 0; at <= bytes.length; at++) {
    if (at < bytes.length && bytes[at] !== 0x0a) continue;
    try {
      strict.decode(bytes.subarray(from, at));
    } catch {
      return { line, ...badLetter(bytes.subarray(from, at)), wrong: `line ${line} holds a letter that is not UTF-8. ${again}` };
    }
    line++;
    from = at + 1;
  }
  return { line, column: 1, wrong: `line ${line} holds a letter that is not UTF-8. ${again}` };
}
const again = 'Save the file again as UTF-8 (in Excel: "CSV UTF-8")';

/** What is no UTF-8 is nearly always what Windows wrote before there was one. Without `stream`, half a letter would be an error of its own. */
function badLetter(line: Uint8Array): { column: number; found: string } {
  const found = new TextDecoder('windows-1252').decode(line).replace(/\r$/, '');
  let column = 1;
  for (let end = 1; end <= line.length; end++)
    try {
      column = new TextDecoder('utf-8', { fatal: true }).decode(line.subarray(0, end), { stream: true }).length + 1;
    } catch {
      break;
    }
  return { column, found };
}
