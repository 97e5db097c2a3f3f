import { fromUuid } from '../../../../shared/ids.ts';
import type { Account } from '../../domain/account.ts';

export interface AccountRow {
  readonly id: string;
  readonly code: string;
  readonly kind: string;
  readonly currency: string;
  readonly normal_side: Account['normalSide'];
  readonly bound: Account['bound'];
}

export const toAccount = ({ id, code, kind, currency, normal_side, bound }: AccountRow): Account => ({
  id: fromUuid('acc', id),
  code,
  kind,
  currency,
  normalSide: normal_side,
  bound,
});
