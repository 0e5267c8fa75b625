/** `kmsbox audit`: reading, verifying and exporting the trail of a store. */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import type { Command } from 'commander'
import type { AuditEvent } from '../client.ts'
import { type BoxOptions, boxOptions, withBox } from './box.ts'
import { misused, refused } from './failure.ts'
import { type OutputFormat, outputOption, print } from './output.ts'
import { showing } from './terminal.ts'

interface ListOptions extends BoxOptions {
  readonly from?: string
  readonly limit?: string
  readonly output: OutputFormat
}

interface ExportOptions extends BoxOptions {
  readonly from?: string
  readonly to?: string
}

export function auditCommand(kmsbox: Command): void {
  const audit = kmsbox.command('audit').description('the audit trail of a store')
  const from = ['--from <time>', 'from a date (2030-01-31T12:00:00Z), or after the cursor of an event'] as const
  const list = audit
    .command('list')
    .description('events, oldest first')
    .option(...from)
    .option('--limit <number>', 'at most so many', '100')
    .addOption(outputOption().default('table'))
  boxOptions(list).action(listEvents)
  const verify = audit.command('verify').description('check that no event was changed, removed or added')
  boxOptions(verify).action(verifyEvents)
  const dump = audit
    .command('export')
    .description('all events, one JSON object in a line')
    .option(...from)
    .option('--to <file>', 'a new file instead of standard output')
  boxOptions(dump).action(exportEvents)
}

async function listEvents(options: ListOptions): Promise<void> {
  const limit = Number(options.limit)
  if (!(Number.isInteger(limit) && limit > 0)) throw misused('--limit takes a number over 0.')
  await withBox(options, async (kms) => {
    const events: AuditEvent[] = []
    for await (const event of kms.audit.events({ from: options.from, limit })) events.push(event)
    print(options.output === 'json' ? events : events.map(inShort), options.output)
  })
}

function inShort(event: AuditEvent) {
  const { userIdentity, resources, eventTime, eventName, errorCode } = event as Readonly<Record<string, unknown>>
  const { arn, invokedBy } = (userIdentity ?? {}) as { arn?: string; invokedBy?: string }
  const [first] = (resources ?? []) as { ARN: string }[]
  return {
    Time: eventTime,
    Event: eventName,
    Caller: arn ?? invokedBy ?? '',
    Resource: first?.ARN ?? '',
    Error: errorCode ?? '',
  }
}

async function verifyEvents(options: BoxOptions): Promise<void> {
  const verdict = await withBox(options, (kms) => showing('Verifying the trail', () => kms.audit.verify()))
  const { ok, checked, firstBroken } = verdict
  if (!ok) throw refused(`The trail is broken after ${checked} events: ${JSON.stringify(firstBroken)}`)
  process.stdout.write(`${checked} events; none was changed, removed or added.\n`)
}

async function exportEvents(options: ExportOptions): Promise<void> {
  const { to, from } = options
  const sink = to === undefined ? process.stdout : createWriteStream(to, { flags: 'wx', mode: 0o600 })
  await withBox(options, (kms) =>
    showing('Exporting events', async (progress) => {
      let count = 0
      for await (const { cursor: _, ...event } of kms.audit.events({ from })) {
        if (!sink.write(`${JSON.stringify(event)}\n`)) await once(sink, 'drain')
        progress(++count)
      }
    }),
  )
  if (sink !== process.stdout) await finished(sink.end())
}
