// `npm run demo`: the same as `npm run relay -- demo`.
process.argv.splice(2, 0, 'demo');
await import('../src/cli/relay.ts');
