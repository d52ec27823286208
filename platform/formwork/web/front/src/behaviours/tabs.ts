// A tab strip that is wider than the page starts with its current tab in sight.

export function tabs(strip: HTMLElement): void {
  const current = strip.querySelector<HTMLElement>("[aria-current]");
  if (current) strip.scrollLeft = Math.max(0, current.offsetLeft - strip.clientWidth / 2);
}
