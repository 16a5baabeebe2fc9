import { expect, test } from 'vitest';
import { alertView } from '../../src/render/context.ts';
import { hasEnd, namesOf, topics } from '../../src/render/names.ts';
import { sampleBody, sampleDelivery, sampleNow, samplesOf, samplesOfMany, trialOfMany } from '../../src/render/samples.ts';
import { severalOf } from '../../src/render/several.ts';
import { storyView } from '../../src/render/view.ts';
import { english } from '../../src/render/words.ts';

function viewOf(topic: (typeof topics)[number], over: boolean): object {
  const listUrl = 'https://relay.example/list';
  const shared = { timezone: 'UTC', showPhone: false, now: sampleNow, words: english, body: sampleBody, listUrl };
  const brand = { name: 'Acme Cloud', logo: 'https://acme.example/logo.png', links: { app: 'https://acme.example' } };
  if (topic === 'relay') return storyView({ ...shared, brand, delivery: sampleDelivery('relay') });
  const more = { lateMs: 1, insteadOf: ['a'], replayReason: 'asked', reminder: 1 };
  if (topic === 'digest' || topic === 'storm' || topic === 'flapping') {
    const trial = trialOfMany(samplesOfMany(topic, over)[0]);
    const delivery = { ...trial.delivery, details: { ...trial.delivery.details, ...more } };
    const { event, workspace } = trial;
    const several = severalOf({ leased: { ...trial, delivery }, workspace, showPhone: false });
    if (several !== undefined) return storyView({ ...shared, brand, delivery, several });
    const alert = alertView({ delivery, event: event!, workspace, showPhone: false, adminUrl: 'https://relay.example' });
    return storyView({ ...shared, brand, delivery, event, alert });
  }
  const { event, workspace } = samplesOf(topic)[0];
  const acknowledgeUrl = 'https://relay.example/ack/x';
  const made = sampleDelivery(over ? 'resolved' : event.phase === 'notice' || topic === 'connected' ? 'notice' : 'alert', event);
  const delivery = { ...made, details: { ...made.details, ...more } };
  const alert = alertView({ delivery, event, workspace, showPhone: false, adminUrl: 'https://relay.example', acknowledgeUrl });
  return storyView({ ...shared, brand, delivery, event, alert });
}

const valueAt = (view: object, name: string): unknown =>
  name
    .split('.')
    .reduce<unknown>(
      (value, step) =>
        typeof value === 'object' && value !== null && step in value ? (value as Record<string, unknown>)[step] : undefined,
      view,
    );

/** Not in every sample, though the type may hold it. */
const sometimes = [
  'details.late',
  'details.instead_of',
  'details.replay_reason',
  'alert.key',
  'alert.level',
  'account.cause',
  'account.explain',
  'account.reason',
  'pace',
  'look.bar',
  'relay.meaning',
  // Of what is over or has no end there is nothing to take on.
  'links.acknowledge',
  // Of the kinds and routes that have them.
  'details.reminder',
  'kept.hours',
  'kept.rate',
  'members.gone',
  'members.names',
  'members.workspaces',
  'members.kinds',
  'storm.since',
];

test.each(topics)('each name that a story about %s may use is one that its view can fill', (topic) => {
  for (const over of hasEnd(topic) ? [false, true] : [false])
    for (const name of namesOf(topic, over)) {
      if (sometimes.includes(name)) continue;
      expect(valueAt(viewOf(topic, over), name), name).not.toBeUndefined();
      expect(valueAt(viewOf(topic, over), name), name).not.toBe('');
    }
});

test.each(topics)('and each thing in the view of %s that holds something has a name a story may use', (topic) => {
  for (const over of hasEnd(topic) ? [false, true] : [false]) {
    const names = namesOf(topic, over);
    const view = viewOf(topic, over);
    for (const group in view) {
      const inner = (view as Record<string, unknown>)[group];
      if (typeof inner !== 'object' || inner === null) {
        if (inner !== undefined) expect(names, group).toContain(group);
        continue;
      }
      for (const name in inner) {
        const value = (inner as Record<string, unknown>)[name];
        if (value === undefined || value === false || (typeof value === 'object' && group === 'alert') || group === 'workspace') continue;
        // Said as a word for lack of better: only the events of an account may use it.
        if (group === 'account' && name === 'label') continue;
        if (
          group === 'alert' &&
          ['triggered_at', 'received_at', 'resolved_at', 'trace_url', 'acknowledge_url', 'first_time'].includes(name)
        )
          continue;
        if (group === 'who' && topic === 'relay') continue;
        expect(names, `${topic} ${group}.${name}`).toContain(`${group}.${name}`);
      }
    }
  }
});

test('nothing in the view leads to the language behind it', () => {
  for (const topic of topics)
    for (const name of [
      'constructor',
      '__proto__.constructor',
      'workspace.constructor',
      'alert.constructor',
      'alert.workspace.toString',
      'is.hasOwnProperty',
      'links.valueOf',
    ])
      expect(valueAt(viewOf(topic, false), name), name).toBeUndefined();
});
