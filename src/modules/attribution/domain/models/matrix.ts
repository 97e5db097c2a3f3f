/**
 * Square matrices, as rows. Those of absorbing chains need no pivots: whatever elimination takes from the diagonal leaves
 * it positive and the greatest of its column, so no other order of the steps would be more exact.
 */
export type Matrix = readonly Float64Array[];

/** Gauss and Jordan, in a copy. */
export const inverseOf = (matrix: Matrix): Matrix => {
  const rows = matrix.map((row) => row.slice());
  for (const [pivot, row] of rows.entries()) {
    const scale = 1 / cell(row, pivot);
    row[pivot] = 1;
    row.forEach((value, column) => (row[column] = value * scale));
    for (const other of rows) if (other !== row) eliminate(other, row, pivot);
  }
  return rows;
};

const eliminate = (target: Float64Array, row: Float64Array, pivot: number): void => {
  const factor = cell(target, pivot);
  if (factor === 0) return;
  target[pivot] = 0;
  for (let column = 0; column < row.length; column += 1)
    target[column] = cell(target, column) - factor * cell(row, column);
};

export const cell = (row: Float64Array | undefined, column: number): number => row?.[column] ?? 0;

export const dot = (left: Float64Array, right: Float64Array): number =>
  left.reduce((sum, value, at) => sum + value * cell(right, at), 0);

export const rowTimes = (row: Float64Array, matrix: Matrix): Float64Array => {
  const result = new Float64Array(row.length);
  for (const [at, line] of matrix.entries()) {
    const factor = cell(row, at);
    line.forEach((value, column) => (result[column] = cell(result, column) + factor * value));
  }
  return result;
};

export const timesColumn = (matrix: Matrix, column: Float64Array): Float64Array =>
  Float64Array.from(matrix, (row) => dot(row, column));
