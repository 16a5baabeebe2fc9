// stub
import type { Told } from './play.ts';
import type { Verdict } from './verdict.ts';
import type { World } from './world.ts';
export type Page = { url: string; told: Told; verdict(v: Verdict): void; close(): Promise<void> };
export async function openPage(_world: World): Promise<Page> {
  return { url: 'http://127.0.0.1:0', told: { scene() {}, webhook() {}, act() {} }, verdict() {}, close: async () => {} };
}
