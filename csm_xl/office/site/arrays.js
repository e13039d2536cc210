// @ts-check
/* global Excel */
// Array formulas that fill other rows than before, and the names that follow them.

/** @typedef {import("./excel.js").Writes} Writes */
/** @typedef {import("./excel.js").Undo} Undo */

/** The letters of a column. @param {number} at counted from 0 @returns {string} */
export const letters = (at) => (at < 0 ? "" : letters(Math.floor(at / 26) - 1) + String.fromCharCode(65 + (at % 26)));

/**
 * Let array formulas fill other rows, and names follow them. Office.js writes no fixed array formula, and Excel
 * resizes a dynamic one itself: a fixed one is cleared as a whole, and written as a dynamic one.
 * @param {Excel.RequestContext} context @param {Writes} writes @param {Undo[]} undone
 */
export async function writeArrays(context, writes, undone) {
  for (const { sheet, row, column, before, formula, dynamic } of writes.arrays) {
    if (dynamic) continue;
    const write = (/** @type {Excel.RequestContext} */ at) => {
      at.workbook.worksheets.getItem(sheet).getRangeByIndexes(row, column, 1, 1).formulas = [[formula]];
    };
    undone.push({ what: `the array formula in ${sheet}!${letters(column)}${row + 1}`, undo: write });
    context.workbook.worksheets.getItem(sheet).getRangeByIndexes(row, column, ...before).clear(Excel.ClearApplyTo.contents);
    await context.sync();
    write(context);
    await context.sync();
  }
  const names = writes.names.map(([name, formula]) => {
    const one = context.workbook.names.getItem(name);
    one.load("formula");
    return { name, one, formula };
  });
  await context.sync();
  for (const { name, one, formula } of names) {
    const was = one.formula;
    undone.push({ what: `the name ${name}`, undo(at) { at.workbook.names.getItem(name).formula = was; } });
    one.formula = formula;
  }
  await context.sync();
}
