import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lifecycleDocument } from './lifecycle-document.ts';

writeFileSync(join('docs', 'lifecycle.md'), lifecycleDocument());
