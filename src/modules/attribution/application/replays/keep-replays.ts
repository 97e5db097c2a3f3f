import type { Clock } from '../../../../shared/clock.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Id, Ids } from '../../../../shared/ids.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { Page, PageRequest } from '../../../../shared/page.ts';
import type { PartnersPort } from '../../../partners/index.ts';
import { decisionFacts } from '../../domain/deciding/decision-facts.ts';
import { DEFAULT_POLICY, inRules, type Policy } from '../../domain/policy/policy.ts';
import type { Replay } from '../../domain/deciding/replay.ts';
import { standingsOf } from './standings.ts';
import { type ReplayComparison, type ReplayFacts, type ReplayId, ReplayPort, type ReplayRequest } from '../../index.ts';
import type { ReplayReader, ReplayStores, ReplayTransaction } from '../../ports/replays.ts';
import { type PublishPolicy, readableRules } from '../deciding/publish-policy.ts';

/** Standings shown: those who gain or lose most. */
const MOST_SHOWN = 1_000;

/** What staff do with replays. Deciding them is a job's. */
export class KeepReplays extends ReplayPort {
  constructor(
    private readonly partners: PartnersPort,
    private readonly transaction: ReplayTransaction,
    private readonly reader: ReplayReader,
    private readonly publishPolicy: PublishPolicy,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {
    super();
  }

  async start(request: ReplayRequest): Promise<ReplayFacts> {
    const { programId, name, from, to } = request;
    mustBePeriod(from, to);
    if ((await this.partners.program(programId)) === undefined)
      throw new AppError('refused', 'attribution.unknown_program', 'there is no such program');
    const total = await this.reader.count(programId, from, to);
    return this.transaction.run(async (stores) => {
      const replay = {
        ...{
          replayId: this.ids.next('rpl'),
          programId,
          name,
          policy: await policyIn(stores, request),
          from,
          to,
          total,
        },
        ...{ decided: 0, different: 0, startedAt: this.clock.now() },
      };
      if (!(await stores.replays.add(replay)))
        throw new AppError(
          'conflict',
          'attribution.replay_named_twice',
          `there is a replay "${name}"; take another name`,
        );
      return factsOf(replay);
    });
  }

  async list(request: PageRequest, programId: Id<'prg'>): Promise<Page<ReplayFacts>> {
    const { data, nextCursor } = await this.reader.replays(request, programId);
    return { data: data.map(factsOf), nextCursor };
  }

  async replay(programId: Id<'prg'>, replayId: ReplayId): Promise<ReplayFacts> {
    return factsOf(await this.known(programId, replayId));
  }

  async comparison(programId: Id<'prg'>, replayId: ReplayId, limit: number): Promise<ReplayComparison> {
    const replay = await this.known(programId, replayId);
    const standings = standingsOf(await this.reader.tallies(replayId));
    const samples = limit === 0 ? [] : await this.reader.samples(replayId, limit);
    return {
      replay: factsOf(replay),
      standings: standings.slice(0, MOST_SHOWN),
      owners: standings.length,
      samples: samples.map((sample) => ({
        ...sample,
        live: decisionFacts(sample.live),
        replayed: decisionFacts(sample.replayed),
      })),
    };
  }

  /** Cut off between its two halves it may be asked again: the same rules from the same moment are one version. */
  async promote(programId: Id<'prg'>, replayId: ReplayId, effectiveFrom: Instant, by: string): Promise<ReplayFacts> {
    const replay = await this.known(programId, replayId);
    if (replay.promotion !== undefined) return promotedBefore(replay, effectiveFrom);
    const { rules } = inRules(promotable(replay));
    const { policy } = await this.publishPolicy.run({ programId, rules, effectiveFrom }, by);
    const promotion = { policyVersion: policy.version, effectiveFrom, promotedAt: this.clock.now() };
    return this.transaction.run(async ({ replays }) => {
      const current = await replays.get(replayId);
      if (current.promotion !== undefined) return promotedBefore(current, effectiveFrom);
      await replays.save({ ...current, promotion });
      return factsOf({ ...current, promotion });
    });
  }

  private async known(programId: Id<'prg'>, replayId: ReplayId): Promise<Replay> {
    const replay = await this.reader.replay(programId, replayId);
    if (replay === undefined)
      throw new AppError('not_found', 'attribution.unknown_replay', `there is no replay ${replayId}`);
    return replay;
  }
}

const mustBePeriod = (from: Instant, to: Instant): void => {
  if (from < to) return;
  const fault = { pointer: '/to', code: 'attribution.period_empty', detail: `must lie after ${from}` };
  throw new AppError('invalid', 'attribution.period_empty', `to ${fault.detail}`, { faults: [fault] });
};

const policyIn = async (
  { policies }: ReplayStores,
  { programId, rules, policyVersion }: ReplayRequest,
): Promise<Policy | undefined> => {
  if (rules !== undefined && policyVersion !== undefined)
    throw new AppError('invalid', 'attribution.policy_unclear', 'give rules or a policyVersion, not both');
  if (rules !== undefined) return { version: DRAFT, rules: readableRules(rules) };
  if (policyVersion === undefined) return undefined;
  if (policyVersion === DEFAULT_POLICY.version) return inRules(DEFAULT_POLICY);
  const versions = await policies.ofPrograms([programId]);
  const found = versions.find(({ policy }) => policy.version === policyVersion);
  if (found === undefined)
    throw new AppError('refused', 'attribution.unknown_policy', `the program has no policy ${policyVersion}`);
  return inRules(found.policy);
};

/** No version that was ever published. */
const DRAFT = 0;

const promotable = ({ policy, finishedAt, replayId }: Replay): Policy => {
  if (policy === undefined)
    throw new AppError(
      'refused',
      'attribution.nothing_to_promote',
      'each order was decided by its own policy; replay rules or a version to promote them',
    );
  if (finishedAt === undefined)
    throw new AppError(
      'conflict',
      'attribution.replay_unfinished',
      `${replayId} is still being decided; ask again later`,
    );
  return policy;
};

const promotedBefore = (replay: Replay, effectiveFrom: Instant): ReplayFacts => {
  if (replay.promotion?.effectiveFrom === effectiveFrom) return factsOf(replay);
  throw new AppError(
    'conflict',
    'attribution.replay_promoted',
    `${replay.replayId} was promoted as version ${replay.promotion?.policyVersion}; replay it again to promote it again`,
  );
};

const stateOf = ({ finishedAt, promotion }: Replay): ReplayFacts['state'] => {
  if (promotion !== undefined) return 'promoted';
  return finishedAt === undefined ? 'running' : 'finished';
};

const factsOf = (replay: Replay): ReplayFacts => {
  const { replayId, programId, name, policy, from, to, total, decided, different, startedAt } = replay;
  return {
    id: replayId,
    state: stateOf(replay),
    policy: policy ?? null,
    finishedAt: replay.finishedAt ?? null,
    promotedVersion: replay.promotion?.policyVersion ?? null,
    effectiveFrom: replay.promotion?.effectiveFrom ?? null,
    ...{ programId, name, from, to, total, decided, different, startedAt },
  };
};
