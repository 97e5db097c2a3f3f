import { IsMoney } from '../../../../shared/fields.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import { RecruitView } from './views.ts';

export class RecruitExplanationView extends RecruitView {
  @IsMoney({ description: 'What the parent comes to' }) readonly of!: MoneyJson;
}
