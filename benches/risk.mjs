// Measures what models of risk add to the night: `wsic refresh` without them, with them made and tried, and with them only asked.
// Usage: node benches/risk.mjs [people ...]   (WSIC=target/debug/wsic for another build; prints one Markdown table)
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const wsic = path.resolve(process.env.WSIC ?? 'target/release/wsic')
const sizes = process.argv.slice(2).map(Number)
const people = sizes.length > 0 ? sizes : [20_000, 100_000]
const feeds = ['gp', 'sus_apc', 'sus_ae', 'sus_op', 'csds', 'mhsds', 'cld', 'fhir']
const ticks = 100 // clock ticks a second in /proc

/** Runs a command and gives its seconds, CPU seconds, peak MiB and output. */
function run(args) {
  return new Promise((resolve, reject) => {
    const began = process.hrtime.bigint()
    const child = spawn(wsic, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    let [cpu, peak] = [0, 0]
    const timer = setInterval(() => {
      try {
        const stat = fs.readFileSync(`/proc/${child.pid}/stat`, 'utf8')
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        cpu = Math.max(cpu, (Number(fields[11]) + Number(fields[12])) / ticks)
        const status = fs.readFileSync(`/proc/${child.pid}/status`, 'utf8')
        peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
      } catch {
        // It has just ended.
      }
    }, 20)
    child.stdout.on('data', (part) => (text += part))
    child.on('close', (code) => {
      clearInterval(timer)
      const seconds = Number(process.hrtime.bigint() - began) / 1e9
      if (code !== 0) reject(new Error(`wsic ${args.join(' ')} ended with ${code}`))
      else resolve({ seconds, cpu, peak, text })
    })
  })
}

/** A night that derives and publishes everything anew. */
function night(dir) {
  for (const zone of ['index', 'facts', 'marts']) {
    fs.rmSync(path.join(dir, 'data', zone), { recursive: true, force: true })
    fs.mkdirSync(path.join(dir, 'data', zone))
  }
  return run(['-C', dir, 'refresh', '--json'])
}

const row = (cells) => console.log(`| ${cells.join(' | ')} |`)
const line = (n, name, took, note = '') =>
  row([n, name, took.seconds.toFixed(1), took.cpu.toFixed(1), took.peak.toFixed(0), note])
row(['people', 'refresh', 'seconds', 'CPU s', 'peak MiB', 'rows and outcomes that models were made from'])
row(['---:', '---', '---:', '---:', '---:', '---'])
for (const n of people) {
  const folder = fs.mkdtempSync(path.join(process.env.BENCH_DIR ?? os.tmpdir(), 'wsic-bench-'))
  const out = path.join(folder, 'feeds')
  const dir = path.join(folder, 'deployment')
  await run(['synth', '--people', String(n), '--years', '3', '--out', out, '--json'])
  await run(['init', dir, '--synthetic', '--json'])
  for (const feed of feeds) {
    const files = path.join(out, feed)
    if (!fs.existsSync(files)) continue
    await run(['-C', dir, 'ingest', feed, files, '--json'])
    await run(['-C', dir, 'agree', feed, '--waiting', '--json'])
  }
  const definitions = path.join(dir, 'definitions')
  fs.cpSync('definitions', definitions, { recursive: true })
  // The first night links everybody: it is not compared.
  fs.rmSync(path.join(definitions, 'risk'), { recursive: true })
  await run(['-C', dir, 'refresh', '--json'])
  line(n, 'without models', await night(dir))
  fs.cpSync('definitions/risk', path.join(definitions, 'risk'), { recursive: true })
  const made = await night(dir)
  const risk = path.join(dir, 'data', 'risk')
  const models = fs.readdirSync(risk).flatMap((name) => {
    const file = fs.readdirSync(path.join(risk, name)).find((file) => file.endsWith('.json'))
    const { fitted_on: rows, why_not } = JSON.parse(fs.readFileSync(path.join(risk, name, file), 'utf8'))
    return `${name}: ${rows.rows}, ${rows.events}${why_not === '' ? '' : ` (${why_not})`}`
  })
  line(n, 'models made and tried', made, models.join('; '))
  line(n, 'models asked', await night(dir))
  fs.rmSync(folder, { recursive: true })
}
