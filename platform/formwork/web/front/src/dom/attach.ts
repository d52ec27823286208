// Behaviours attach to elements by name: data-behaviour="lookup", several separated by spaces, each once.

export type Behaviour = (element: HTMLElement) => void;

const attached = new WeakMap<HTMLElement, Set<string>>();

/** Attach every named behaviour inside `root`, `root` included. Calling it again is harmless. */
export function attachAll(root: ParentNode, behaviours: Record<string, Behaviour>): void {
  const found = [...root.querySelectorAll<HTMLElement>("[data-behaviour]")];
  if (root instanceof HTMLElement && root.dataset.behaviour) found.unshift(root);
  for (const element of found) {
    const done = attached.get(element) ?? new Set<string>();
    attached.set(element, done);
    for (const name of (element.dataset.behaviour ?? "").split(/\s+/)) {
      const behaviour = behaviours[name];
      if (!behaviour || done.has(name)) continue;
      done.add(name);
      behaviour(element);
    }
  }
}

/** Tell the page that new markup was put in place, so that its behaviours attach. */
export function announceContent(element: Element): void {
  element.dispatchEvent(new CustomEvent("fw:content", { bubbles: true }));
}
