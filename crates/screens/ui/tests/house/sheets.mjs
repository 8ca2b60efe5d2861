// What readers that are not ours find in the exported sheets.

import { execFile } from 'node:child_process'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const READER = new URL('sheets.py', import.meta.url).pathname
const BUILT = new URL('../../../../../target/venv/bin/python', import.meta.url).pathname
const PYTHON = process.env.CHOT_PYTHON ?? BUILT
const run = promisify(execFile)

/** Rows and formulas of both files, as Python's csv and openpyxl read them. */
export async function readSheets(csv, xlsx) {
  const { stdout } = await run(PYTHON, [READER, csv, xlsx], { maxBuffer: 64 << 20 })
  return JSON.parse(stdout)
}

/** The rows of a workbook as LibreOffice writes them out, as lists of cells. */
export async function throughLibreOffice(xlsx) {
  const folder = await mkdtemp(join(tmpdir(), 'chot-office-'))
  const own = `-env:UserInstallation=file://${folder}/profile`
  await run('soffice', [own, '--headless', '--convert-to', 'csv', '--outdir', folder, xlsx])
  const name = xlsx.split('/').pop().replace(/\.xlsx$/, '.csv')
  return readFile(join(folder, name), 'utf8')
}
