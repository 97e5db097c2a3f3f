import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { etagOf, seenVersion } from '../../../../infrastructure/http/precondition.ts';
import { type Answer, type Route, route } from '../../../../infrastructure/http/route.ts';
import { AppError } from '../../../../shared/errors.ts';
import { IsIdOf, IsOneOf, IsText } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { ReportYear } from '../../application/tax/report-year.ts';
import type { SetTaxSettings } from '../../application/tax/tax-settings.ts';
import type { SettingChange } from '../../domain/settings/change.ts';
import { NO_TAX } from '../../domain/tax/clearance.ts';
import type { TaxReport } from '../../domain/tax/report.ts';
import { type Jurisdiction, JURISDICTIONS } from '../../domain/tax/rules.ts';
import type { SettingChangeReader } from '../../ports/setting-changes.ts';
import type { TaxDesk } from '../../ports/tax.ts';
import { dac7Xml, necCsv } from '../tax/tax-files.ts';
import { changedAnswer, SettingChangeView } from './setting-change-views.ts';
import {
  TaxReportView,
  taxReportView,
  TaxSettingsRequest,
  TaxSettingsView,
  taxSettingsView,
  TaxYearView,
  taxYearView,
} from './tax-views.ts';

class ProgramPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

class YearPath extends ProgramPath {
  @IsText({ max: 4, pattern: /^2[01]\d\d$/, example: '2026' }) readonly year!: string;
}

class JurisdictionQuery {
  @IsOneOf(JURISDICTIONS) readonly jurisdiction!: Jurisdiction;
}

export const taxRoutes = (
  desk: TaxDesk,
  changes: SettingChangeReader,
  setSettings: SetTaxSettings,
  reportYear: ReportYear,
): readonly Route[] => [
  setSettingsRoute(setSettings),
  getSettingsRoute(desk, changes),
  ...yearRoutes(reportYear),
  ...fileRoutes(desk),
];

const setSettingsRoute = (setSettings: SetTaxSettings): Route =>
  route({
    method: 'put',
    path: '/v1/programs/{programId}/tax-settings',
    operationId: 'setTaxSettings',
    tag: 'settlement',
    summary: "Say which tax offices a program's payouts are of interest to",
    description:
      'The first time send `If-None-Match: *`; later `If-Match` with the ETag you saw. Every version is kept. What guards ' +
      'less than before is answered with 202, and waits for somebody else: `POST /v1/setting-changes/{changeId}/approve`.',
    access: { scope: 'settlement:write' },
    params: ProgramPath,
    body: TaxSettingsRequest,
    versioned: true,
    success: { 200: TaxSettingsView, 202: SettingChangeView },
    errors: [
      'settlement.unknown_program',
      'settlement.unknown_jurisdiction',
      'settlement.change_pending',
      'http.precondition_required',
      'http.precondition_failed',
    ],
    handle: async ({ actor, params, body, header }) => {
      mustBeStaff(actor);
      const wanted = { jurisdictions: known(body.jurisdictions), source: body.source };
      return setSettings.run(params.programId, wanted, seenVersion(header), actor.subject);
    },
    respond: (changed) => changedAnswer(changed, shown),
  });

const getSettingsRoute = (desk: TaxDesk, changes: SettingChangeReader): Route =>
  route({
    method: 'get',
    path: '/v1/programs/{programId}/tax-settings',
    operationId: 'getTaxSettings',
    tag: 'settlement',
    summary: "Which tax offices a program's payouts are of interest to",
    access: { scope: 'settlement:read' },
    params: ProgramPath,
    versioned: true,
    success: { 200: TaxSettingsView },
    handle: async ({ actor, params: { programId } }) => {
      mustBeStaff(actor);
      const settings = (await desk.settings(programId)) ?? { ...NO_TAX, programId, version: 0 };
      return { settings, pending: await changes.pending({ setting: 'tax_settings', programId }) };
    },
    respond: ({ settings, pending }) => shown(settings, pending),
  });

