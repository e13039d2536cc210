// @ts-check
/* global Excel, Office */
// The open workbook: read whole, written piece by piece, put back as it was where a write fails.
import { letters, writeArrays } from "./arrays.js";

/**
 * What Python asks to be written; rows and columns count from 0.
 * @typedef {{ name: string, sheet: string, row: number, column: number, width: number, before: number,
 *             rows: any[][], formulas: (string | null)[] }} TableWrite
 * @typedef {{ sheet: string, row: number, column: number, before: [number, number], after: [number, number],
 *             formula: string, dynamic: boolean }} ArrayWrite
 * @typedef {{ tables: TableWrite[], cells: [string, number, number, any][], columns: [string, number, number, number][],
 *             printed: Record<string, string>, properties: Record<string, string>, arrays: ArrayWrite[],
 *             names: [string, string][] }} Writes
 * @typedef {{ what: string, undo: (context: Excel.RequestContext) => void }} Undo
 */

/** The most cells in one request: Excel refuses requests of more than 5 MB. */
const MOST_CELLS = 20_000;
const SLICE = 4_194_304;

/** What Excel's own errors mean, in words. @type {Record<string, string>} */
const MEANINGS = {
  AccessDenied: "The sheet or the workbook is protected.",
  InvalidOperationInCellEditMode: "A cell is being edited: press Enter or Esc, then try again.",
  InvalidSelection: "Select a single range, then try again.",
  ItemNotFound: "The sheet is not in this workbook any more.",
};

/** An error in words. @param {any} fault @returns {string} */
export const inWords = (fault) => MEANINGS[fault?.code] ?? (fault instanceof Error ? fault.message : String(fault));

/** The workbook as a file, as it is on the screen. @returns {Promise<Uint8Array>} */
export function workbookFile() {
  return new Promise((done, failed) => {
    Office.context.document.getFileAsync(Office.FileType.Compressed, { sliceSize: SLICE }, (got) => {
      if (got.status !== Office.AsyncResultStatus.Succeeded) return failed(new Error(`Excel did not give the workbook: ${got.error.message}`));
      const file = got.value;
      /** @type {Uint8Array[]} */
      const parts = [];
      const next = () => {
        if (parts.length == file.sliceCount) {
          file.closeAsync();
          return new Blob(/** @type {BlobPart[]} */ (parts)).arrayBuffer().then((whole) => done(new Uint8Array(whole)), failed);
        }
        file.getSliceAsync(parts.length, (slice) => {
          if (slice.status !== Office.AsyncResultStatus.Succeeded) {
            file.closeAsync();
            return failed(new Error(`Excel did not give all of the workbook: ${slice.error.message}`));
          }
          parts.push(new Uint8Array(slice.value.data));
          next();
        });
      };
      next();
    });
  });
}

/** The file name of the workbook. @param {Excel.RequestContext} context */
export async function nameOf(context) {
  context.workbook.load("name");
  await context.sync();
  return context.workbook.name;
}

/**
 * Everything that people typed, as text to compare: a co-author may change it while people are paid.
 * @param {Excel.RequestContext} context
 * @returns {Promise<Map<string, string>>} where → what is there
 */
export async function typedNow(context) {
  const { tables, names } = context.workbook;
  tables.load("items/name");
  names.load("items/name,items/formula");
  await context.sync();
  const cells = names.items.filter((one) => /^=?('[^']+'|[^'!(]+)!\$?[A-Z]{1,3}\$?\d+$/.test(String(one.formula)));
  const found = [...tables.items.map((one) => ({ name: one.name, range: one.getRange() })),
    ...cells.map((one) => ({ name: one.name, range: one.getRange() }))];
  for (const { range } of found) range.load("values,address");
  await context.sync();
  return new Map(found.map(({ name, range }) => [`${name} (${range.address})`, JSON.stringify(range.values)]));
}

