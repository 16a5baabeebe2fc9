// Bytes of a file → text, for files that come out of all kinds of editors: UTF-8 with or without a BOM, UTF-16 as Windows saves it.

export function decoded(bytes: Uint8Array): { text: string } | { wrong: string; line: number } {
  const [first, second] = bytes;
  const utf16 = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
  try {
    return { text: new TextDecoder(utf16 ?? 'utf-8', { fatal: true }).decode(bytes) };
  } catch {
    const line = badLine(bytes);
    return { line, wrong: `line ${line} holds a letter that is not UTF-8. Save the file again as UTF-8 (in Excel: "CSV UTF-8")` };
  }
}

function badLine(bytes: Uint8Array): number {
  const strict = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let from = 0;
  for (let at = 0; at <= bytes.length; at++) {
    if (at < bytes.length && bytes[at] !== 0x0a) continue;
    try {
      strict.decode(bytes.subarray(from, at));
    } catch {
      break;
    }
    line++;
    from = at + 1;
  }
  return line;
}
