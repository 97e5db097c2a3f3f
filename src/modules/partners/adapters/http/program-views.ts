import {
  IsCurrency,
  IsFlag,
  IsIdOf,
  IsInstant,
  IsLine,
  IsMoney,
  IsText,
  IsTextList,
  IsTimeZone,
  IsWebAddress,
} from '../../../../shared/fields.ts';
import type { Instant } from '../../../../shared/instant.ts';
import type { MoneyJson } from '../../../../shared/money.ts';
import { CLICK_PARAMETER, type Program } from '../../domain/program.ts';
import type { ProgramId } from '../../index.ts';

export class ProgramPath {
  @IsIdOf('prg') readonly programId!: ProgramId;
}

class ProgramFields {
  @IsLine({ max: 200, example: 'Olist sellers' }) readonly name!: string;
  @IsCurrency({ description: 'What partners are paid in', example: 'BRL' }) readonly currency!: string;
  @IsTimeZone({ description: 'Periods and caps are cut in it', example: 'America/Sao_Paulo' })
  readonly timeZone!: string;
  @IsWebAddress({ description: 'Where a link leads that names no page', example: 'https://shop.example.com/' })
  readonly destination!: string;
  @IsTextList({ min: 1, max: 100, description: 'Hosts that links may lead to', example: ['shop.example.com'] })
  readonly allowedHosts!: readonly string[];
  @IsMoney({ description: 'Smaller balances wait for the next period' }) readonly minimumPayout!: MoneyJson;
}

const CLICK_PARAMETER_RULE = {
  max: 31,
  pattern: /^[a-z][a-z0-9_]{0,30}$/,
  description: 'Under which name in the query a page is told the click’s id; `click_id` unless you say otherwise',
  example: CLICK_PARAMETER,
} as const;

const ACCEPTANCE_RULE = 'Commissions lock once the partner has accepted the terms that judge them';

export class ProgramRequest extends ProgramFields {
  @IsIdOf('prg', {
    optional: true,
    description: 'One that orders name already, so that they are its own; else a new one',
  })
  readonly id?: ProgramId | undefined;
  @IsText({ ...CLICK_PARAMETER_RULE, optional: true }) readonly clickParameter?: string | undefined;
  @IsFlag({ optional: true, description: ACCEPTANCE_RULE }) readonly requiresAcceptance?: boolean | undefined;
}

export class ProgramView extends ProgramFields {
  @IsIdOf('prg') readonly id!: ProgramId;
  @IsText(CLICK_PARAMETER_RULE) readonly clickParameter!: string;
  @IsFlag({ optional: true, description: ACCEPTANCE_RULE }) readonly requiresAcceptance?: boolean | undefined;
  @IsInstant() readonly createdAt!: Instant;
}

export const programView = ({ programId, ...program }: Program): ProgramView => ({ id: programId, ...program });
