/** MessagePorts as browsers and Node both have them, and the one thing that only Node's have. */

/** In Node an open port keeps the process alive unless told not to; browsers have no such notion. */
export function holdProcess(port: MessagePort, on: boolean): void {
  const counted = port as MessagePort & { ref?: () => void; unref?: () => void }
  if (on) counted.ref?.()
  else counted.unref?.()
}
