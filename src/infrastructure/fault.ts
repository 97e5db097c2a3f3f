/**
 * Named points at which a crash test kills the process, as SIGKILL would in the worst moment. `FAULT=name` kills at
 * the first passing, `FAULT=name:3` at the third. Without it a point is one comparison.
 */
let armed: { readonly point: string; left: number } | undefined;

export const armFault = (specification: string | undefined): void => {
  if (specification === undefined) {
    armed = undefined;
    return;
  }
  const [point = '', count = '1'] = specification.split(':');
  armed = { point, left: Number(count) };
};

export const faultPoint = (point: string): void => {
  if (armed?.point !== point) return;
  armed.left -= 1;
  if (armed.left <= 0) process.kill(process.pid, 'SIGKILL');
};
