import { mustBeStaff } from '../../../../infrastructure/http/authenticate.ts';
import { type Route, route } from '../../../../infrastructure/http/route.ts';
import { IsIdOf } from '../../../../shared/fields.ts';
import type { Id } from '../../../../shared/ids.ts';
import type { ForecastLiability } from '../../application/forecast-liability.ts';
import { forecastView, ForecastView } from './forecast-views.ts';

class ProgramPath {
  @IsIdOf('prg') readonly programId!: Id<'prg'>;
}

export const forecastRoutes = (forecast: ForecastLiability): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/programs/{programId}/forecast',
    operationId: 'getForecast',
    tag: 'reporting',
    summary: 'What a program will have to pay of what is open, month by month',
    description:
      'Each open commission counts by the chance that one which has come as far is kept until it locks, learnt from ' +
      "the program's own past; cancelled, returned and reversed ones count as lost. While little is known, the " +
      'forecast is near the maximum. For staff.',
    access: { scope: 'reports:read' },
    params: ProgramPath,
    success: { 200: ForecastView },
    handle: async ({ actor, params: { programId } }) => {
      mustBeStaff(actor);
      return forecastView(await forecast.run(programId));
    },
  }),
];
