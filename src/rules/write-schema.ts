// `npm run schema`: writes config/routes.schema.json, by which editors complete and check routes.yaml. A test compares the two.
import { writeFileSync } from 'node:fs';
import { routesJsonSchema } from './schema.ts';

writeFileSync(new URL('../../config/routes.schema.json', import.meta.url), `${JSON.stringify(routesJsonSchema(), null, 2)}\n`);
