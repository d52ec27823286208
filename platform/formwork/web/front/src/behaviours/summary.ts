// The error summary takes focus when a form comes back, and its links focus the control, not only scroll to it.

export function summary(box: HTMLElement): void {
  box.focus({ preventScroll: false });
  box.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  });
}
