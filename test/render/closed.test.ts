// The end of what a person closed: the words of the problem with who closed it and why, in no word a recovery.
import { expect, test } from 'vitest';
import { eventTypes } from '../../src/model.ts';
import { sampleNow } from '../../src/render/samples.ts';
import { asText, say } from './say.ts';

const details = { since: sampleNow - 3_600_000, endedAt: sampleNow, closed: { by: 'Ann', reason: 'number +123456789 given up' } };

test('says what it was, who closed it and why, that it is no recovery, and hides a number in the reason', () => {
  expect(asText(say('disconnected', 'resolved', { details }))).toMatchInlineSnapshot(`
    "on the lock screen: [closed] Acme Ltd: +•••••6789 is down (logged out), closed by Ann: number +•••••6789 given up

    Acme Ltd: +•••••6789 is down (logged out), closed by Ann: number +•••••6789 given up
    This is no recovery: a person closed it, and it may still be so. Nobody is reminded of it; should it begin anew, it is told.

      Workspace: Acme Ltd (acme)
      Number: +•••••6789
      Reason given: (logged out)
      Down since: 23 Nov, 09:03 CET, 1 h ago
      Closed because: number +•••••6789 given up"
  `);
  const { alert } = say('disconnected', 'resolved', { details }).message;
  expect(alert).toMatchObject({ phase: 'resolved', closed: { by: 'Ann', reason: 'number +•••••6789 given up' } });
});

test('says it in the language of the workspace', () => {
  const workspace = { id: 'acme', name: 'Acme Ltd', language: 'es-MX' };
  expect(asText(say('messaging-100', 'resolved', { details, workspace }))).toMatchInlineSnapshot(`
    "on the lock screen: [cerrado] Acme Ltd: mensajes agotados, envío bloqueado, cerrado por Ann: number +123456789 given up

    Acme Ltd: mensajes agotados, envío bloqueado, cerrado por Ann: number +123456789 given up
    No es una recuperación: alguien lo dio por cerrado y puede que siga así. No habrá recordatorios; si empieza de nuevo, se avisará.

      Espacio: Acme Ltd (acme)
      Usados: 10,000 de 10,000
      Se renuevan: 1 dic, 00:00 UTC
      Agotados desde: 23 nov, 09:00 UTC, hace 3 min
      Cerrado porque: number +123456789 given up"
  `);
});

test.each(eventTypes.filter((type) => type !== 'connected' && type !== 'token-rotated'))(
  '%s has words for it, and none of a recovery',
  (type) => {
    for (const full of [true, false]) {
      const { message, flaw } = say(type, 'resolved', { details }, full);
      expect(flaw).toBeUndefined();
      expect(message.fallbackText).toMatch(/^\[closed\] .*, closed by Ann: number/);
      expect(JSON.stringify(message.message)).not.toMatch(/\bis back|again after|Nothing is left to do|enough/);
    }
  },
);

test('the subject of its mail is that of the problem, with another word in front', () => {
  const layout = { subject: '{{look.word}} {{look.icon}}' };
  expect(say('disconnected', 'resolved', { details, layout, channel: 'email' }).message.rendered).toEqual({
    subject: '[CLOSED] Acme Ltd: WhatsApp +•••••6789 down',
  });
  expect(say('disconnected', 'resolved', { details, layout }).message.rendered).toEqual({ subject: 'CLOSED ⚪' });
});
