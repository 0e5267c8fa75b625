/** GetKeyLastUsage. */
import type { Output } from '../model.ts'
import type { Rule } from '../operation.ts'
import { byKeyId } from '../resolve.ts'

type LastUsage = Output<'GetKeyLastUsage'>['KeyLastUsage']

export const getKeyLastUsage: Rule<'GetKeyLastUsage'> = {
  keys: [byKeyId('KeyId')],
  async run({ key, transaction, box }) {
    const last = await box.lastUses.read(transaction, key.arn)
    const usage: LastUsage = last && {
      Operation: last.operation as NonNullable<LastUsage>['Operation'],
      Timestamp: new Date(last.date),
      CloudTrailEventId: last.eventId,
      KmsRequestId: last.requestId,
    }
    const created = new Date(key.created)
    return {
      KeyId: key.arn,
      ...(usage && { KeyLastUsage: usage }),
      TrackingStartDate: created,
      KeyCreationDate: created,
    }
  },
}
