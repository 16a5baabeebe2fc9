// Gives back the memory that only the start needed: called once in each thread when it is up. `npm start` and the image allow it by --expose-gc.

/** V8 would keep that garbage as long as nothing happens. The last resort gives back the young generation too, 30 MB that the start has grown it by. */
export function giveBackLater(): void {
  setTimeout(() => globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }), 1000).unref();
}
