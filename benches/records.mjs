// Measures opening records in the browser's way: signed in as the demonstration's GP, so many pages a second for a while.
// Usage: node benches/records.mjs [requests a second] [seconds]   (needs a running demo; WSIC_URL, WSIC_PASSWORD)
import http from 'node:http'

const base = new URL(process.env.WSIC_URL ?? 'http://127.0.0.1:8080')
const password = process.env.WSIC_PASSWORD ?? 'joined-up-care'
const rate = Number(process.argv[2] ?? 50)
const seconds = Number(process.argv[3] ?? 30)
const agent = new http.Agent({ keepAlive: true, maxSockets: 16 })
let cookies = new Map()

function ask(method, path, body) {
  return new Promise((resolve, reject) => {
    const began = process.hrtime.bigint()
    const headers = { cookie: [...cookies].map(([k, v]) => `${k}=${v}`).join('; ') }
    if (body) Object.assign(headers, { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body), origin: base.origin })
    const request = http.request({ host: base.hostname, port: base.port, path, method, headers, agent }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part) => (text += part))
      answer.on('end', () => {
        for (const line of answer.headers['set-cookie'] ?? []) {
          const [pair] = line.split(';')
          const at = pair.indexOf('=')
          cookies.set(pair.slice(0, at), pair.slice(at + 1))
        }
        resolve({ status: answer.statusCode, text, location: answer.headers.location, ms: Number(process.hrtime.bigint() - began) / 1e6 })
      })
    })
    request.on('error', reject)
    if (body) request.write(body)
    request.end()
  })
}

const form = await ask('GET', '/sign-in')
const fields = new URLSearchParams()
for (const [input] of form.text.matchAll(/<input[^>]*>/g)) {
  const value = (name) => new RegExp(`${name}="([^"]*)"`).exec(input)?.[1]
  if (value('type') === 'hidden') fields.set(value('name'), value('value') ?? '')
}
const names = [...form.text.matchAll(/<input[^>]*name="([^"]*)"/g)].map((m) => m[1])
fields.set(names.find((n) => n.includes('user')), 'gp')
fields.set(names.find((n) => n.includes('password')), password)
const signed = await ask('POST', '/sign-in', fields.toString())
if (signed.status !== 303) throw new Error(`sign-in answered ${signed.status}`)

const people = new Set()
const lists = await ask('GET', '/worklist')
for (const [, path] of lists.text.matchAll(/href="(\/worklist[^"]+)"/g)) {
  const page = await ask('GET', path.replaceAll('&amp;', '&'))
  for (const [, person] of page.text.matchAll(/href="(\/people\/\d+)"/g)) people.add(person)
}
const paths = [...people]
if (paths.length === 0) throw new Error('no person on a worklist')

const took = []
let wrong = 0
let waiting = 0
const total = rate * seconds
await new Promise((done) => {
  let sent = 0
  const timer = setInterval(() => {
    const path = paths[sent % paths.length]
    sent += 1
    waiting += 1
    ask('GET', path)
      .then((answer) => {
        took.push(answer.ms)
        if (answer.status !== 200) wrong += 1
      })
      .catch(() => (wrong += 1))
      .finally(() => {
        waiting -= 1
        if (sent >= total && waiting === 0) done()
      })
    if (sent >= total) clearInterval(timer)
  }, 1000 / rate)
})
took.sort((a, b) => a - b)
const at = (p) => took[Math.min(took.length - 1, Math.floor(took.length * p))].toFixed(1)
console.log(`${took.length} records of ${paths.length} people at ${rate} a second: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms, ${wrong} wrong answers`)
agent.destroy()