/** Have Excel calculate every formula, and wait until it has. @param {Excel.RequestContext} context */
export async function calculated(context) {
  context.application.calculate(Excel.CalculationType.full);
  for (const until = Date.now() + LONGEST_CALCULATION; Date.now() < until;) {
    context.application.load("calculationState");
    await context.sync();
    if (context.application.calculationState === Excel.CalculationState.done) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("Excel has not finished calculating after two minutes. Wait until it has, then check again.");
}
const LONGEST_CALCULATION = 120_000;

/** The sheet and the row of the selection; rows count from 1. @param {Excel.RequestContext} context @returns {Promise<[string, number]>} */
export async function selectedRow(context) {
  const range = context.workbook.getSelectedRange();
  range.load("rowIndex");
  range.worksheet.load("name");
  await context.sync();
  return [range.worksheet.name, range.rowIndex + 1];
}

/** Show a cell. @param {string} where such as Roster!C7 */
export async function go(where) {
  const [, quoted, plain, cells] = /^(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)/.exec(where) ?? [];
  if (!cells) return;
  await Excel.run(async (context) => {
    const sheet = context.workbook.worksheets.getItem(quoted?.replace(/''/g, "'") ?? plain);
    sheet.activate();
    sheet.getRange(cells).select();
    await context.sync();
  });
}

/** Where two readings differ. @param {Map<string, string>} before @param {Map<string, string>} now */
export function differences(before, now) {
  const places = new Set([...before.keys(), ...now.keys()]);
  return [...places].filter((place) => before.get(place) !== now.get(place));
}

/** Runs of columns that are no formulas: first, and behind the last. @param {(string | null)[]} formulas */
function blocks(formulas) {
  /** @type {[number, number][]} */
  const found = [];
  formulas.forEach((formula, at) => {
    if (formula !== null) return;
    const last = found.at(-1);
    if (last && last[1] == at) last[1] = at + 1;
    else found.push([at, at + 1]);
  });
  return found;
}

/**
 * Write rows into a range, as many at a time as a request may hold.
 * @param {Excel.RequestContext} context @param {string} sheet @param {number} row @param {number} column
 * @param {any[][]} rows @param {"values" | "formulas"} as
 */
async function put(context, sheet, row, column, rows, as) {
  const width = rows[0]?.length ?? 0;
  if (!width) return;
  const most = Math.max(1, Math.floor(MOST_CELLS / width));
  for (let first = 0; first < rows.length; first += most) {
    const part = rows.slice(first, first + most);
    context.workbook.worksheets.getItem(sheet).getRangeByIndexes(row + first, column, part.length, width)[as] = part;
    await context.sync();
  }
}

/** The cells of a range as they would be typed: formulas, and text after an apostrophe, so that 007 stays text.
 * @param {any[][]} formulas @param {any[][]} values @returns {any[][]} */
const asTyped = (formulas, values) =>
  formulas.map((row, down) => row.map((cell, across) =>
    typeof cell == "string" && cell !== "" && cell === values[down][across] ? `'${cell}` : cell));

/** The cells of a range as typed, read as many rows at a time as an answer may hold.
 * @param {Excel.RequestContext} context @param {string} sheet @param {number} row @param {number} column
 * @param {number} height @param {number} width @returns {Promise<any[][]>} */
async function typedOf(context, sheet, row, column, height, width) {
  /** @type {any[][]} */
  const found = [];
  const most = Math.max(1, Math.floor(MOST_CELLS / Math.max(1, width)));
  for (let first = 0; first < height; first += most) {
    const range = context.workbook.worksheets.getItem(sheet).getRangeByIndexes(row + first, column, Math.min(most, height - first), width);
    range.load("formulas,values");
    await context.sync();
    found.push(...asTyped(range.formulas, range.values));
  }
  return found;
}

/** Refuse to write over cells below a table or an array formula that must grow. @param {Excel.RequestContext} context @param {Writes} writes */
async function room(context, writes) {
  const growing = [
    ...writes.tables.map((one) => ({ ...one, what: `table ${one.name}`, first: one.row + 1, more: Math.max(1, one.rows.length) - one.before, end: one.before })),
    ...writes.arrays.map((one) => ({ ...one, what: `array formula in ${letters(one.column)}${one.row + 1}`, first: one.row,
      more: one.after[0] - one.before[0], end: one.before[0], width: one.before[1] })),
  ];
  const beneath = growing.flatMap((one) => {
    if (one.more <= 0) return [];
    const range = context.workbook.worksheets.getItem(one.sheet).getRangeByIndexes(one.first + one.end, one.column, one.more, one.width);
    range.load("valueTypes,address");
    return [{ one, range }];
  });
  await context.sync();
  const used = beneath.filter(({ range }) => range.valueTypes.some((row) => row.some((type) => type !== Excel.RangeValueType.empty)));
  if (used.length) {
    const said = used.map(({ one, range }) => `${range.address}: the ${one.what} must grow, but these cells are in use.`);
    throw new Error(`${said.join(" ")} Move those cells, then refresh again. Nothing was written.`);
  }
}

/** @param {Excel.RequestContext} context @param {TableWrite} one @param {Undo[]} undone */
async function writeTable(context, one, undone) {
  const { sheet, row, column, width, before } = one;
  const after = Math.max(1, one.rows.length);
  const resized = (/** @type {Excel.RequestContext} */ at, /** @type {number} */ height) =>
    at.workbook.tables.getItem(one.name).resize(at.workbook.worksheets.getItem(sheet).getRangeByIndexes(row, column, height + 1, width));
  const was = await typedOf(context, sheet, row + 1, column, before, width);
  undone.push({ what: `the table ${one.name} on ${sheet}`, async undo(at) {
    const range = at.workbook.worksheets.getItem(sheet).getRangeByIndexes(row + 1, column, Math.max(before, after), width);
    range.clear(Excel.ClearApplyTo.contents);
    if (after != before) resized(at, before);
    await put(at, sheet, row + 1, column, was, "formulas");
  } });
  if (after != before) resized(context, after);
  if (after < before) context.workbook.worksheets.getItem(sheet).getRangeByIndexes(row + 1 + after, column, before - after, width).clear(Excel.ClearApplyTo.contents);
  await context.sync();
  const body = one.rows.length ? one.rows : [Array(width).fill("")];
  for (const [from, to] of blocks(one.formulas)) {
    await put(context, sheet, row + 1, column + from, body.map((cells) => cells.slice(from, to)), "values");
  }
  for (const [at, formula] of one.formulas.entries()) {
    if (formula !== null) await put(context, sheet, row + 1, column + at, body.map(() => [one.rows.length ? formula : ""]), "formulas");
  }
}

/** @param {Excel.RequestContext} context @param {Writes} writes @param {Undo[]} undone */
async function writeRest(context, writes, undone) {
  const cells = writes.cells.map(([sheet, row, column, value]) => {
    const range = context.workbook.worksheets.getItem(sheet).getRangeByIndexes(row, column, 1, 1);
    range.load("formulas,values,address");
    return { sheet, row, column, range, value };
  });
  const columns = writes.columns.map(([sheet, row, column, width]) => {
    const range = context.workbook.worksheets.getItem(sheet).getRangeByIndexes(row, column, 1, 1);
    range.load("columnHidden,format/columnWidth");
    return { sheet, row, column, range, width };
  });
  await context.sync();
  for (const { sheet, row, column, range, value } of cells) {
    const was = asTyped(range.formulas, range.values);
    undone.push({ what: range.address, undo(at) { at.workbook.worksheets.getItem(sheet).getRangeByIndexes(row, column, 1, 1).formulas = was; } });
    range.values = [[value]];
  }
  for (const { sheet, row, column, range, width } of columns) {
    const hidden = range.columnHidden, was = range.format.columnWidth;
    undone.push({ what: `a column of ${sheet}`, undo(at) {
      const one = at.workbook.worksheets.getItem(sheet).getRangeByIndexes(row, column, 1, 1);
      one.format.columnWidth = was;
      one.columnHidden = hidden;
    } });
    range.columnHidden = false;
    range.format.columnWidth = width * POINTS_A_CHARACTER;
  }
  await context.sync();
  for (const [sheet, areas] of Object.entries(writes.printed)) {
    context.workbook.worksheets.getItem(sheet).pageLayout.setPrintArea(areas);
  }
  for (const [name, value] of Object.entries(writes.properties)) context.workbook.properties.custom.add(name, value);
  await context.sync();
}
/** The width of a character of the workbook's font, in the points of a column's width. */
const POINTS_A_CHARACTER = 5.25;

/** Whether a refresh has nothing to write. @param {Writes} writes */
export const isNothing = (writes) => ![writes.tables, writes.cells, writes.columns, writes.arrays, writes.names].some((one) => one.length)
  && ![writes.printed, writes.properties].some((one) => Object.keys(one).length);

/**
 * Take off the protection of sheets; those that have a password are named, and nothing is written.
 * @param {{ name: string, options: Excel.WorksheetProtectionOptions }[]} locked
 */
async function unlock(locked) {
  /** @type {string[]} */
  const refused = [];
  /** @type {typeof locked} */
  const open = [];
  for (const one of locked) {
    try {
      await Excel.run(async (context) => {
        context.workbook.worksheets.getItem(one.name).protection.unprotect();
        await context.sync();
      });
      open.push(one);
    } catch (fault) {
      refused.push(one.name);
    }
  }
  if (!refused.length) return;
  const left = await lock(open);
  throw new Error(`The sheet ${refused.join(", ")} is protected with a password. Unprotect it (Review, Unprotect Sheet), then refresh again. Nothing was written.${left}`);
}

/**
 * Protect sheets as they were; returns in words what could not be.
 * @param {{ name: string, options: Excel.WorksheetProtectionOptions }[]} sheets
 */
async function lock(sheets) {
  let left = "";
  for (const { name, options } of sheets) {
    try {
      await Excel.run(async (context) => {
        context.workbook.worksheets.getItem(name).protection.protect(options);
        await context.sync();
      });
    } catch (fault) {
      left += ` The sheet ${name} could not be protected again: protect it by hand (Review, Protect Sheet).`;
    }
  }
  return left;
}

/**
 * Write what a refresh asks. On a fault everything written is put back, and the fault says what could not be.
 * @param {Excel.RequestContext} context @param {Writes} writes
 */
export async function write(context, writes) {
  await room(context, writes);
  const { worksheets } = context.workbook;
  const names = new Set([...writes.tables.map((one) => one.sheet), ...writes.cells.map(([sheet]) => sheet),
    ...writes.columns.map(([sheet]) => sheet), ...writes.arrays.map((one) => one.sheet), ...Object.keys(writes.printed)]);
  const locks = [...names].map((name) => {
    const { protection } = worksheets.getItem(name);
    protection.load("protected,options");
    return { name, protection };
  });
  context.application.load("calculationMode");
  await context.sync();
  const mode = context.application.calculationMode;
  const locked = locks.filter(({ protection }) => protection.protected).map(({ name, protection }) => ({ name, options: protection.options }));
  await unlock(locked);
  /** @type {Undo[]} */
  const undone = [];
  let failed = "";
  try {
    context.application.calculationMode = Excel.CalculationMode.manual;
    await context.sync();
    for (const one of writes.tables) await writeTable(context, one, undone);
    await writeArrays(context, writes, undone);
    await writeRest(context, writes, undone);
  } catch (fault) {
    const lost = await putBack(undone);
    const said = lost.length ? `These could not be put back: ${lost.join("; ")}. Undo them by hand.` : "Everything is as it was.";
    failed = `Excel refused to write: ${inWords(fault)} ${said}`;
  }
  const left = await lock(locked);
  await Excel.run(async (again) => {
    again.application.calculationMode = mode;
    await again.sync();
  });
  if (failed || left) throw new Error(`${failed}${left}`.trim());
}

/** Undo in reverse; returns what could not be. @param {Undo[]} undone */
async function putBack(undone) {
  /** @type {string[]} */
  const lost = [];
  for (const { what, undo } of undone.reverse()) {
    try {
      await Excel.run(async (again) => {
        await undo(again);
        await again.sync();
      });
    } catch {
      lost.push(what);
    }
  }
  return lost;
}
