import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { withoutClaim } from '../../../../infrastructure/http/claim.ts';
import { toPageRequest } from '../../../../infrastructure/http/paging.ts';
import { created, type Route, route } from '../../../../infrastructure/http/route.ts';
import { instant } from '../../../../shared/instant.ts';
import type { ReplayPort } from '../../index.ts';
import {
  ComparisonQuery,
  ProgramReplaysPath,
  PromotionBody,
  ReplayComparisonView,
  ReplayListQuery,
  ReplayPage,
  ReplayPath,
  ReplayRequestBody,
  ReplayView,
} from './replay-views.ts';

const SAMPLES = 20;

export const replayRoutes = (replays: ReplayPort): readonly Route[] => [
  starting(replays),
  ...looking(replays),
  comparing(replays),
  promoting(replays),
];

const starting = (replays: ReplayPort): Route =>
  route({
    method: 'post',
    path: '/v1/programs/{programId}/attribution/replays',
    operationId: 'startReplay',
    tag: 'attribution',
    summary: 'Decide a period again by another policy, beside the live decisions (staff)',
    description:
      'Nothing of it is anybody’s credit. It is decided by a job, a piece at a time; ask for its progress. The ' +
      'comparison shows who would gain and who would lose.',
    access: { scope: 'programs:write' },
    params: ProgramReplaysPath,
    body: ReplayRequestBody,
    success: { 201: ReplayView },
    errors: [
      'attribution.unknown_program',
      'attribution.unknown_policy',
      'attribution.policy_invalid',
      'attribution.policy_unclear',
      'attribution.period_empty',
      'attribution.replay_named_twice',
    ],
    handle: ({ actor, params: { programId }, body: { from, to, ...asked } }) => {
      mustBeStaff(actor);
      return replays.start({ programId, from: instant(from), to: instant(to), ...asked });
    },
    respond: (replay) => created(`/v1/programs/${replay.programId}/attribution/replays/${replay.id}`, replay),
  });

const looking = (replays: ReplayPort): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/programs/{programId}/attribution/replays',
    operationId: 'listReplays',
    tag: 'attribution',
    summary: 'Replays of a program, oldest first (staff)',
    access: { scope: 'conversions:read' },
    params: ProgramReplaysPath,
    query: ReplayListQuery,
    success: { 200: ReplayPage },
    problems: [403],
    handle: ({ actor, params, query }) => {
      mustBeStaff(actor);
      return replays.list(toPageRequest(query), params.programId);
    },
  }),
  route({
    method: 'get',
    path: '/v1/programs/{programId}/attribution/replays/{replayId}',
    operationId: 'getReplay',
    tag: 'attribution',
    summary: 'How far a replay has come (staff)',
    access: { scope: 'conversions:read' },
    params: ReplayPath,
    success: { 200: ReplayView },
    problems: [403],
    errors: ['attribution.unknown_replay'],
    handle: ({ actor, params }) => {
      mustBeStaff(actor);
      return replays.replay(params.programId, params.replayId);
    },
  }),
];

const comparing = (replays: ReplayPort): Route =>
  route({
    method: 'get',
    path: '/v1/programs/{programId}/attribution/replays/{replayId}/comparison',
    operationId: 'compareReplay',
    tag: 'attribution',
    summary: 'Who would gain and who would lose, and orders with both decisions (staff)',
    description: 'Of what is decided so far. Live is the decision that counted when the replay came to the order.',
    access: { scope: 'conversions:read' },
    params: ReplayPath,
    query: ComparisonQuery,
    success: { 200: ReplayComparisonView },
    problems: [403],
    errors: ['attribution.unknown_replay'],
    handle: ({ actor, params, query: { samples = SAMPLES } }) => {
      mustBeStaff(actor);
      return replays.comparison(params.programId, params.replayId, samples);
    },
  });

const promoting = (replays: ReplayPort): Route =>
  route({
    method: 'post',
    path: '/v1/programs/{programId}/attribution/replays/{replayId}/promote',
    operationId: 'promoteReplay',
    tag: 'attribution',
    summary: 'Let a replay’s policy decide orders placed from a moment to come (staff)',
    description:
      'Publishes it as the program’s next version. Orders placed before that moment keep the policy they have, however ' +
      'late they are told: no credit, no commission and no locked money moves.',
    access: { scope: 'programs:write' },
    params: ReplayPath,
    body: PromotionBody,
    success: { 200: ReplayView },
    errors: [
      'attribution.unknown_replay',
      'attribution.replay_unfinished',
      'attribution.replay_promoted',
      'attribution.nothing_to_promote',
      'attribution.policy_back_dated',
      'attribution.policy_stale',
    ],
    handle: ({ actor, params, body }) => {
      mustBeStaff(actor);
      const { programId, replayId } = params;
      // Publishing is a transaction of its own, and not the answer; promoted twice, it is one promotion.
      return withoutClaim(() => replays.promote(programId, replayId, instant(body.effectiveFrom), actor.subject));
    },
  });
