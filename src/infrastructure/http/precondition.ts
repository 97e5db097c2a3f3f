/**
 * Settings are changed by whoever has seen them: a write names the version it is based on (`If-Match`), or says that
 * there is none yet (`If-None-Match: *`). So of two people who change the same thing, the second hears of the first.
 */
import { AppError } from '../../shared/errors.ts';

/** The version a write is based on; 0 where there is nothing yet. */
export type SeenVersion = number;

export const etagOf = (version: number): string => `"${version}"`;

/** Throws `http.precondition_required`, `http.precondition_failed`. */
export const seenVersion = (header: (name: string) => string | undefined): SeenVersion => {
  const match = header('if-match');
  if (match === undefined && header('if-none-match')?.trim() === '*') return 0;
  if (match === undefined || match.trim() === '*') {
    throw new AppError(
      'invalid',
      'http.precondition_required',
      'send If-Match with the ETag you saw, or If-None-Match: * when there is nothing yet',
    );
  }
  const [, version] = /^"(0|[1-9]\d{0,8})"$/.exec(match.trim()) ?? [];
  // A tag that is none of ours is no version of anything.
  if (version === undefined) throw changedMeanwhile();
  return Number(version);
};

const changedMeanwhile = (): AppError =>
  new AppError('conflict', 'http.precondition_failed', 'it has changed since you saw it; get it again, then decide');
