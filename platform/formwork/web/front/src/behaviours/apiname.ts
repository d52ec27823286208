// An API name follows the label beside it until somebody writes one.

/** The name a label suggests: its Latin letters and digits. */
export function nameFrom(label: string): string {
  const plain = label.normalize("NFKD").replace(/[^\x00-\x7f]/g, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 40).replace(/_+$/, "");
}

export function apiname(element: HTMLElement): void {
  const input = element as HTMLInputElement;
  const label = document.getElementById(input.dataset.follows ?? "") as HTMLInputElement | null;
  if (!label) return;
  let follows = input.value === "" || input.value === nameFrom(label.value);
  label.addEventListener("input", () => {
    if (follows) input.value = nameFrom(label.value);
  });
  input.addEventListener("input", () => {
    follows = input.value === "";
  });
}
