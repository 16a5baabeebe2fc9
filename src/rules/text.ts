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

/** In one go over the whole file: it may have one line alone, of megabytes. */
function badLine(bytes: Uint8Array): NoText {
  // What stands for a bad letter may also be written in the file: there another sign of as many bytes takes its place.
  const marked = Buffer.from(bytes).toString('latin1').replaceAll('\xef\xbf\xbd', '\xef\xbf\xbc');
  const text = new TextDecoder().decode(Buffer.from(marked, 'latin1'));
  const before = text.slice(0, text.indexOf('\ufffd')).split(lineEnds);
  const line = before.length;
  // What is no UTF-8 is nearly always what Windows wrote before there was one.
  const found = new TextDecoder('windows-1252').decode(bytes).split(lineEnds)[line - 1]!;
  return {
    ...{ line, column: before.at(-1)!.length + 1, wrong: `line ${line} holds a letter that is not UTF-8. ${again}` },
    ...(found.length <= readable && { found }),
  };
}
const lineEnds = /\r\n|\n|\r/;
const readable = 4000;
const again = 'Save the file again as UTF-8 (in Excel: "CSV UTF-8")';
