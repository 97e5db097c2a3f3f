import { canonicalJson } from '../../../shared/canonical-json.ts';
import { decodeCursor } from '../../../shared/page.ts';
import { type Assessment, verdictOn } from '../domain/assessment.ts';
import { findingsOf } from '../domain/rules.ts';
import type { FraudReader } from '../ports/fraud-reader.ts';

const PIECE = 500;
const MAX_FINDINGS = 100;

export class FraudQueries {
  constructor(private readonly reader: FraudReader) {}

  /** Assessments that the rules of their version would not make of their own facts. */
  async contradictions(): Promise<readonly string[]> {
    const found: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null && found.length < MAX_FINDINGS;) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor);
      const { data, nextCursor } = await this.reader.assessments({ limit: PIECE, after });
      found.push(...data.filter((assessment) => !isOwn(assessment)).map(({ assessmentId }) => sentence(assessmentId)));
      cursor = nextCursor;
    }
    return found.slice(0, MAX_FINDINGS);
  }
}

const sentence = (id: string): string => `${id} is not what the rules make of its facts`;

/** A person's verdict is their own; what the rules found is the rules' all the same. */
const isOwn = ({ facts, rulesVersion, findings, verdict, review }: Assessment): boolean => {
  const expected = findingsOf(facts, rulesVersion);
  return (
    canonicalJson(findings) === canonicalJson(expected) && (review !== undefined || verdict === verdictOn(expected))
  );
};
