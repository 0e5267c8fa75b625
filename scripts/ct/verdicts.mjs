/**
 * Everything secret-dependent that the core makes public, and why it may. Each verdict has a place of its own in memory
 * (assembly/memory.ts), where assembly/ct.ts puts it: that is how the proof sees it in the binary.
 */
export const verdicts = {
  TAG_ACCEPTED: "whether a GCM tag held: the caller's answer, after the whole tag was compared",
  SEAL_ACCEPTED: "whether commitment and tag of a sealed message both held: the caller's answer, never which",
  KW_ACCEPTED: 'whether the ICV of unwrapped KW data held, after all of it was unwrapped',
  KWP_LENGTH: 'the length of unwrapped KWP data, or 0: one answer to ICV, length and padding together',
  SAME_BYTES: 'whether two byte strings are equal: what the caller asked',
  SAME_SLOTS: 'whether two slots hold the same secret: what the caller asked',
  DRAW_REFUSED: 'whether random bytes are all zero or repeat the last draw: the core then stops',
}
