/** Elements made by a function, and values that the page follows. Strings only ever become text or attributes. */
export type Child = Node | string | number | false | undefined | readonly Child[]

type Listener = (event: never) => unknown
export type Attributes = Readonly<Record<string, string | number | boolean | undefined | Listener>>

/** `h('button', { class: 'quiet', click: leave }, 'Leave')`: functions become listeners, everything else attributes. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value as EventListener)
    else if (value === true) element.setAttribute(name, '')
    else if (value !== undefined && value !== false) element.setAttribute(name, `${value}`)
  }
  element.append(...nodes(children))
  return element
}

function nodes(child: Child): (Node | string)[] {
  if (child === undefined || child === false) return []
  if (typeof child === 'object' && !(child instanceof Node)) return child.flatMap(nodes)
  return [child instanceof Node ? child : `${child}`]
}

export const fill = (element: Element, ...children: Child[]): void => element.replaceChildren(...nodes(children))

/** A value with those who follow it. */
export interface Cell<T> {
  readonly value: T
  set(value: T): void
  /** Called at once, and again after every change. */
  follow(show: (value: T) => void): void
}

export function cell<T>(value: T): Cell<T> {
  const followers: ((value: T) => void)[] = []
  return {
    get value() {
      return value
    },
    set(next) {
      value = next
      for (const show of followers) show(value)
    },
    follow(show) {
      followers.push(show)
      show(value)
    },
  }
}

/** An element whose content is what `show` makes of the cell's value. */
export function showing<T, E extends Element>(source: Cell<T>, element: E, show: (value: T) => Child): E {
  source.follow((value) => fill(element, show(value)))
  return element
}
