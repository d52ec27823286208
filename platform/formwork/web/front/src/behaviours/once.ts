// A form that changes something is sent once, however often its button is pressed.

const LONGEST = 15_000;

export function guardRepeats(): void {
  const sent = new Set<HTMLFormElement>();
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const button = event.submitter as HTMLElement | null;
    const again = form.matches("[data-behaviour~=autosubmit]") || (button && "download" in button.dataset);
    if (event.defaultPrevented || form.method !== "post" || again) return;
    if (sent.has(form)) return event.preventDefault();
    sent.add(form);
    button?.setAttribute("aria-busy", "true");
    window.setTimeout(() => release(form), LONGEST);
  });
  const release = (form: HTMLFormElement): void => {
    sent.delete(form);
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  };
  window.addEventListener("pageshow", () => [...sent].forEach(release));
}
