import type { PublishedTemplate } from '../domain/template/template.ts';

export abstract class TemplateReader {
  /** The last version of each, by name. */
  abstract all(): Promise<readonly PublishedTemplate[]>;
  /** That version, or the last one. */
  abstract find(name: string, version?: number): Promise<PublishedTemplate | undefined>;
}
