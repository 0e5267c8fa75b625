/** Where an operation is sent: to an endpoint over HTTP, or to a store that this process opens. */
import { type Command, Option } from 'commander'
import type { OperationName } from '../kms/model.ts'
import { exchange } from '../protocol/exchange.ts'
import type { WireReply } from '../protocol/json11.ts'
import { type BoxOptions, withBox } from './box.ts'
import { senderTo } from './endpoint.ts'
import { misused } from './failure.ts'
import type { SecretOptions } from './secret.ts'

/** Sends one request in AWS JSON; rejects with a Failure if nobody answers. */
export type Send = (operation: OperationName, body: Uint8Array) => Promise<WireReply>

export interface Target extends SecretOptions {
  readonly endpoint?: string
  readonly store?: string
  readonly account?: string
  readonly region?: string
}

const DEFAULT_ENDPOINT = 'http://127.0.0.1:4599'

export function targetOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--endpoint-url, --endpoint <url>', `a server's address (default: ${DEFAULT_ENDPOINT})`).env(
        'AWS_ENDPOINT_URL_KMS',
      ),
    )
    .addOption(new Option('--store <url>', 'open this store instead').env('KMSBOX_STORE'))
    .addOption(new Option('--account <id>', "the store's account").env('KMSBOX_ACCOUNT'))
    .addOption(new Option('--region <region>', 'Region (also AWS_REGION, AWS_DEFAULT_REGION)').env('KMSBOX_REGION'))
    .addHelpText(
      'after',
      '\nRequests to an endpoint are signed with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.',
    )
}

/** What is said on the command line goes before the environment, an endpoint before a store. */
export async function withSender<T>(target: Target, command: Command, work: (send: Send) => Promise<T>): Promise<T> {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env
  const region = target.region ?? (AWS_REGION || AWS_DEFAULT_REGION || 'us-east-1')
  const said = (option: string) => command.getOptionValueSource(option) === 'cli'
  if (said('endpoint') && said('store')) throw misused('An endpoint or a store: both cannot be asked.')
  const { store, endpoint = DEFAULT_ENDPOINT } = target
  if (store === undefined || said('endpoint') || (target.endpoint !== undefined && !said('store'))) {
    return work(senderTo(endpoint, region))
  }
  const box: BoxOptions = { ...target, store, region }
  return withBox(box, (kms) =>
    work((operation, body) => exchange({ target: `TrentService.${operation}`, body }, (asked) => kms.request(asked))),
  )
}
