import { AppError } from '../../../../shared/errors.ts';

export const draftNotFound = (draftId: string): AppError =>
  new AppError('not_found', 'commission.draft_not_found', `there is no draft ${draftId}`);
