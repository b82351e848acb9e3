import { writeFileSync } from 'node:fs';
import { allSections } from '../platform/config/all-sections.js';
import { renderEnvExample } from '../platform/config/env-example.js';

writeFileSync('.env.example', renderEnvExample(allSections));
