// Puts a popover beside its opener, inside the window. Positions are set through the object model, not as markup.

/** Place `popover` under `opener`, above it when there is no room below; `wide` makes it as wide as the opener. */
export function place(popover: HTMLElement, opener: HTMLElement, wide = false): void {
  const box = opener.getBoundingClientRect();
  const gap = 4;
  popover.style.margin = "0";
  popover.style.position = "fixed";
  if (wide) popover.style.minWidth = `${Math.max(box.width, 180)}px`;
  const size = popover.getBoundingClientRect();
  const below = window.innerHeight - box.bottom - gap;
  const above = box.top - gap;
  const up = size.height > below && above > below;
  popover.style.maxHeight = `${Math.max(120, (up ? above : below) - 8)}px`;
  popover.style.top = up ? `${Math.max(8, box.top - gap - Math.min(size.height, above - 8))}px` : `${box.bottom + gap}px`;
  const start = document.dir === "rtl" ? box.right - size.width : box.left;
  popover.style.left = `${Math.min(Math.max(8, start), Math.max(8, window.innerWidth - size.width - 8))}px`;
}
