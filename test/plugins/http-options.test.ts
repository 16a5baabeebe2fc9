// The options of the http plug-in: what is refused when the file is read, and what duplicates count by.
import { describe, expect, test } from 'vitest';
import plugin from '../../plugins/http.ts';
import { checkOptions, pluginInfo } from '../../src/deliver/plug-in-contract.ts';
import type { PluginDefinition } from '../../src/plugin.ts';

const http = plugin as PluginDefinition;

describe('options that cannot work are refused when the file is read', () => {
  const url = 'https://hooks.example/in';
  test.each<[string, Record<string, unknown>, string, RegExp]>([
    ['no url', {}, 'url', /.*/],
    ['a url of another kind', { url: 'ftp://hooks.example/' }, 'url', /https:\/\/ or http:\/\//],
    ['a password in the url', { url: 'https://me:SECRET@hooks.example/' }, 'url', /authorization header/],
    ['an unknown method', { url, method: 'SHOUT' }, 'method', /POST/],
    ['a header name with a space', { url, headers: { 'x y': 'a' } }, 'headers.x y', /.*/],
    ['a header of the relay itself', { url, headers: { 'Webhook-Id': 'a' } }, 'headers.Webhook-Id', /.*/],
    ['a line break in a header', { url, headers: { x: 'a\r\nb: c' } }, 'headers.x', /no header may hold/],
    ['JSON written as text', { url, body: '{"text": "{{message.headline}}"}' }, 'body', /write it as a tree/],
    ['a signing secret that is no base64', { url, signing_secret: 'whsec_!!' }, 'signing_secret', /base64/],
    ['neither yes nor no', { url, allow_private: 'perhaps' }, 'allow_private', /.*/],
    ['a status that is none', { url, success: '2xx' }, 'success.0', /200 or 200-299/],
  ])('%s', async (_, given, path, message) => {
    const checked = await checkOptions(http, given);
    const issues = 'issues' in checked ? checked.issues : [];
    expect(issues.map((issue) => issue.path)).toContain(path);
    expect(issues.map((issue) => issue.message).join()).toMatch(message);
    expect(JSON.stringify(issues)).not.toContain('SECRET');
  });

  test('and text that only begins like JSON is text', async () => {
    for (const body of ['[{{workspace.name}}] is down', '{{message.headline}}', '[INFO] down']) {
      expect(await checkOptions(http, { url, body })).toHaveProperty('value');
    }
  });

  test('its secret is known as one', () => {
    expect(pluginInfo(http)).toMatchObject({ secrets: ['signing_secret'], templates: ['body'] });
  });
});

test('duplicates count by address and method, and the target tells neither path nor query', () => {
  const target = (given: Record<string, unknown>) =>
    plugin.target!(plugin.options.parse({ url: 'https://hooks.example/in/SECRET?k=SECRET', ...given }));
  expect(target({})).toMatch(/^https:\/\/hooks\.example\/#[0-9a-f]{16}$/);
  expect(target({ signing_secret: 'x' })).toBe(target({}));
  expect(target({ method: 'PUT' })).toBe(`PUT ${target({})}`);
  expect(target({ url: 'https://hooks.example/in/OTHER?k=SECRET' })).not.toBe(target({}));
});
