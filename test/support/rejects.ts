import { expect } from 'chai';
import { AppError } from '../../src/shared/errors.ts';

/** Expects the refusal with that code, and returns it. */
export const rejects = async (work: Promise<unknown> | (() => unknown), code: string): Promise<AppError> => {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.code).to.equal(code);
    return error;
  }
  throw new Error(`expected ${code}, but it went through`);
};
