// Lets a plug-in outside the relay's folder import `timelines-relay/plugin`, zod and the relay's other packages, as if it lay inside it.
import { registerHooks } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

const folders = new Set<string>();
let hooked = false;

/** What a plug-in brings in a node_modules of its own comes first; what is missing there is the relay's, with the same classes. */
export function shareHostPackages(files: string[]): void {
  for (const file of files) folders.add(`${pathToFileURL(dirname(file)).href}/`);
  if (hooked) return;
  hooked = true;
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        // A path or a `node:` name means the same wherever the file lies.
        if (/^[./]|^[a-z]+:/.test(specifier) || !isOurs(context.parentURL)) throw error;
        try {
          // Resolved from this file; the same answer for `import` and `require`, so that there is one copy of each class.
          return { url: import.meta.resolve(specifier), shortCircuit: true };
        } catch {
          throw error;
        }
      }
    },
  });
}

const isOurs = (url = ''): boolean => [...folders].some((folder) => url.startsWith(folder));
