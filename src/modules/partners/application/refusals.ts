import { AppError } from '../../../shared/errors.ts';

/** What a body names and nobody knows. */
export const unknownProgram = (programId: string): AppError =>
  new AppError('refused', 'partners.unknown_program', `there is no program ${programId}`, {
    faults: [{ pointer: '/programId', code: 'partners.unknown_program', detail: 'is no program there is' }],
  });

export const unknownRecruiter = (pointer: string): AppError =>
  new AppError('refused', 'partners.unknown_recruiter', 'name a recruiter who is approved in the program', {
    faults: [{ pointer, code: 'partners.unknown_recruiter', detail: 'is nobody who is approved in the program' }],
  });

export const recruiterTwice = (): AppError =>
  new AppError('invalid', 'partners.recruiter_twice', 'name the recruiter by its id or by its externalRef, not both', {
    faults: [{ pointer: '/recruiterRef', code: 'partners.recruiter_twice', detail: 'is said beside recruitedBy' }],
  });

export const notFound = (what: string, id: string): AppError =>
  new AppError('not_found', 'partners.not_found', `there is no ${what} ${id}`);

export const alreadyEnrolled = (): AppError =>
  new AppError(
    'conflict',
    'partners.already_enrolled',
    'the partner, or somebody with its e-mail address, has a place in the program already; see GET /v1/partners',
  );

export const refTaken = (externalRef: string): AppError =>
  new AppError('conflict', 'partners.ref_taken', `somebody else is called ${externalRef} in the program`);

export const changedMeanwhile = (): AppError =>
  new AppError('conflict', 'http.precondition_failed', 'it has changed since you saw it; get it again, then decide');
