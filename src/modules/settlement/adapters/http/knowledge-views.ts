import { IsInstant, IsListOf, IsMoney, IsNested, IsWhole } from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import { closingOf, type Knowledge, learned, type RecordedLine } from '../../domain/statements/knowledge.ts';
import { lineView, StatementLineView } from './statement-views.ts';

class KnowledgeView {
  @IsMoney({ negative: true, description: 'Of all that happened before the period' }) readonly opening!: MoneyJson;
  @IsMoney({ negative: true, description: 'Of all that happened in it' }) readonly entries!: MoneyJson;
  @IsWhole({ min: 0, max: 100_000_000 }) readonly count!: number;
  @IsMoney({ negative: true }) readonly closing!: MoneyJson;
}

class RecordedLineView extends StatementLineView {
  @IsInstant({ description: 'When we came to know of it' }) readonly recordedAt!: Instant;
}

export class AsOfView {
  @IsInstant() readonly recorded!: Instant;
  @IsNested(() => KnowledgeView, { description: 'What was known of the period at that moment' })
  readonly then!: KnowledgeView;
  @IsNested(() => KnowledgeView, { description: 'What is known of it now' }) readonly now!: KnowledgeView;
  @IsNested(() => KnowledgeView, { description: 'Now less then' }) readonly difference!: KnowledgeView;
  @IsListOf(() => RecordedLineView, { max: 1_000, description: 'What came to be known since; the first 1,000' })
  readonly since!: readonly RecordedLineView[];
}

export interface TwoClocks {
  readonly recorded: Instant;
  readonly then: Knowledge;
  readonly now: Knowledge;
  readonly since: readonly RecordedLine[];
}

export const asOfView = ({ recorded, then, now, since }: TwoClocks): AsOfView => ({
  recorded,
  then: knowledgeView(then),
  now: knowledgeView(now),
  difference: knowledgeView(learned(then, now)),
  since: since.map((line) => Object.assign(lineView(line), { recordedAt: line.recordedAt })),
});

const knowledgeView = (known: Knowledge): KnowledgeView => ({
  opening: known.opening.toJSON(),
  entries: known.entries.toJSON(),
  count: known.count,
  closing: closingOf(known).toJSON(),
});
