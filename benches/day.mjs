// Measures the day: `wsic synth`, `ingest` and `refresh` at several sizes, with seconds, CPU seconds, peak memory and bytes.
// Usage: node benches/day.mjs [people ...]   (needs target/release/wsic; prints one Markdown table)
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const wsic = process.env.WSIC ?? path.resolve('target/release/wsic')
const sizes = process.argv.slice(2).map(Number)
const people = sizes.length > 0 ? sizes : [25_000, 100_000, 400_000]
const years = 3
const feeds = ['gp', 'sus_apc', 'sus_ae', 'sus_op', 'csds', 'mhsds', 'cld', 'fhir']
const ticks = 100 // clock ticks a second in /proc

/** CPU seconds and peak memory of a process, read while it lives. */
function usage(pid) {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const peak = /VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))
  return { cpu: (Number(fields[11]) + Number(fields[12])) / ticks, peak: Number(peak?.[1] ?? 0) / 1024 }
}

/** Runs a command and gives its seconds, CPU seconds, peak MiB and output. */
function run(args) {
  return new Promise((resolve, reject) => {
    const began = process.hrtime.bigint()
    const child = spawn(wsic, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    let last = { cpu: 0, peak: 0 }
    const look = () => {
      try {
        const now = usage(child.pid)
        last = { cpu: Math.max(last.cpu, now.cpu), peak: Math.max(last.peak, now.peak) }
      } catch {
        // It has just ended.
      }
    }
    const timer = setInterval(look, 20)
    child.stdout.on('data', (part) => (text += part))
    child.on('close', (code) => {
      clearInterval(timer)
      const seconds = Number(process.hrtime.bigint() - began) / 1e9
      if (code !== 0) reject(new Error(`wsic ${args.join(' ')} ended with ${code}`))
      else resolve({ seconds, ...last, text })
    })
  })
}

function bytes(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath ?? entry.path, entry.name)).size, 0)
}

const row = (cells) => console.log(`| ${cells.join(' | ')} |`)
const fixed = (n, d = 1) => n.toFixed(d)
row(['people', 'command', 'seconds', 'CPU s', 'peak MiB', 'rows or events', 'MB on disk'])
row(['---:', '---', '---:', '---:', '---:', '---:', '---:'])
// Removed at the end only: ext4 is slow at making files for minutes after it has removed many.
const folders = []
for (const n of people) {
  const folder = fs.mkdtempSync(path.join(process.env.BENCH_DIR ?? os.tmpdir(), 'wsic-bench-'))
  folders.push(folder)
  const out = path.join(folder, 'feeds')
  const dir = path.join(folder, 'deployment')
  const synth = await run(['synth', '--people', String(n), '--years', String(years), '--out', out, '--json'])
  row([n, 'synth', fixed(synth.seconds), fixed(synth.cpu), fixed(synth.peak, 0), '', fixed(bytes(out) / 1e6, 0)])
  await run(['init', dir, '--synthetic', '--json'])
  const total = { seconds: 0, cpu: 0, peak: 0, rows: 0 }
  for (const feed of feeds) {
    const files = path.join(out, feed)
    if (!fs.existsSync(files)) continue
    const took = await run(['-C', dir, 'ingest', feed, files, '--json'])
    total.seconds += took.seconds
    total.cpu += took.cpu
    total.peak = Math.max(total.peak, took.peak)
    total.rows += JSON.parse(took.text).files.reduce((sum, file) => sum + file.read, 0)
    await run(['-C', dir, 'agree', feed, '--waiting', '--json'])
  }
  const data = path.join(dir, 'data')
  row([n, 'ingest', fixed(total.seconds), fixed(total.cpu), fixed(total.peak, 0), total.rows, fixed(bytes(data) / 1e6, 0)])
  const refresh = await run(['-C', dir, 'refresh', '--json'])
  const said = JSON.parse(refresh.text)
  row([n, 'refresh', fixed(refresh.seconds), fixed(refresh.cpu), fixed(refresh.peak, 0), said.events, fixed(bytes(dir) / 1e6, 0)])
  const both = total.seconds + refresh.seconds
  row([n, 'ingest + refresh', fixed(both), fixed(total.cpu + refresh.cpu), fixed(Math.max(total.peak, refresh.peak), 0), '', ''])
}
for (const folder of folders) fs.rmSync(folder, { recursive: true })
