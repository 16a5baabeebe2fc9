import { expect, test } from 'vitest';
import type { Delivery } from '../../src/delivery.ts';
import { notes } from '../../src/render/notes.ts';
import { english } from '../../src/render/words.ts';
import { spanish } from '../../src/render/words-es.ts';

test('a message that the Partner API could not confirm says so, in the language of its reader', () => {
  const delivery = { kind: 'alert', details: { unconfirmed: true } } as Delivery;
  expect(notes(delivery, undefined, english)).toEqual([
    { label: 'Not confirmed', value: 'the Partner API could not say whether it is still so' },
  ]);
  expect(notes(delivery, undefined, spanish)[0]!.label).toBe('Sin confirmar');
  expect(notes({ ...delivery, details: {} }, undefined, english)).toEqual([]);
});
