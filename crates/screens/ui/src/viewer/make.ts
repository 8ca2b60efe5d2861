// Elements, made and changed only where something differs, so that readers hear only what is new.

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

export function show(element: HTMLElement, shown: boolean): void {
  if (element.hidden === shown) element.hidden = !shown
}

/** Gives an element these children and no others. */
export function fill(element: Element, ...children: Node[]): void {
  element.textContent = ''
  element.append(...children)
}

/** Under which key a form counts from now on, with this script or without it. */
export function rekey(form: HTMLFormElement, key: string): void {
  form.querySelector<HTMLInputElement>('[name=key]')?.setAttribute('value', key)
}

/** The part of a page by that name. */
export function part(name: string, of: ParentNode = document): HTMLElement | null {
  return of.querySelector<HTMLElement>(`[data-part="${name}"]`)
}