const shown = (settings: Parameters<typeof taxSettingsView>[0], pending?: SettingChange): Answer => ({
  status: 200,
  headers: { ETag: etagOf(settings.version) },
  body: taxSettingsView(settings, pending),
});

/** Each once, in our order. Throws `settlement.unknown_jurisdiction`. */
const known = (named: readonly string[]): readonly Jurisdiction[] => {
  const strangers = named.flatMap((each, index) =>
    JURISDICTIONS.some((one) => one === each) ? [] : [{ each, index }],
  );
  if (strangers.length > 0) {
    const code = 'settlement.unknown_jurisdiction';
    const faults = strangers.map(({ each, index }) => ({
      pointer: `/jurisdictions/${index}`,
      code,
      detail: `${each} is none of ${JURISDICTIONS.join(', ')}`,
    }));
    throw new AppError('refused', code, 'nothing is known of what they ask; see errors', { faults });
  }
  return JURISDICTIONS.filter((each) => named.includes(each));
};

const yearRoutes = (reportYear: ReportYear): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/programs/{programId}/tax-years/{year}',
    operationId: 'getTaxYear',
    tag: 'settlement',
    summary: 'What a year of payments comes to, and what of it has to be reported; a draft while it is not over',
    access: { scope: 'settlement:read' },
    params: YearPath,
    query: JurisdictionQuery,
    success: { 200: TaxYearView },
    errors: ['settlement.unknown_program', 'settlement.no_tax_rule'],
    handle: async ({ actor, params, query }) => {
      mustBeStaff(actor);
      return taxYearView(await reportYear.look(params.programId, Number(params.year), query.jurisdiction));
    },
  }),
  route({
    method: 'post',
    path: '/v1/programs/{programId}/tax-years/{year}/reports',
    operationId: 'makeTaxReport',
    tag: 'settlement',
    summary: 'Write down what a tax office is told of a year',
    description: 'Numbered and never changed. Where nothing has changed since the last one, the answer is that one.',
    access: { scope: 'settlement:write' },
    params: YearPath,
    query: JurisdictionQuery,
    success: { 201: TaxReportView },
    errors: [
      'settlement.unknown_program',
      'settlement.no_tax_rule',
      'settlement.tax_year_unfinished',
      'settlement.tax_report_contended',
    ],
    handle: ({ actor, params, query }) => {
      mustBeStaff(actor);
      return reportYear.run(params.programId, Number(params.year), query.jurisdiction, actor.subject);
    },
    respond: (report) => ({ status: 201, body: taxReportView(report) }),
  }),
];

const fileRoutes = (desk: TaxDesk): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/programs/{programId}/tax-years/{year}/report-file',
    operationId: 'getTaxReportFile',
    tag: 'settlement',
    summary: 'The last report of a year as a file: CSV of Forms 1099-NEC, XML shaped for DAC7',
    access: { scope: 'settlement:write' },
    params: YearPath,
    query: JurisdictionQuery,
    success: { 200: [{ mediaType: 'text/csv' }, { mediaType: 'application/xml' }] },
    errors: ['settlement.no_tax_report'],
    handle: async ({ actor, params, query }) => {
      mustBeStaff(actor);
      const report = await desk.lastReport(params.programId, Number(params.year), query.jurisdiction);
      if (report !== undefined) return report;
      throw new AppError(
        'not_found',
        'settlement.no_tax_report',
        'nothing is reported of that year yet: POST …/reports',
      );
    },
    respond: fileOf,
  }),
];

const fileOf = (report: TaxReport): Answer => {
  const isCsv = report.form === '1099-NEC';
  return {
    status: 200,
    headers: {
      'Content-Type': isCsv ? 'text/csv; charset=utf-8' : 'application/xml; charset=utf-8',
      'Content-Disposition': `attachment; filename="${report.form}-${report.year}-${report.number}.${isCsv ? 'csv' : 'xml'}"`,
      'Cache-Control': 'no-store',
    },
    body: isCsv ? necCsv(report) : dac7Xml(report),
  };
};
