/** What is derived from other sources and committed beside them, so that a change of theirs is seen in a review. */
import { apiDocument } from './api-document.ts';
import { eventsDocument } from './events-document.ts';
import { schemaDump } from './schema-dump.ts';
import { termsDocument } from './terms-document.ts';

interface Generated {
  /** From the root of the project. */
  readonly file: string;
  readonly needsDatabase: boolean;
  readonly text: () => Promise<string>;
}

export const GENERATED: readonly Generated[] = [
  { file: 'docs/openapi.yaml', needsDatabase: false, text: apiDocument },
  { file: 'docs/events.md', needsDatabase: false, text: eventsDocument },
  { file: 'docs/terms.schema.json', needsDatabase: false, text: termsDocument },
  { file: 'db/schema.sql', needsDatabase: true, text: schemaDump },
];
