/** What in Node keeps a process alive unless told not to: open ports and timers. Browsers have no such notion. */

interface Counted {
  ref?(): void
  unref?(): void
}

export function holdProcess(holder: object, on: boolean): void {
  const counted = holder as Counted
  if (on) counted.ref?.()
  else counted.unref?.()
}
