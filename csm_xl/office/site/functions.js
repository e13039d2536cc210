// @ts-check
/* global CustomFunctions, Excel */
// The worksheet functions: cells that ask together are answered together.
import { inWords } from "./excel.js";
import { ask } from "./python.js";
import { NAMES } from "./names.js";

/** @typedef {{ name: string, args: any[], addresses: string[], done: (rows: any[][]) => void, failed: (why: any) => void }} Call */

/** @type {Record<string, CustomFunctions.ErrorCode>} */
const CODES = {
  "#VALUE!": CustomFunctions.ErrorCode.invalidValue,
  "#N/A": CustomFunctions.ErrorCode.notAvailable,
  "#NUM!": CustomFunctions.ErrorCode.invalidNumber,
};

/** @type {Call[]} */
let asked = [];
/** @type {(name: string, message: string) => void} */
let told = () => {};

/** Report each error that a formula shows. @param {(name: string, message: string) => void} tell */
export function onFailure(tell) {
  told = tell;
}

/** The matrices among arguments: those of any number of tables stand in a list of their own. @param {any[]} args */
const matrices = (args) => args.flatMap((one) => (Array.isArray(one?.[0]?.[0]) ? one : [one]));

/**
 * Desktop Excel hands over an empty cell as 0, the web as null. Where a 0 came out of a cell, the cell is asked.
 * @param {Call[]} calls
 */
async function withBlanks(calls) {
  const doubtful = calls.flatMap(({ args, addresses }) =>
    matrices(args).flatMap((rows, at) =>
      addresses[at] && rows?.some((/** @type {any[]} */ row) => row.includes(0)) ? [{ rows, address: addresses[at] }] : []));
  if (!doubtful.length) return;
  await Excel.run(async (context) => {
    const found = doubtful.map(({ rows, address }) => {
      const [, sheet, cells] = /^'?(.*?)'?!([^!]+)$/.exec(address) ?? [];
      const range = context.workbook.worksheets.getItem(sheet.replace(/^\[[^\]]*\]/, "").replace(/''/g, "'")).getRange(cells);
      range.load("valueTypes");
      return { rows, range };
    });
    await context.sync();
    for (const { rows, range } of found) {
      range.valueTypes.forEach((row, down) => row.forEach((type, across) => {
        if (type === Excel.RangeValueType.empty) rows[down][across] = "";
      }));
    }
  });
}

/** A cell as Python reads it. @param {any} cell */
const handed = (cell) => (cell !== null && typeof cell == "object" && "code" in cell ? { error: cell.code } : cell);
/** @param {any} argument @returns {any} */
const cells = (argument) => (Array.isArray(argument) ? argument.map(cells) : handed(argument));

async function answer() {
  const calls = asked;
  asked = [];
  try {
    await withBlanks(calls);
    const found = JSON.parse(await ask("answers", [JSON.stringify(calls.map(({ name, args }) => [name, args.map(cells)]))]));
    calls.forEach(({ name, done, failed }, at) => {
      const { value, error, message } = found[at];
      if (!error) return done(value);
      failed(new CustomFunctions.Error(CODES[error], message));
      told(name, message);
    });
  } catch (fault) {
    const words = inWords(fault).slice(0, 500);
    for (const { failed } of calls) failed(new CustomFunctions.Error(CustomFunctions.ErrorCode.notAvailable, words));
    told(calls[0].name, words);
  }
}

/**
 * @param {string} name
 * @param {any[]} args
 * @param {{ parameterAddresses?: any[] }} invocation
 * @returns {Promise<any[][]>}
 */
function call(name, args, invocation) {
  return new Promise((done, failed) => {
    if (!asked.length) setTimeout(answer, 0);
    asked.push({ name, args, addresses: (invocation.parameterAddresses ?? []).flat(), done, failed });
  });
}

for (const name of NAMES) {
  CustomFunctions.associate(name, (/** @type {any[]} */ ...given) => call(name, given.slice(0, -1), given.at(-1)));
}
